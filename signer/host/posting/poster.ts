/** What this host wants brought about on chain, and the transactions for it. Its only owner. */

import type { Goal } from './goals/rules.ts';

export type Poster = {
  /** The same goal twice is one. `rank`: how many other hosts go first. Nothing is lost when it is forgotten: whoever wants it asks again. */
  want(goal: Goal, rank: number): void;
  /** Whether this goal is pursued: wanted, sent, mined, or reached and not taken back. */
  isPursued(goal: Goal): boolean;
  /** One step: tends what is under way, sends what is due. */
  tend(): Promise<void>;
};
