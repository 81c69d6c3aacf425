/** Measurements that a vote has ended for ever, from the events of MeasurementRegistry. */

import type { Hex } from '../../../formats/hex.ts';
import type { MEASUREMENT_REGISTRY_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

export type MeasurementEvent = Of<'MeasurementRevoked', { readonly measurement: Hex }>;

type State = { readonly revoked: Set<Hex> };

export const measurementEvents: Events<typeof MEASUREMENT_REGISTRY_ABI, MeasurementEvent, State> = {
  MeasurementRevoked: {
    read: ({ measurement }) => ({ measurement }),
    fold: ({ revoked }, { measurement }) => void revoked.add(measurement),
    ends: true,
  },
};
