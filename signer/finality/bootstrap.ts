/** The first step: a store from a block root that the caller trusts. */

import type { Bytes } from './bytes.ts';
import { type FinalityConfig, requireConfig } from './config.ts';
import { type Rejection, rejectable } from './rejection.ts';
import { initializeLightClientStore } from './spec/initializeLightClientStore.ts';
import type { Store } from './store.ts';
import { decodeBootstrap } from './wire.ts';

/**
 * DANGER: everything after rests on `trustedRoot`. Nothing here shows that it is of the true chain.
 * @param bytes a bootstrap, in the form of `wire.ts`
 */
export function bootstrap(config: FinalityConfig, trustedRoot: Bytes, bytes: Bytes): Store | Rejection {
  return rejectable(() => {
    requireConfig(config);
    return initializeLightClientStore(config, trustedRoot, decodeBootstrap(config, bytes));
  });
}
