/** What the lenses of a deployment say at the finalised block: what would take more than events to work out. */

import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVE_LENS_ABI, KEY_LENS_ABI } from '../../host/chain/abi.ts';
import { reading, type Source } from './source.ts';

/** What one region, vendor, platform or sealing source of a committee could do (I11). */
export type Exposure = { readonly largest: number; readonly safe: boolean; readonly survives: boolean };
export type Exposures = Readonly<Record<'region' | 'vendor' | 'platform' | 'sealing', Exposure>>;
export type Service = { readonly attested: boolean; readonly eligible: boolean; readonly serves: boolean };

type Where = Pick<Source, 'rpc' | 'record'>;

/** Null where the record of the deployment names no lens. */
export async function exposuresOf(
  { rpc, record }: Where,
  keyIds: readonly Hex[],
): Promise<readonly Exposures[] | null> {
  const lens = record.contracts.keyLens?.address;
  if (lens === undefined) return null;
  const ask = (keyId: Hex) => view(rpc, lens, KEY_LENS_ABI, 'exposuresOf', [keyId], 'finalized');
  return reading(() => Promise.all(keyIds.map(ask)));
}

/** Null where the record of the deployment names no lens. */
export async function servicesOf({ rpc, record }: Where, ids: readonly Hex[]): Promise<readonly Service[] | null> {
  const lens = record.contracts.enclaveLens?.address;
  if (lens === undefined) return null;
  return reading(() => view(rpc, lens, ENCLAVE_LENS_ABI, 'servicesOf', [ids], 'finalized'));
}
