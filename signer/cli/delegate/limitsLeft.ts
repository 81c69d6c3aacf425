/** What is left of a delegate's limits at the latest block: what a request that is made now would meet. */

import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { KEYS_ABI, REQUEST_LENS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import type { Cap, Limits } from './limitWords.ts';

export type Delegate = { readonly keyId: Hex; readonly requester: Hex };
export type CapLeft = Cap & { readonly left: bigint };
export type LimitsLeft = Delegate & {
  /** How often they were set or removed. */
  readonly version: number;
  /** Null where a vote has taken them away, or none has set any. */
  readonly limits: Limits | null;
  readonly caps: readonly CapLeft[];
  /** Contract that the row asks; zero: none. */
  readonly guard: Hex;
  /** False: the row names another guard or none, so these limits bind nobody. */
  readonly binds: boolean;
};
type Where = Pick<Source, 'rpc' | 'record'>;

export async function limitsLeft({ rpc, record }: Where, { keyId, requester }: Delegate): Promise<LimitsLeft> {
  const lens = addressOf(record, 'requestLens');
  const [[found], row] = await Promise.all([
    view(rpc, lens, REQUEST_LENS_ABI, 'delegates', [keyId, [requester]]),
    view(rpc, addressOf(record, 'keyRegistry'), KEYS_ABI, 'rowOf', [keyId, requester]),
  ]);
  const { version = 0, limits, available = [] } = found ?? {};
  const isSet = limits !== undefined && limits.expiresAt !== 0;
  return {
    ...{ keyId, requester, version, limits: isSet ? limits : null },
    caps: isSet ? limits.caps.map((cap, at) => ({ ...cap, left: available[at] ?? 0n })) : [],
    ...{ guard: row.guard, binds: row.guard.toLowerCase() === addressOf(record, 'spendingLimits') },
  };
}

/** How many payloads of each path may be signed and are not settled. */
export async function placesTaken({ rpc, record }: Where, { keyId, requester }: Delegate, paths: readonly Hex[]) {
  const lens = addressOf(record, 'requestLens');
  const taken = await view(rpc, lens, REQUEST_LENS_ABI, 'placesOf', [keyId, requester, paths]);
  return paths.map((path, at) => ({ path, taken: taken[at] ?? 0 }));
}
