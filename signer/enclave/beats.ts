/**
 * How fresh this life's view of the chain is (I7). A boot record that this life made and the chain is proven to have is a beat: the state
 * that proves it is no older than the moment at which the record was made, by this enclave's own clock. A view that all hosts of a set
 * hold back together so lasts for one bound and no longer.
 */

import { refuse } from '../formats/refusal.ts';
import type { NetworkRecord } from '../proof/records.ts';

/** `beatBound` in seconds; `releasesPerBeat` is how many requests one beat is good for. */
type Bounds = Pick<NetworkRecord, 'beatBound' | 'releasesPerBeat'>;

export class Beats {
  readonly #clock: () => number;
  /** When each record was first made: whoever repeats the call gets no fresher one. */
  #made = new Map<bigint, number>();
  #proven: { readonly counter: bigint; readonly madeAt: number } | null = null;
  #released = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  made(counter: bigint): void {
    if (!this.#made.has(counter)) this.#made.set(counter, this.#clock());
  }

  /** The chain is proven to have this record of this life. */
  see(counter: bigint): void {
    const madeAt = this.#made.get(counter);
    if (madeAt === undefined || counter <= (this.#proven?.counter ?? 0n)) return;
    this.#proven = { counter, madeAt };
    this.#released = 0;
    this.#made = new Map([...this.#made].filter(([other]) => other >= counter));
  }

  /** @throws Refused BEAT_OLD */
  requireFresh({ beatBound }: Pick<Bounds, 'beatBound'>): void {
    const { madeAt } = this.#proven ?? refuse('BEAT_OLD', 'no boot record that this life made is proven');
    const age = (this.#clock() - madeAt) / 1_000;
    if (age >= beatBound) refuse('BEAT_OLD', `made ${Math.floor(age)} seconds ago, good for ${beatBound}`);
  }

  /** @throws Refused BEAT_OLD, BEAT_SPENT */
  requireRoom(requests: number, bounds: Bounds): void {
    this.requireFresh(bounds);
    const { releasesPerBeat } = bounds;
    if (this.#released + requests > releasesPerBeat)
      refuse('BEAT_SPENT', `${this.#released} requests and ${requests} more, good for ${releasesPerBeat}`);
  }

  /** Sessions for so many requests have begun: what becomes of them is not known here. */
  spend(requests: number): void {
    this.#released += requests;
  }
}
