/** A DAO key on a local network: voted, made by the operators' enclaves, ready to be spent from. */

import { getBytes, ZeroAddress } from 'ethers';
import { derivedPoints } from '../../signer/host/chain/derivedPoints.ts';
import type { Dao } from './dao.ts';
import type { Operator } from './operators.ts';
import { until } from './until.ts';
import { action, type Executed } from './vote.ts';

type Hex = `0x${string}`;

export type KeyWanted = {
  readonly threshold: number;
  readonly operators: readonly Operator[];
  /** Who may ask for signatures, at once and without a guard. */
  readonly requesters: readonly string[];
  /** Seconds that an attempt at key generation may take. */
  readonly attemptWindow?: number;
  /** For Bitcoin, unless said: two proposals of one text and content would be the same proposal. */
  readonly purpose?: string;
};
export type DerivedKey = {
  readonly keyId: string;
  readonly requester: string;
  readonly path: string;
  /** x-only: what BIP-340 verifies under, before Taproot's tweak. */
  readonly internalKey: Uint8Array;
  /** x-only: what a Taproot output pays to. */
  readonly outputKey: Uint8Array;
};

const BIP340 = 1;
const BITCOIN_PSBT = 1;
const ACTIVE = 2n;
const ATTEMPT_WINDOW = 600;

/** The vote; key generation starts with its execution. */
export async function voteForKey(dao: Dao, wanted: KeyWanted): Promise<Executed & { readonly keyId: string }> {
  const { keyRegistry } = dao;
  const parameters = {
    scheme: BIP340,
    committee: {
      threshold: wanted.threshold,
      operators: wanted.operators.map(({ address }) => address),
      reserves: [],
      attemptWindow: wanted.attemptWindow ?? ATTEMPT_WINDOW,
      diversity: { region: wanted.threshold - 1, vendor: 0, platform: wanted.threshold - 1, sealing: 0 },
    },
    rows: wanted.requesters.map(unguardedRow),
  };
  const title = `Make a ${wanted.threshold}-of-${wanted.operators.length} key for ${wanted.purpose ?? 'Bitcoin'}`;
  const executed = await dao.decide(title, [await action(keyRegistry, 'createKey', [parameters])]);
  return { ...executed, keyId: await keyRegistry.keyIdAt(await keyRegistry.keyCount()) };
}

function unguardedRow(requester: string) {
  return { requester, guard: ZeroAddress, module: ZeroAddress, kinds: 1 << BITCOIN_PSBT, delay: 0, unguarded: true };
}

export async function untilActive({ keyRegistry }: Dao, keyId: string, patience: number): Promise<void> {
  await until(`key ${keyId} is active`, patience, async () => (await keyRegistry.key(keyId)).status === ACTIVE);
}

/** Computes the key of (requester, path) and lets the contract check and keep it. */
export async function claimDerivedKey(dao: Dao, keyId: string, requester: string, path: string): Promise<DerivedKey> {
  const { publicKeyPrefix, publicKeyX, birth } = await dao.keyRegistry.key(keyId);
  const root = { prefix: Number(publicKeyPrefix), x: publicKeyX as Hex };
  const points = derivedPoints(root, birth as Hex, requester as Hex, path as Hex);
  await (await dao.derivedKeys.claim(keyId, requester, path, points)).wait();
  return { keyId, requester, path, internalKey: getBytes(points.derivedX), outputKey: getBytes(points.outputX) };
}
