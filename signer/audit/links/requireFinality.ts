/** The finality update -> the finalised header: at least two thirds of the committee of its period have signed the block that says so. */

import { applyUpdate } from '../../finality/applyUpdate.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { type Finalised, finalised } from '../../finality/finalised.ts';
import { isRejection } from '../../finality/rejection.ts';
import type { Store } from '../../finality/store.ts';
import { KINDS } from '../../finality/wire.ts';
import { broken, Rejected } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

const FINALITY_UPDATE = KINDS.indexOf('finality_update') + 1;

/** Without an update: what the store has is final already, by the periods' updates or by the auditor's word. @throws Broken, Rejected */
export function requireFinality(
  config: FinalityConfig,
  store: Store,
  { finality: [bytes] }: Pick<Bundle, 'finality'>,
): Finalised {
  if (bytes === undefined) return finalised(config, store);
  if (bytes[0] !== FINALITY_UPDATE) broken('FINALITY_KIND', 'no finality update');
  const next = applyUpdate(config, store, bytes);
  if (isRejection(next)) throw new Rejected(next);
  return finalised(config, next);
}
