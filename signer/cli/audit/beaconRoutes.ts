/** A beacon node's light-client routes, for a command that asks a little and ends. What comes is judged by a light client. */

import type { Bytes } from '../../finality/bytes.ts';
import { hex } from '../../finality/bytes.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { fromHex } from '../../formats/hex.ts';
import { type Answer, capOf, finalisedRootOf, toldOf, updatesOf } from '../../host/adapters/beaconAnswers.ts';
import { get } from '../../host/adapters/beaconHttp.ts';
import { endpointOf } from '../../host/adapters/http.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { Fatal, isRetryable } from '../../host/errors.ts';
import { hostOf } from '../../host/redact.ts';

/** What an export needs of a beacon node. */
export type BeaconRoutes = {
  /** Root of the newest final block. */
  readonly finalisedRoot: () => Promise<Bytes>;
  readonly bootstrap: (root: Bytes) => Promise<Bytes>;
  /** The full update of one period. */
  readonly update: (period: number) => Promise<Bytes>;
  readonly finality: () => Promise<Bytes>;
};

/** By the client of the host, which decodes and caps; without its paces and its memory of who has lied. @throws Fatal CONFIG_INVALID */
export function beaconRoutes(url: string, config: FinalityConfig): BeaconRoutes {
  const [endpoint, by] = [endpointOf(url), hostOf(url)];
  const asked = <T>(path: string, read: (answer: Answer) => T): Promise<T> =>
    usable(async () => read(await get(endpoint, `/eth/v1/beacon/${path}`, capOf(config), systemClock)));
  return {
    finalisedRoot: () => asked('headers/finalized', finalisedRootOf),
    bootstrap: (root) =>
      asked(`light_client/bootstrap/${hex(root)}`, (answer) => fromHex(toldOf(config, 'bootstrap', answer, by).bytes)),
    update: (period) =>
      asked(`light_client/updates?start_period=${period}&count=1`, (answer) => {
        const [told] = updatesOf(config, answer, { period, count: 1 }, by); // one at least, or it throws
        return fromHex(told?.bytes ?? '0x');
      }),
    finality: () =>
      asked('light_client/finality_update', (answer) => fromHex(toldOf(config, 'finality_update', answer, by).bytes)),
  };
}

async function usable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!isRetryable(cause)) throw cause;
    const advice = 'Name a beacon node of the home chain with --beacon that serves light clients.';
    throw new Fatal('CONFIG_INVALID', `the beacon node is of no use: ${cause.message}`, advice, { cause });
  }
}
