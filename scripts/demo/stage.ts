/** What every scene of the demo plays on. */

import { FOUR_OF_FIVE } from '../local/five.ts';
import type { Narrator } from '../local/narrate.ts';
import type { LocalNetwork } from '../local/network.ts';
import type { Operator } from '../local/operators.ts';

export type Stage = Narrator & { readonly network: LocalNetwork; readonly operators: readonly Operator[] };

export const THRESHOLD = FOUR_OF_FIVE.threshold;
export const PATIENCE = 60_000;

export function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}
