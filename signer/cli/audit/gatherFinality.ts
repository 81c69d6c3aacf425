/** From a trusted block root to what is final now: the updates that a light client needs on the way, and no other. */

import { applyUpdate } from '../../finality/applyUpdate.ts';
import { bootstrap } from '../../finality/bootstrap.ts';
import type { Bytes } from '../../finality/bytes.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { type Finalised, finalised } from '../../finality/finalised.ts';
import { isRejection, type Rejection, type RejectionCode } from '../../finality/rejection.ts';
import type { Store } from '../../finality/store.ts';
import { Fatal } from '../../host/errors.ts';
import type { BeaconRoutes } from './beaconRoutes.ts';

export type GatheredFinality = {
  readonly bootstrap: Bytes;
  readonly periods: readonly Bytes[];
  readonly finality: readonly Bytes[];
  readonly final: Finalised;
};

/** As many as a bundle holds. */
const MOST_PERIODS = 160;
const PERIOD_MISSING: ReadonlySet<RejectionCode> = new Set(['NEXT_COMMITTEE_UNKNOWN', 'PERIOD_SKIPPED']);
const KNOWN: ReadonlySet<RejectionCode> = new Set(['NOTHING_NEW', 'FINALITY_OLDER']);

/** @throws Fatal */
export async function gatherFinality(
  config: FinalityConfig,
  beacon: BeaconRoutes,
  checkpoint: Bytes,
): Promise<GatheredFinality> {
  const first = await beacon.bootstrap(checkpoint);
  let store = believed(bootstrap(config, checkpoint, first), 'the bootstrap');
  const newest = await beacon.finality();
  const periods: Bytes[] = [];
  for (;;) {
    const found = applyUpdate(config, store, newest);
    if (!isRejection(found)) return { bootstrap: first, periods, finality: [newest], final: finalised(config, found) };
    if (KNOWN.has(found.code)) return { bootstrap: first, periods, finality: [], final: finalised(config, store) };
    if (!PERIOD_MISSING.has(found.code) || periods.length === MOST_PERIODS) believed(found, 'the finality update');
    const update = await beacon.update(periodToLearn(config, store));
    store = believed(applyUpdate(config, store, update), 'the update of a period');
    periods.push(update);
  }
}

/** The update that names the committee after the last one known. */
function periodToLearn(config: FinalityConfig, store: Store): number {
  const { period, isNextCommitteeKnown } = finalised(config, store);
  return isNextCommitteeKnown ? period + 1 : period;
}

function believed(found: Store | Rejection, what: string): Store {
  if (!isRejection(found)) return found;
  const detail = `${what} of the beacon node does not hold: ${found.code}, ${found.field}: ${found.found}, expected ${found.expected}`;
  throw new Fatal('CONFIG_INVALID', detail, 'Name another beacon node, or another block root that it knows.');
}
