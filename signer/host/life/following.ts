/**
 * Brings one life of an enclave from what it has verified to what is final now: periods in their order, then the newest update. The enclave
 * judges all of it; who lied is asked last.
 */

import { bytesToHex, hexToBytes } from 'viem';
import type { Finality } from '../../enclave/api.ts';
import { type Announced, announced } from '../../finality/announced.ts';
import { withoutNextCommittee } from '../../finality/beaconApi/canonicalBytes.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { isRejection } from '../../finality/rejection.ts';
import { computeSyncCommitteePeriodAtSlot } from '../../finality/spec/computeSyncCommitteePeriodAtSlot.ts';
import type { Hex } from '../../formats/hex.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Beacon, Told } from '../ports/beacon.ts';
import { countRefused, isRefused, requireLie } from './lies.ts';
import { EnclaveRefused, FarClaim, type Life } from './life.ts';

export type FollowPorts = { readonly beacon: Beacon; readonly log: Log; readonly metrics: Metrics };

/** Periods that are asked for at once: each is 26 kB. */
const PERIODS = 8;
/** Nodes that may lie one after the other within one step. */
const LIES = 4;

export class Following {
  readonly #ports: FollowPorts;
  readonly #view: Pick<View, 'pin' | 'reach' | 'checkpoint'>;
  readonly #config: FinalityConfig;
  readonly #ask: Life['ask'];
  #finality: Finality;
  /** The update that proves it, for other hosts; null while only earlier lives have seen it. */
  #proof: Hex | null = null;
  #isPinned = false;
  #running: Promise<void> = Promise.resolve();
  #following: Promise<void> | null = null;

  constructor(
    ports: FollowPorts,
    view: Pick<View, 'pin' | 'reach' | 'checkpoint'>,
    config: FinalityConfig,
    ask: Life['ask'],
    known: Finality,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#config = config;
    this.#ask = ask;
    this.#finality = known;
  }

  get finality(): Finality {
    return this.#finality;
  }

  get proof(): Hex | null {
    return this.#proof;
  }

  /** To the newest that a beacon node tells of; who asks meanwhile gets what is under way. @throws Retryable */
  follow(): Promise<void> {
    this.#following ??= this.#inTurn(() => this.#follow()).finally(() => {
      this.#following = null;
    });
    return this.#following;
  }

  /** To what another host's update proves, if it is news. @throws EnclaveRefused UPDATE_REJECTED among others, FarClaim, Retryable */
  believe(update: Hex): Promise<void> {
    return this.#inTurn(() => this.#believe(update));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#running.then(work);
    this.#running = done.catch(() => {});
    return done;
  }

  async #follow(): Promise<void> {
    await this.#pin();
    for (let lies = 0; lies < LIES; lies += 1) {
      const told = await this.#ports.beacon.finality(this.#finality.slot);
      if (!this.#isNews(told)) return;
      if (await this.#isFollowed(told)) return;
    }
    throw new Retryable('BEACON_NONSENSE', 'the enclave refuses what beacon nodes say');
  }

  /** False where it is to be asked again: the node that told has lied, or the periods before had to come first. */
  async #isFollowed(told: Told): Promise<boolean> {
    try {
      await this.#reached(told.blockHash);
      await this.#show(told.bytes);
      return true;
    } catch (error) {
      if (isRefused(error, 'PERIOD_MISSING')) {
        await this.#catchUpTo(told);
        return false;
      }
      requireLie(this.#ports, error, told);
      return false;
    }
  }

  /** Nobody knows a way to what this node tells, itself included: believed again, it would be asked again, and no other. */
  async #catchUpTo(told: Told): Promise<void> {
    try {
      await this.#catchUp(told.period);
    } catch (error) {
      if (!(error instanceof Retryable) || error.code !== 'BEACON_UNKNOWN') throw error;
      this.#ports.log('warn', 'a beacon node tells of a period that none leads to', {
        beacon: told.by,
        reason: describe(error),
      });
      this.#ports.beacon.disbelieve(told);
    }
  }

  /** From the period that is known to this one, committee by committee. */
  async #catchUp(to: number): Promise<void> {
    for (let known = this.#finality; isBefore(known, to); ) {
      const from = known.isNextCommitteeKnown ? known.period + 1 : known.period;
      const updates = await this.#ports.beacon.updates(from, Math.min(PERIODS, to - from + 1));
      for (const told of updates) await this.#showPeriod(told);
      const reached: Finality = this.#finality;
      if (!isProgress(known, reached))
        throw new Retryable('BEACON_UNKNOWN', `no beacon node has a final committee of period ${known.period + 1}`);
      known = reached;
    }
  }

  async #showPeriod(told: Told): Promise<void> {
    try {
      await this.#show(told.bytes);
    } catch (error) {
      if (isRefused(error, 'UPDATE_STALE')) return;
      requireLie(this.#ports, error, told);
      throw error;
    }
  }

  async #believe(update: Hex): Promise<void> {
    const said = announced(this.#config, hexToBytes(update));
    if (isRejection(said))
      throw new EnclaveRefused('follow', { code: 'UPDATE_REJECTED', detail: `${said.code}: ${said.field}` });
    const blockHash = bytesToHex(said.blockHash);
    if (said.slot < this.#finality.slot) return;
    if (said.slot === this.#finality.slot && blockHash === this.#finality.blockHash) return;
    const period = this.#signedIn(said);
    try {
      if (period > this.#finality.period + 1) throw periodMissing(period);
      await this.#reached(blockHash);
      await this.#show(update);
    } catch (error) {
      if (isRefused(error, 'UPDATE_STALE')) return;
      countRefused(this.#ports.metrics, error, 'peer');
      if (isRefused(error, 'PERIOD_MISSING')) await this.#requireKnown(period, error);
      throw error;
    }
  }

  /** At the price of one question. Nobody can be blamed while no beacon node answers. @throws FarClaim */
  async #requireKnown(period: number, cause: unknown): Promise<void> {
    const told = await this.#ports.beacon.finality(this.#finality.slot).catch((error: unknown) => {
      if (!isRetryable(error)) throw error;
      throw cause;
    });
    const known = announced(this.#config, hexToBytes(told.bytes));
    if (isRejection(known)) throw cause;
    const ahead = period - Math.max(this.#finality.period, this.#signedIn(known));
    if (ahead > 0) throw new FarClaim(ahead);
  }

  #signedIn({ signatureSlot }: Announced): number {
    return computeSyncCommitteePeriodAtSlot(this.#config, signatureSlot);
  }

  async #show(update: Hex): Promise<void> {
    this.#took(await this.#ask('follow', { update }), update);
    await this.#pin();
  }

  #took(finality: Finality, update: Hex): void {
    const isNewer = finality.slot > this.#finality.slot;
    this.#finality = finality;
    if (isNewer) {
      this.#proof = finalityAlone(this.#config, update);
      this.#isPinned = false;
    }
    this.#ports.metrics.set('quorate_finality_slot', finality.slot);
  }

  async #pin(): Promise<void> {
    if (this.#isPinned) return;
    await this.#view.pin(this.#finality);
    this.#isPinned = true;
  }

  /** The view reads first. What cannot be had may be a lie, and the enclave knows. */
  async #reached(hash: Hex): Promise<void> {
    try {
      await this.#view.reach(hash);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#ports.log('debug', 'a block that is said to be final cannot be had', { reason: describe(error) });
    }
  }

  /** What an earlier life has sealed may be told again: then it can be proven to others too. */
  #isNews(told: Told): boolean {
    const known = this.#finality;
    if (told.slot > known.slot || this.#contradicts(told)) return true;
    if (this.#proof === null && told.slot === known.slot && told.blockHash === known.blockHash)
      this.#proof = told.bytes;
    return false;
  }

  /** Another block at the slot that is known: a lie, or a committee has signed two chains, which the enclave is to see. */
  #contradicts({ slot, blockHash }: Pick<Told, 'slot' | 'blockHash'>): boolean {
    return slot === this.#finality.slot && blockHash !== this.#finality.blockHash;
  }
}

/** As the enclave would say, which takes nothing of a period after the next. */
function periodMissing(period: number): EnclaveRefused {
  return new EnclaveRefused('follow', { code: 'PERIOD_MISSING', detail: `signed in period ${period}` });
}

function isBefore({ period, isNextCommitteeKnown }: Finality, to: number): boolean {
  return period < to || (period === to && !isNextCommitteeKnown);
}

function isProgress(from: Finality, to: Finality): boolean {
  return to.slot > from.slot || to.isNextCommitteeKnown !== from.isNextCommitteeKnown;
}

/** Others need no committee that they know: a full update is thirteen times as long. */
function finalityAlone(config: FinalityConfig, update: Hex): Hex | null {
  if (!update.startsWith('0x02')) return update;
  const short = withoutNextCommittee(config, hexToBytes(update));
  return isRejection(short) ? null : bytesToHex(short);
}
