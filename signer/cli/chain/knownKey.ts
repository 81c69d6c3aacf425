/** A key by its id or the first characters of it, at the latest block. */

import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { idOf } from '../words/named.ts';
import { KEYS_ABI } from './abi.ts';
import { addressOf } from './deploymentRecord.ts';
import type { Source } from './source.ts';

export async function knownKey({ rpc, record }: Pick<Source, 'rpc' | 'record'>, text: string): Promise<Hex> {
  const registry = addressOf(record, 'keyRegistry');
  const count = Number(await view(rpc, registry, KEYS_ABI, 'keyCount', []));
  const ids: Hex[] = [];
  for (let index = 1; index <= count; index += 1)
    ids.push(await view(rpc, registry, KEYS_ABI, 'keyIdAt', [BigInt(index)]));
  return idOf(ids, text, 'key');
}
