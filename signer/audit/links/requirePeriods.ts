/** Each period's committee names the next one. */

import { applyUpdate } from '../../finality/applyUpdate.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { isRejection } from '../../finality/rejection.ts';
import type { Store } from '../../finality/store.ts';
import { KINDS } from '../../finality/wire.ts';
import { broken, Rejected } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

const UPDATE = KINDS.indexOf('update') + 1;

/** @throws Broken PERIOD_KIND, Rejected */
export function requirePeriods(finality: FinalityConfig, store: Store, { periods }: Pick<Bundle, 'periods'>): Store {
  return periods.reduce((before, bytes, at) => {
    if (bytes[0] !== UPDATE) broken('PERIOD_KIND', `periods[${at}] is no full update`);
    const next = applyUpdate(finality, before, bytes);
    if (isRejection(next)) throw new Rejected(next);
    return next;
  }, store);
}
