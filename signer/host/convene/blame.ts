/** Which members of a key are better left out for now: who failed, longer each time, and who contradicted whom. */

import type { Hex } from '../../formats/hex.ts';
import type { Dispute } from './disputes.ts';
import { backOff } from './durations.ts';

const FIRST = 10_000;
const MOST = 600_000;

export class Blame {
  readonly #failed = new Map<Hex, { times: number; until: number }>();
  /** Grow: liars collect disputes, honest members have none with each other. */
  readonly #disputes = new Map<string, Dispute>();

  fail(members: readonly Hex[], now: number): void {
    for (const id of members) {
      const times = (this.#failed.get(id)?.times ?? 0) + 1;
      this.#failed.set(id, { times, until: now + backOff(times, FIRST, MOST) });
    }
  }

  /** Briefly, and no longer each time: what they did may be a fault or not. */
  doubt(members: readonly Hex[], now: number): void {
    for (const id of members) {
      const { times, until } = this.#failed.get(id) ?? { times: 0, until: 0 };
      this.#failed.set(id, { times, until: Math.max(until, now + FIRST) });
    }
  }

  /** They did their part: half of what they failed in is forgotten, or years of small faults would make the longest pause of any. */
  succeed(members: readonly Hex[]): void {
    for (const id of members) {
      const known = this.#failed.get(id);
      if (known === undefined) continue;
      if (known.times > 1) known.times >>= 1;
      else this.#failed.delete(id);
    }
  }

  dispute(disputes: readonly Dispute[]): void {
    for (const dispute of disputes) this.#disputes.set([...dispute].sort().join(), dispute);
  }

  /** Those that have not failed, or long enough ago; all when they would be too few. */
  among(members: readonly Hex[], needed: number, now: number): readonly Hex[] {
    const left = members.filter((id) => (this.#failed.get(id)?.until ?? 0) <= now);
    return left.length < needed ? members : left;
  }

  get disputes(): readonly Dispute[] {
    return [...this.#disputes.values()];
  }

  /** All answered, and yet too few without disputes: more lie than may, or honest members are away. */
  forgetDisputes(): void {
    this.#disputes.clear();
  }
}
