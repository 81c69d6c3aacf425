/** A DAO key on a local network: voted, made by the operators' enclaves, ready to be spent from. */

import { computeAddress, concat, getBytes, ZeroAddress } from 'ethers';
import type { SUPPORTED_SCHEMES } from '../../signer/enclave/sessions/supported.ts';
import { PAYLOAD_KINDS, type PayloadKind } from '../../signer/formats/kinds.ts';
import { SCHEME_NUMBERS } from '../../signer/formats/schemes.ts';
import { derivedPoints } from '../../signer/host/chain/derivedPoints.ts';
import type { Dao } from './dao.ts';
import type { Operator } from './operators.ts';
import { until } from './until.ts';
import { action, type Executed } from './vote.ts';

type Hex = `0x${string}`;

type Diversity = Record<'region' | 'vendor' | 'platform' | 'sealing', number>;

export type KeyWanted = {
  /** BIP-340 unless said */
  readonly scheme?: MadeScheme;
  readonly threshold: number;
  readonly operators: readonly Operator[];
  /** Who may ask for signatures, at once and without a guard. */
  readonly requesters: readonly string[];
  /** Of what; what such a key is for, unless said. */
  readonly kinds?: readonly PayloadKind[];
  /** Members that may share a trait at most, 0 for any number; as few as these operators bear, unless said. */
  readonly diversity?: Partial<Diversity>;
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
  /** The account of the derived key on EVM chains; an ECDSA key alone signs for it. */
  readonly evmAddress: string;
};

/** Schemes of the keys that enclaves make, and what such a key is for. */
export const PURPOSES = {
  bip340: 'bitcoin-psbt',
  ed25519: 'solana-message',
  'ecdsa-secp256k1': 'evm-transaction',
} as const satisfies Readonly<Record<(typeof SUPPORTED_SCHEMES)[number], PayloadKind>>;
export type MadeScheme = keyof typeof PURPOSES;

const ACTIVE = 2n;
const ATTEMPT_WINDOW = 600;

/** The vote; key generation starts with its execution. */
export async function voteForKey(dao: Dao, wanted: KeyWanted): Promise<Executed & { readonly keyId: string }> {
  const { keyRegistry } = dao;
  const { scheme = 'bip340' } = wanted;
  const kinds = wanted.kinds ?? [PURPOSES[scheme]];
  const parameters = {
    scheme: SCHEME_NUMBERS[scheme],
    committee: {
      threshold: wanted.threshold,
      operators: wanted.operators.map(({ address }) => address),
      reserves: [],
      attemptWindow: wanted.attemptWindow ?? ATTEMPT_WINDOW,
      diversity: { ...diversityOf(wanted), ...wanted.diversity },
    },
    rows: wanted.requesters.map((requester) => unguardedRow(requester, kinds)),
  };
  const title = `Make a ${wanted.threshold}-of-${wanted.operators.length} key for ${wanted.purpose ?? 'Bitcoin'}`;
  const executed = await dao.decide(title, [await action(keyRegistry, 'createKey', [parameters])]);
  return { ...executed, keyId: await keyRegistry.keyIdAt(await keyRegistry.keyCount()) };
}

/** The error by which such a vote cannot be executed. @throws where it can */
export async function refusedKey(dao: Dao, wanted: KeyWanted): Promise<string> {
  const refused = await voteForKey(dao, wanted).then(
    () => null,
    (error: { readonly data?: string }) => dao.committees.interface.parseError(error.data ?? '0x'),
  );
  if (refused === null) throw new Error('a committee that breaks its own rule was taken');
  return `${refused.name}(${refused.args.map(String).join(', ')})`;
}

/** As strict as these operators bear: of what no fewer than the threshold share, a cap would promise nothing. */
function diversityOf({ operators, threshold }: Pick<KeyWanted, 'operators' | 'threshold'>): Diversity {
  const cap = (trait: (operator: Operator) => string) => {
    const largest = Math.max(...[...Map.groupBy(operators, trait).values()].map(({ length }) => length));
    return largest < threshold ? largest : 0;
  };
  const [region, platform] = [cap((one) => one.region), cap((one) => one.platform)];
  return { region, vendor: cap(({ kind }) => kind), platform, sealing: 0 };
}

function unguardedRow(requester: string, allowed: readonly PayloadKind[]) {
  const kinds = allowed.reduce((bits, kind) => bits | (1 << PAYLOAD_KINDS[kind].number), 0);
  return { requester, guard: ZeroAddress, module: ZeroAddress, kinds, delay: 0, unguarded: true };
}

export async function untilActive({ keyRegistry }: Dao, keyId: string, patience: number): Promise<void> {
  await until(`key ${keyId} is active`, patience, async () => (await keyRegistry.key(keyId)).status === ACTIVE);
}

/** Computes the key of (requester, path) and lets the contract check and keep it. */
export async function claimDerivedKey(
  dao: Pick<Dao, 'keyRegistry' | 'derivedKeys'>,
  keyId: string,
  requester: string,
  path: string,
): Promise<DerivedKey> {
  const { publicKeyPrefix, publicKeyX, birth } = await dao.keyRegistry.key(keyId);
  const root = { prefix: Number(publicKeyPrefix), x: publicKeyX as Hex };
  const points = derivedPoints(root, birth as Hex, requester as Hex, path as Hex);
  await (await dao.derivedKeys.claim(keyId, requester, path, points)).wait();
  const evmAddress = computeAddress(concat(['0x04', points.derivedX, points.derivedY]));
  const [internalKey, outputKey] = [getBytes(points.derivedX), getBytes(points.outputX)];
  return { keyId, requester, path, internalKey, outputKey, evmAddress };
}
