/** What the lenses of a deployment say at the finalised block: what would take more than events to work out. */

import type { Hex } from '../formats/hex.ts';
import { readConfig, readDeployment } from '../host/adapters/assemble.ts';
import { createRpc, type Rpc } from '../host/adapters/rpc.ts';
import { view } from '../host/adapters/rpcViews.ts';
import { ENCLAVE_LENS_ABI, KEY_LENS_ABI } from '../host/chain/abi.ts';
import { isRetryable } from '../host/errors.ts';

/** What one region, vendor, platform or sealing source of a committee could do (I11). */
export type Standing = { readonly largest: number; readonly safe: boolean; readonly survives: boolean };
export type Standings = Readonly<Record<'region' | 'vendor' | 'platform' | 'sealing', Standing>>;
export type Service = { readonly attested: boolean; readonly eligible: boolean; readonly serves: boolean };

/** Null where the record of the deployment names no lens. */
export async function standingsOf(file: string, keyIds: readonly Hex[]): Promise<readonly Standings[] | null> {
  const { lenses, ask } = open(file);
  if (lenses === null) return null;
  return Promise.all(
    keyIds.map((keyId) => ask((rpc) => view(rpc, lenses.keys, KEY_LENS_ABI, 'standingsOf', [keyId], 'finalized'))),
  );
}

/** Null where the record of the deployment names no lens. */
export async function servicesOf(file: string, ids: readonly Hex[]): Promise<readonly Service[] | null> {
  const { lenses, ask } = open(file);
  if (lenses === null) return null;
  return ask((rpc) => view(rpc, lenses.enclaves, ENCLAVE_LENS_ABI, 'servicesOf', [ids], 'finalized'));
}

function open(file: string) {
  const config = readConfig(file);
  const rpcs = config.chain.rpc.map(createRpc);
  return {
    lenses: readDeployment(config).lenses,
    ask: <T>(question: (rpc: Rpc) => Promise<T>) => firstOf(rpcs, question),
  };
}

/** The first provider that answers. */
async function firstOf<T>(rpcs: readonly Rpc[], question: (rpc: Rpc) => Promise<T>): Promise<T> {
  let failure: unknown = new Error('the configuration names no provider');
  for (const rpc of rpcs) {
    try {
      return await question(rpc);
    } catch (cause) {
      if (!isRetryable(cause)) throw cause;
      failure = cause;
    }
  }
  throw failure;
}
