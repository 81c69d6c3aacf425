/**
 * How fresh this life's view of the chain is (I7). A boot record that this life made and a block is proven to have is that block's beat: the
 * block is no older than the moment at which the record was made, by this enclave's own clock. A view that all hosts of a set hold back
 * together so lasts for one bound and no longer.
 */

import { refuse } from '../formats/refusal.ts';
import type { NetworkRecord } from '../proof/records.ts';

/** `beatBound` in seconds; `releasesPerBeat` is how many requests one beat is good for. */
type Bounds = Pick<NetworkRecord, 'beatBound' | 'releasesPerBeat'>;
/** Of one block; null where that has no record that this life made. */
export type Beat = { readonly madeAt: number } | null;

/** Records below the newest proven one whose dates are kept: the block below the newest may have one of them. */
const KEPT = 8n;

export class Beats {
  readonly #clock: () => number;
  /** When each record was first made: whoever repeats the call gets no fresher one. */
  #made = new Map<bigint, number>();
  /** The highest counter that any block is proven to have. */
  #newest = 0n;
  #released = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  made(counter: bigint): void {
    // DANGER: one whose date is forgotten must not get another: it is in blocks that are older
    if (counter > this.#newest && !this.#made.has(counter)) this.#made.set(counter, this.#clock());
  }

  /** The beat of a block that is proven to have this record of this life. */
  see(counter: bigint): Beat {
    const madeAt = this.#made.get(counter);
    if (madeAt === undefined) return null;
    if (counter > this.#newest) this.#renew(counter);
    return { madeAt };
  }

  /**
   * DANGER: `beat` has to be that of the very block that is acted on. A newer block's says nothing about what an older one grants.
   * @throws Refused BEAT_OLD
   */
  requireFresh(beat: Beat, { beatBound }: Pick<Bounds, 'beatBound'>): void {
    const { madeAt } = beat ?? refuse('BEAT_OLD', 'no boot record that this life made is proven');
    const age = (this.#clock() - madeAt) / 1_000;
    if (age >= beatBound) refuse('BEAT_OLD', `made ${Math.floor(age)} seconds ago, good for ${beatBound}`);
  }

  /** @throws Refused BEAT_OLD, BEAT_SPENT */
  requireRoom(beat: Beat, requests: number, bounds: Bounds): void {
    this.requireFresh(beat, bounds);
    const { releasesPerBeat } = bounds;
    if (this.#released + requests > releasesPerBeat)
      refuse('BEAT_SPENT', `${this.#released} requests and ${requests} more, good for ${releasesPerBeat}`);
  }

  /** Sessions for so many requests have begun: what becomes of them is not known here. */
  spend(requests: number): void {
    this.#released += requests;
  }

  #renew(counter: bigint): void {
    this.#newest = counter;
    this.#released = 0;
    this.#made = new Map([...this.#made].filter(([other]) => other >= counter - KEPT));
  }
}
