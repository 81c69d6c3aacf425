/** The enclave beside this host: its process, its registration, its boot record, and what it has been shown. Its only owner. */

import type { CallName, Event, Params, RefusalNotice, Result, Status } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Slot } from '../../proof/slots.ts';
import { Retryable } from '../errors.ts';
import type { BlockRef } from '../ports/chain.ts';

/** This host's enclave, in this life of it. */
export type Self = { readonly id: Hex; readonly status: Status };

export type LifeHandlers = {
  /** A new life, before anything is asked of it. */
  began(self: Self): void;
  event(event: Event): void;
  /** It is gone, and all that was only in its memory. */
  ended(self: Self | null): void;
};

export type Life = {
  /** null while the enclave is down */
  readonly self: Self | null;
  /** registered, its boot record in what is proven to be final: may take part in sessions */
  readonly isServing: boolean;
  /** Of the checkpoint of this enclave; 0 while there is none. */
  readonly slot: number;
  /** The update that proves it to others; null while none is at hand. */
  readonly proof: Hex | null;
  /** Who hears of it; before the first `tend`. */
  listen(handlers: LifeHandlers): void;
  /** One step: starts, registers, records what is missing. */
  tend(): Promise<void>;
  /** @throws EnclaveRefused, Retryable ENCLAVE_DOWN */
  ask<N extends CallName>(name: N, params: Params<N>): Promise<Result<N>>;
  /**
   * Shows the enclave what these slots hold at this block; what it was shown before is not shown again.
   * @throws Retryable, EnclaveRefused with BLOCK_NOT_FINAL among others
   */
  prove(block: BlockRef, slots: readonly Slot[]): Promise<void>;
  /** Something that this enclave takes part in waits for a newer checkpoint: an idle network follows none. */
  readonly isAwaiting: boolean;
  /** Brings the enclave to the newest checkpoint that a beacon node tells of. @throws Retryable */
  follow(): Promise<void>;
  /** The same, for so many milliseconds at most: whatever comes of it, one goes on. */
  refresh(patience: number): Promise<void>;
  /** And to one that another host proves. @throws Retryable, EnclaveRefused with UPDATE_REJECTED for a lie */
  believe(update: Hex): Promise<void>;
  /** Number of the first block at which it can take part: that of the boot record of this life. */
  readonly earliest: number;
  stop(): Promise<void>;
};

/** The enclave said no, in its own words. */
export class EnclaveRefused extends Retryable {
  readonly call: CallName;
  readonly refusal: RefusalNotice;
  constructor(call: CallName, refusal: RefusalNotice) {
    super('ENCLAVE_REFUSED', `${call}: ${refusal.code}: ${refusal.detail}`);
    this.call = call;
    this.refusal = refusal;
  }
}
