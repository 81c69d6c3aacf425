/** Paths at which a requester has had something of a key: what is asked for at another one comes from an account that nobody knows. */

import { decodeEventLog, encodeEventTopics } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { DERIVED_KEYS_ABI, SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, warning } from '../finding.ts';
import type { Telling } from '../words/effectWords.ts';
import { latestBlock } from '../words/timing.ts';
import { type Asker, accountOf, type KeyPoint } from './account.ts';

type Of = { readonly keyId: Hex; readonly requester: Hex };
type Deployed = Pick<Source, 'rpc' | 'record' | 'startBlock'>;

/** Claimed, or asked for, in that order. @param but the request that is looked at */
export async function usedPaths(source: Deployed, of: Of, but?: Hex): Promise<readonly Hex[]> {
  const range = { from: source.startBlock, to: await latestBlock(source) };
  const [claimed, asked] = await Promise.all([claimedPaths(source, of, range), askedPaths(source, of, range, but)]);
  return [...new Set([...claimed, ...asked])];
}

type Range = { readonly from: number; readonly to: number };

async function claimedPaths(source: Deployed, { keyId, requester }: Of, range: Range): Promise<readonly Hex[]> {
  const event = { abi: DERIVED_KEYS_ABI, eventName: 'DerivedKeyClaimed' } as const;
  const topics = encodeEventTopics({ ...event, args: { keyId, requester } }) as Hex[];
  const logs = await logsOf(source, addressOf(source.record, 'derivedKeys'), topics, range);
  return logs.flatMap(({ topics: [, , , path] }) => path ?? []);
}

async function askedPaths(
  source: Deployed,
  { keyId, requester }: Of,
  range: Range,
  but?: Hex,
): Promise<readonly Hex[]> {
  const event = { abi: SIGNING_REQUESTS_ABI, eventName: 'SignatureRequested' } as const;
  const topics = encodeEventTopics({ ...event, args: { keyId, requester } }) as (Hex | null)[];
  const logs = await logsOf(source, addressOf(source.record, 'signingRequests'), topics, range);
  return logs.flatMap(({ topics: found, data }) => {
    const { args } = decodeEventLog({ ...event, data, topics: found as [Hex, ...Hex[]] });
    return args.id === but ? [] : [args.intent.path];
  });
}

/** Of Ed25519 nothing is derived: its keys have one account. */
export function pathFindings(
  key: KeyPoint,
  { path, ...asker }: Asker,
  used: readonly Hex[],
  telling: Pick<Telling, 'address'>,
): Finding[] {
  if (key.scheme === SCHEME_NUMBERS.ed25519 || used.length === 0 || used.includes(path)) return [];
  const known = used.slice(-MOST).map((one) => `${one} (${accountOf(key, { ...asker, path: one }, telling)})`);
  const words = `this path of the key was never used: is another account meant? --path takes ${known.join(', ')}`;
  return [warning(words)];
}

/** Paths that are told at most: the newest. */
const MOST = 8;
