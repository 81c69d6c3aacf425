/**
 * How far this enclave has verified the chain. What a sync committee has made final moves only forward, across restarts too; a call may be
 * judged at the newest checkpoint or at the one that this life followed before it, and what the newer one is proven to say forbids all the
 * same. No block counts on anybody's word.
 */

import type { FinalityConfig, Fork } from '../finality/config.ts';
import { isRejection, type Rejection, type RejectionCode } from '../finality/rejection.ts';
import { computeEpochAtSlot } from '../finality/spec/computeSyncCommitteePeriodAtSlot.ts';
import type { Store } from '../finality/store.ts';
import { withForks } from '../finality/withForks.ts';
import type { Configuration } from '../formats/configuration.ts';
import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import { type RefusalCode, refuse } from '../formats/refusal.ts';
import { findForks } from '../proof/records.ts';
import type { Block, Proof, ProvenState } from '../proof/state.ts';
import type { Verifiers } from './ports.ts';
import type { KeptState } from './sealing/keptState.ts';
import type { Trusted } from './sealing/state.ts';

type Bytes = Uint8Array;
type Judges = Pick<Verifiers, 'applyUpdate' | 'verifyState'>;

/** Of the others the sender is to be asked why: it lies, or is broken. */
const CODES: Partial<Record<RejectionCode, RefusalCode>> = {
  FINALITY_OLDER: 'UPDATE_STALE',
  NOTHING_NEW: 'UPDATE_STALE',
  PERIOD_PAST: 'UPDATE_STALE',
  NEXT_COMMITTEE_PERIOD: 'UPDATE_STALE',
  PERIOD_SKIPPED: 'PERIOD_MISSING',
  NEXT_COMMITTEE_UNKNOWN: 'PERIOD_MISSING',
  FINALITY_CONFLICT: 'UPDATE_CONFLICT',
  NEXT_COMMITTEE_DIFFERS: 'UPDATE_CONFLICT',
};

export class Checkpoints {
  readonly #verifiers: Judges;
  readonly #configuration: Configuration;
  readonly #finality: FinalityConfig;
  readonly #kept: KeptState;
  /** Hash of the block of the checkpoint that this life followed before the newest. */
  #below: Bytes | null = null;
  /** Of these two checkpoints, where their blocks were shown. */
  #proofs: readonly Proof[] = [];

  constructor(verifiers: Judges, configuration: Configuration, finality: FinalityConfig, kept: KeptState) {
    this.#verifiers = verifiers;
    this.#configuration = configuration;
    this.#finality = finality;
    this.#kept = kept;
  }

  /** What this identity was drawn for, and verifies everything from. */
  get trusted(): Trusted {
    return this.#kept.state.trusted;
  }

  /**
   * By the forks of the image and by those that the newest checkpoint proves; past any other fork nothing verifies, and requests end with
   * the last beat.
   * @throws Refused UPDATE_STALE, PERIOD_MISSING, UPDATE_REJECTED, UPDATE_CONFLICT, ENCLAVE_FROZEN, and those of a word that is malformed
   */
  follow(bytes: Bytes): Store {
    this.#requireNotFrozen();
    const before = this.#kept.state.finality;
    this.#learnForks(before);
    const forks = [...this.#finality.forks, ...this.#kept.state.forks];
    const store = this.#verifiers.applyUpdate({ ...this.#finality, forks }, before, bytes);
    if (isRejection(store)) return this.#reject(store);
    const { blockHash } = store.finalised;
    if (store.finalised.beacon.slot > before.finalised.beacon.slot) this.#below = before.finalised.blockHash;
    this.#proofs = this.#proofs.filter(({ state }) => this.#isOneOf(state.block.hash, blockHash));
    // A seal for each checkpoint would write megabytes an hour, and keep nobody from bringing an old one: committees alone are worth it.
    const hasNewCommittee = store.current !== before.current || store.next !== before.next;
    this.#kept[hasNewCommittee ? 'change' : 'advance']({ finality: store });
    return store;
  }

  /**
   * The block of one of the two checkpoints, or more nodes of one that is known. Nothing changes when anything is refused.
   * @throws Refused BLOCK_NOT_FINAL among others
   */
  prove(header: Bytes, nodes: readonly Bytes[]): Block {
    this.#requireNotFrozen();
    const proof = this.#verifiers.verifyState(header, this.#configuration);
    const { block } = proof.state;
    if (!this.#isOneOf(block.hash, this.#kept.state.finality.finalised.blockHash))
      refuse(
        'BLOCK_NOT_FINAL',
        `${toHex(block.hash)} is not the newest checkpoint's block, nor that of the one before`,
      );
    const known = this.#find(block.hash);
    (known ?? proof).add(nodes);
    if (known === undefined) this.#take(proof);
    return block;
  }

  /** @throws Refused BLOCK_UNKNOWN, ENCLAVE_FROZEN */
  at(hash: Bytes): ProvenState {
    this.#requireNotFrozen();
    return this.#find(hash)?.state ?? refuse('BLOCK_UNKNOWN', `${toHex(hash)} is not proven, or no longer`);
  }

  /** The state of the newest checkpoint, where `hash` is the block of the one below it. */
  newer(hash: Bytes): ProvenState | undefined {
    const { finality } = this.#kept.state;
    if (this.#below === null || !isEqual(this.#below, hash)) return undefined;
    return this.#find(finality.finalised.blockHash)?.state;
  }

  /** Forks that votes have added, where the newest checkpoint shows them: a later one is verified by them. Sealed, so that a life after the fork goes on. */
  #learnForks({ finalised }: Store): void {
    const state = this.#find(finalised.blockHash)?.state;
    const proven = state && findForks(state);
    if (state === undefined || !proven) return;
    const { forks: measured } = this.#finality;
    const known = { ...this.#finality, forks: [...measured, ...this.#begun(finalised)] };
    const { config } = withForks(known, proven, state.block.timestamp);
    const forks = config.forks.slice(measured.length);
    if (!areEqual(forks, this.#kept.state.forks)) this.#kept.change({ forks });
  }

  /** What a committee has signed under these is final: no vote takes them back, or nothing that comes after could be verified again. */
  #begun({ beacon }: Store['finalised']): readonly Fork[] {
    const epoch = computeEpochAtSlot(this.#finality, Number(beacon.slot));
    return this.#kept.state.forks.filter((fork) => fork.epoch <= epoch);
  }

  #isOneOf(hash: Bytes, newest: Bytes): boolean {
    return isEqual(hash, newest) || (this.#below !== null && isEqual(hash, this.#below));
  }

  #find(hash: Bytes): Proof | undefined {
    return this.#proofs.find(({ state }) => isEqual(state.block.hash, hash));
  }

  #take(proof: Proof): void {
    const { number, hash } = proof.state.block;
    this.#proofs = [proof, ...this.#proofs];
    const { head } = this.#kept.state;
    if (head === null || number > head.number) this.#kept.advance({ head: { number, hash } });
  }

  /** Two thirds of a committee have signed both, or this enclave follows a false chain: it cannot know which, and signs nothing. */
  #reject(rejection: Rejection): never {
    const code = CODES[rejection.code] ?? 'UPDATE_REJECTED';
    if (code === 'UPDATE_CONFLICT') this.#kept.change({ isFrozen: true });
    return refuse(code, wordsOf(rejection));
  }

  #requireNotFrozen(): void {
    if (this.#kept.state.isFrozen) refuse('ENCLAVE_FROZEN', 'a sync committee has signed two chains');
  }
}

function areEqual(one: readonly Fork[], other: readonly Fork[]): boolean {
  const isSame = (a: Fork, b?: Fork) =>
    b !== undefined && a.epoch === b.epoch && a.shape === b.shape && isEqual(a.version, b.version);
  return one.length === other.length && one.every((fork, at) => isSame(fork, other[at]));
}

export function wordsOf({ code, field, expected, found }: Rejection): string {
  return `${code}: ${field}: ${found}, expected ${expected}`;
}
