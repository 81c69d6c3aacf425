/** The contract accounts for the declared effects: they have to be those that the payload has, all of them, in order. */

import { isEqual } from '../formats/equal.ts';
import { effectHash } from '../formats/intent.ts';
import { refuse } from '../formats/refusal.ts';
import type { Effect } from '../formats/request.ts';

export function requireEffects(declared: readonly Effect[], computed: readonly Effect[]): void {
  if (declared.length !== computed.length) {
    refuse('EFFECT_COUNT', `${declared.length} effects, the payload has ${computed.length}`);
  }
  computed.forEach((effect, at) => {
    const shown = declared[at];
    if (shown === undefined || !isEqual(effectHash(shown), effectHash(effect))) {
      refuse('EFFECT_MISMATCH', `effect ${at} is not the payload's`);
    }
  });
}
