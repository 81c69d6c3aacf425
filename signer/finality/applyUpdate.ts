/** > process_light_client_update: verifies an update and takes what it proves. The store given stays as it is. */

import type { Bytes } from './bytes.ts';
import { type FinalityConfig, requireConfig } from './config.ts';
import { type Rejection, rejectable } from './rejection.ts';
import { applyLightClientUpdate } from './spec/applyLightClientUpdate.ts';
import { validateLightClientUpdate } from './spec/validateLightClientUpdate.ts';
import type { Store } from './store.ts';
import { decodeUpdate } from './wire.ts';

/** For a caller that has no clock to trust. What a committee signs ahead of time is bounded by its periods alone then. */
export const NO_CLOCK = Number.MAX_SAFE_INTEGER;

/**
 * @param bytes an update or a finality update, in the form of `wire.ts`
 * @param currentSlot > current_slot, by a clock that the caller trusts
 */
export function applyUpdate(
  config: FinalityConfig,
  store: Store,
  bytes: Bytes,
  currentSlot: number = NO_CLOCK,
): Store | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const proven = validateLightClientUpdate(config, store, decodeUpdate(config, bytes), currentSlot);
    return applyLightClientUpdate(config, store, proven);
  });
}
