/** Ids, birth domains and derived keys, computed again from what they are made of. */

import type { Hex } from '../../formats/hex.ts';
import { fromHex, toHex } from '../../formats/hex.ts';
import { keyId } from '../../formats/ids.ts';
import { PAYLOAD_KINDS } from '../../formats/kinds.ts';
import { SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { birthDomain, enclaveId } from '../../formats/wirePreimages.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { DERIVED_KEYS_ABI } from '../../host/chain/abi.ts';
import { derivedPoints } from '../../host/chain/derivedPoints.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { History } from '../chain/readLedger.ts';
import type { Source } from '../chain/source.ts';
import { type KeyNow, keyNow } from '../payload/judgePayload.ts';
import { short } from '../words/named.ts';
import { type Check, compared, unproven } from './check.ts';

export type KnownKeys = ReadonlyMap<Hex, KeyNow>;

export async function keysNow(source: Source, { ledger }: History): Promise<KnownKeys> {
  const entries = await Promise.all([...ledger.keys.keys()].map(async (id) => [id, await keyNow(source, id)] as const));
  return new Map(entries);
}

export async function recomputeKeys(source: Source, { ledger }: History, keys: KnownKeys): Promise<readonly Check[]> {
  const registry = addressOf(source.record, 'keyRegistry');
  const { chainId } = source.record;
  const checks = [...keys].map(([id, key], at) => {
    const differences: string[] = [];
    if (toHex(keyId(BigInt(chainId), fromHex(registry), BigInt(at + 1))) !== id)
      differences.push('its id is not that of this registry and number');
    if (isMade(key) && key.birth !== birthOf(source, id, key)) differences.push('its birth domain is another one');
    return compared(
      `key ${short(id)}`,
      differences,
      isMade(key) ? `id, birth domain; public key ${key.publicKeyX}` : 'id; not made yet',
    );
  });
  const derived = await Promise.all([...ledger.claimed.values()].map((one) => recomputeDerived(source, keys, one)));
  const commitments = unproven(
    'commitments',
    "only their hash is on chain: that a public key is the committee's is shown by its activation, which the registry verified",
  );
  return [...checks, ...derived, ...([...keys.values()].some(isMade) ? [commitments] : [])];
}

function isMade({ publicKeyX }: KeyNow): boolean {
  return BigInt(publicKeyX) !== 0n;
}

function birthOf({ record }: Source, id: Hex, { publicKeyPrefix: prefix, publicKeyX: x }: KeyNow): Hex {
  return birthDomain(record.chainId, addressOf(record, 'keyRegistry'), id, { prefix, x });
}

type Derived = { readonly keyId: Hex; readonly requester: Hex; readonly path: Hex };

/** What the contract verifies under, for Bitcoin and for all else. */
async function recomputeDerived(
  source: Source,
  keys: KnownKeys,
  { keyId: id, requester, path }: Derived,
): Promise<Check> {
  const what = `derived key of ${short(id)} for ${requester}`;
  const key = keys.get(id);
  if (key === undefined) return compared(what, ['there is no such key'], '');
  const differences: string[] = [];
  for (const [kind, point] of verifyingKeys(key, birthOf(source, id, key), requester, path)) {
    const found = await verifyingKey(source, id, requester, path, PAYLOAD_KINDS[kind].number);
    if (found !== point) differences.push(`for ${kind} the chain has ${found}, the root key gives ${point}`);
  }
  return compared(what, differences, `path ${short(path)}: derived from the root key again`);
}

/** By kind; an Ed25519 key is not derived, and verifies as it is. */
function verifyingKeys(
  { scheme, publicKeyPrefix: prefix, publicKeyX: x }: KeyNow,
  birth: Hex,
  requester: Hex,
  path: Hex,
): readonly (readonly [kind: keyof typeof PAYLOAD_KINDS, x: Hex])[] {
  if (scheme === SCHEME_NUMBERS.ed25519) return [['solana-message', x]];
  const { derivedX, outputX } = derivedPoints({ prefix, x }, birth, requester, path);
  if (scheme === SCHEME_NUMBERS.bip340)
    return [
      ['bitcoin-psbt', outputX],
      ['raw-digest', derivedX],
    ];
  return [['raw-digest', derivedX]];
}

async function verifyingKey({ rpc, record }: Source, id: Hex, requester: Hex, path: Hex, kind: number): Promise<Hex> {
  const at = addressOf(record, 'derivedKeys');
  const [, key] = await view(rpc, at, DERIVED_KEYS_ABI, 'verifyingKey', [id, requester, path, kind], 'finalized');
  return key.x;
}

export function recomputeEnclaves({ record }: Source, { ledger }: History): readonly Check[] {
  const registry = addressOf(record, 'enclaveRegistry');
  return [...ledger.enclaves.values()].map(({ id, operator, identity }) =>
    compared(
      `enclave ${short(id)}`,
      enclaveId(record.chainId, registry, operator, identity) === id
        ? []
        : ['its id is not of its operator and identity'],
      `id, of operator ${operator}`,
    ),
  );
}
