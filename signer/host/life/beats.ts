/**
 * When this enclave needs to show again how fresh its view is: a boot record with a higher counter (docs/convening.md, "Beats"). On
 * demand: while nothing is to be signed, nothing is recorded.
 */

import type { Hex } from '../../formats/hex.ts';
import type { EnclaveRecord } from '../chain/view/enclaves.ts';
import { isRefusedBy } from '../chain/view/ledger.ts';
import type { View } from '../chain/view/view.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { recordBoot } from '../path/recordBoot.ts';
import type { Clock } from '../ports/clock.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { RecordBoot } from '../posting/goals/recordBoot.ts';
import type { Poster } from '../posting/poster.ts';
import type { Life, Self } from './life.ts';

type BeatPorts = { readonly clock: Clock; readonly wallet: Wallet; readonly log: Log; readonly metrics: Metrics };

/** A beat is renewed when a third of its time has passed, or a third of what it is good for is spent: the next one takes a finality to come. */
const PART = 1 / 3;

export class Beats {
  readonly #ports: BeatPorts;
  readonly #view: View;
  readonly #life: Pick<Life, 'ask' | 'prove'>;
  readonly #poster: Pick<Poster, 'want' | 'isPursued'>;
  readonly #self: Self;
  /** Clock time at which this life first made the record with this counter: enclaves count from then too. */
  readonly #madeAt = new Map<bigint, number>();
  /** Requests that were signed since this counter was proven. */
  #spent = { counter: 0n, requests: 0 };
  /** The enclave has said that it wants one. */
  #isWanted = false;
  #goal: RecordBoot | null = null;

  constructor(
    ports: BeatPorts,
    view: View,
    life: Pick<Life, 'ask' | 'prove'>,
    poster: Pick<Poster, 'want' | 'isPursued'>,
    self: Self,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#life = life;
    this.#poster = poster;
    this.#self = self;
  }

  /** What the enclave was asked to sign, and what it said. */
  asked(requests: number, refusal: string | undefined): void {
    if (refusal === undefined) this.#spent.requests += requests;
    if (refusal === 'BEAT_OLD' || refusal === 'BEAT_SPENT') this.#isWanted = true;
  }

  /** Whether a newer record is worth its gas now: something is to be signed, and this life's newest is old or nearly spent. */
  isDue(known: EnclaveRecord | undefined): boolean {
    const { boot } = known ?? {};
    if (boot == null || boot.nonce !== this.#self.status.nonce) return false;
    this.#see(boot.counter);
    return (this.#isWanted || this.#isHalfway(boot.counter)) && this.#hasWork();
  }

  /** @throws Retryable */
  async record(): Promise<void> {
    if (this.#goal !== null && this.#poster.isPursued(this.#goal)) return;
    const block = this.#view.checkpoint();
    if (block === null) return;
    const before = this.#ports.clock.now();
    this.#goal = await recordBoot(this.#ports.wallet, this.#life, this.#poster, this.#self, block);
    const counter = BigInt(this.#goal.counter);
    if (this.#madeAt.has(counter)) return;
    this.#madeAt.set(counter, before);
    this.#ports.metrics.add('quorate_beats_total');
    this.#ports.log('info', 'shows how fresh its view is', { counter: this.#goal.counter });
  }

  #see(counter: bigint): void {
    if (counter <= this.#spent.counter) return;
    this.#spent = { counter, requests: 0 };
    this.#isWanted = false;
    for (const older of this.#madeAt.keys()) if (older < counter) this.#madeAt.delete(older);
  }

  #isHalfway(counter: bigint): boolean {
    const { beatBound, releasesPerBeat } = this.#view.ledger.network;
    const madeAt = this.#madeAt.get(counter);
    if (madeAt === undefined || beatBound === 0) return false;
    const age = (this.#ports.clock.now() - madeAt) / 1_000;
    return age > beatBound * PART || this.#spent.requests > releasesPerBeat * PART;
  }

  /** Something that this enclave could sign is READY, or will be while a beat made now is good. */
  #hasWork(): boolean {
    const { keys, requests, network } = this.#view.ledger;
    const soon = this.#view.timeNow() + network.beatBound * PART;
    const isOurs = (keyId: Hex) => {
      const key = keys.get(keyId);
      return key?.state === 'active' && key.members.includes(this.#self.id);
    };
    return [...requests.keys()].some(
      (keyId) => isOurs(keyId) && (this.#isAny(requests.ready(keyId)) || this.#isAny(requests.due(keyId, soon))),
    );
  }

  /** What it has refused on chain for good, it will not sign. */
  #isAny(asked: Iterable<{ readonly id: Hex }>): boolean {
    const { ledger } = this.#view;
    const said = { member: this.#self.id, kind: 'final' } as const;
    for (const { id } of asked) if (!isRefusedBy(ledger, id, said)) return true;
    return false;
  }
}
