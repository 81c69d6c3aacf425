/**
 * Forks of the home chain that votes have added, shown to one life of an enclave before it follows further: it takes what its newest
 * checkpoint proves, and past a fork that it does not know it verifies nothing any more (docs/finality.md).
 */

import { hexToBytes } from 'viem';
import type { Finality } from '../../enclave/api.ts';
import { announced } from '../../finality/announced.ts';
import type { FinalityConfig, Fork } from '../../finality/config.ts';
import { isRejection } from '../../finality/rejection.ts';
import { computeEpochAtSlot } from '../../finality/spec/computeSyncCommitteePeriodAtSlot.ts';
import { withForks } from '../../finality/withForks.ts';
import type { Hex } from '../../formats/hex.ts';
import { MAX_FORKS } from '../../formats/limits.ts';
import { type Slot, slotsForForks } from '../../proof/slots.ts';
import { type ForkRecord, forksAt } from '../chain/view/forks.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Problems } from '../problems.ts';
import { EnclaveRefused } from './life.ts';

export type ForkPorts = {
  readonly view: Pick<View, 'ledger' | 'head' | 'checkpoint' | 'timeNow'>;
  readonly prove: (block: BlockRef, slots: readonly Slot[]) => Promise<void>;
  readonly problems: Problems;
  readonly log: Log;
};

/** Topics of problems: forks that could not be shown, and one that the enclave does not know. */
const [NOT_SHOWN, UNKNOWN] = ['forks', 'fork'];
const UNVERIFIED =
  'the enclave verifies no newer checkpoint (SIGNATURE_INVALID): either every beacon node in chain.beacon says what is not so, or the home chain has come to a fork that neither the image nor a vote names: compare them with others; a fork has to be proposed (quorate propose fork) before its epoch, and afterwards only a new image that knows it goes on';

export class VotedForks {
  readonly #ports: ForkPorts;
  readonly #config: FinalityConfig;
  /** With all that votes have added, as of now, in effect or not: formats go by it, and nothing is verified. */
  readonly formats: FinalityConfig;
  /** Names of those that this life was shown; null before it was shown any words. */
  #shown: string | null = null;

  constructor(ports: ForkPorts, config: FinalityConfig) {
    this.#ports = ports;
    this.#config = config;
    const forks = () => this.#allForks();
    this.formats = {
      ...config,
      get forks() {
        return forks();
      },
    };
  }

  /** The forks that are in effect have changed: worth a checkpoint and one after it, though nothing is to be signed. */
  get isAwaited(): boolean {
    const { head } = this.#ports.view;
    return head !== null && this.#votes.length > 0 && namesOf(this.#at(head)) !== this.#shown;
  }

  /** Runs `ask`, a call of `follow`, behind the words that it depends on. @throws Retryable FORK_UNKNOWN among others */
  async follow<T>(before: Finality, update: Hex, ask: () => Promise<T>): Promise<T> {
    await this.#show(before);
    try {
      const followed = await ask();
      this.#ports.problems.clear(UNKNOWN);
      return followed;
    } catch (error) {
      throw this.#explained(error, before, update);
    }
  }

  /** What cannot be shown now can be at the next checkpoint: it is followed all the same, and refused where it needed the words. */
  async #show(before: Finality): Promise<void> {
    const block = this.#ports.view.checkpoint();
    if (block === null || block.hash !== before.blockHash || this.#votes.length === 0) return;
    const names = namesOf(this.#at(block));
    if (names === this.#shown) return;
    try {
      await this.#ports.prove(block, slotsForForks(Math.min(this.#votes.length, MAX_FORKS)));
      this.#shown = names;
      this.#ports.problems.clear(NOT_SHOWN);
      this.#ports.log('info', 'the enclave was shown the forks that votes have added', { block: block.number, names });
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const words = `forks that votes have added cannot be shown to the enclave at block ${block.number}, which stops at the first that it does not know: see that an RPC in chain.rpc answers eth_getProof: ${describe(error)}`;
      this.#ports.problems.set(NOT_SHOWN, words);
      this.#ports.log('warn', 'forks cannot be shown to the enclave', { reason: describe(error) });
    }
  }

  /** A refusal that a fork explains is nobody's lie. */
  #explained(error: unknown, before: Finality, update: Hex): unknown {
    if (!(error instanceof EnclaveRefused) || error.refusal.code !== 'UPDATE_REJECTED') return error;
    const fork = this.#missed(before, update);
    if (fork) {
      const words = `the home chain is in the fork of epoch ${fork.epoch} (version ${fork.version}), which this enclave was not shown in time: its newest checkpoint, of slot ${before.slot}, is from before ${new Date(fork.effectiveAt * 1_000).toISOString()}, when the vote took effect, or was not shown; where none between that and the fork can be had, only a new image that knows the fork goes on`;
      this.#ports.problems.set(UNKNOWN, words);
      this.#ports.log('error', 'the enclave does not know the fork that the chain is in', { epoch: fork.epoch });
      return new Retryable('FORK_UNKNOWN', words, { cause: error });
    }
    if (!error.refusal.detail.startsWith('SIGNATURE_INVALID')) return error;
    this.#ports.problems.set(UNKNOWN, UNVERIFIED);
    this.#ports.log('warn', 'a lie, or a fork that nobody has named', { reason: error.refusal.detail });
    return error;
  }

  /** The fork by which this update is signed, where votes have added it, its time has come, and this life has not been shown it. */
  #missed(before: Finality, update: Hex): ForkRecord | null {
    const said = announced(this.formats, hexToBytes(update));
    if (isRejection(said)) return null;
    const signed = computeEpochAtSlot(this.#config, Math.max(said.signatureSlot, 1) - 1);
    const known = computeEpochAtSlot(this.#config, before.slot);
    const shown = this.#shown ?? '';
    const missed = this.#votes.find(
      (fork) =>
        this.#isNew(fork) &&
        fork.withdrawnIn === null &&
        fork.epoch > known &&
        fork.epoch <= signed &&
        !shown.includes(nameOf(fork)) &&
        this.#hasBegun(fork),
    );
    return missed ?? null;
  }

  /** By the chain's clock or this machine's: nobody who tells of a far slot makes a fork begin. */
  #hasBegun({ epoch }: ForkRecord): boolean {
    const { genesisTime, secondsPerSlot, slotsPerEpoch } = this.#config;
    return genesisTime + epoch * slotsPerEpoch * secondsPerSlot <= this.#ports.view.timeNow();
  }

  #allForks(): readonly Fork[] {
    const voted = this.#votes.filter(({ withdrawnIn }) => withdrawnIn === null);
    const proven = voted.map((fork) => ({ ...fork, version: hexToBytes(fork.version) }));
    return withForks(this.#config, proven, Number.POSITIVE_INFINITY).config.forks;
  }

  get #votes(): readonly ForkRecord[] {
    return this.#ports.view.ledger.forks;
  }

  #at(block: Pick<BlockRef, 'number' | 'timestamp'>): readonly ForkRecord[] {
    return forksAt(this.#votes, block).filter((fork) => this.#isNew(fork));
  }

  /** The image knows better of those that begin at its last one or before. */
  #isNew({ epoch }: ForkRecord): boolean {
    return epoch > (this.#config.forks.at(-1)?.epoch ?? -1);
  }
}

function namesOf(forks: readonly ForkRecord[]): string {
  return forks.map(nameOf).join(' ');
}

function nameOf({ epoch, version, shape }: ForkRecord): string {
  return `${version}:${epoch}:${shape}`;
}
