/** The trusted block root -> its sync committee. */

import { bootstrap } from '../../finality/bootstrap.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { isRejection } from '../../finality/rejection.ts';
import type { Store } from '../../finality/store.ts';
import { Rejected } from '../broken.ts';
import type { Bundle } from '../bundle.ts';
import type { Trust } from '../trust.ts';

/** @throws Rejected */
export function requireCheckpoint(
  finality: FinalityConfig,
  bundle: Pick<Bundle, 'bootstrap'>,
  { checkpoint }: Pick<Trust, 'checkpoint'>,
): Store {
  const store = bootstrap(finality, checkpoint, bundle.bootstrap);
  if (isRejection(store)) throw new Rejected(store);
  return store;
}
