/** Keys as a committee would make them, here from one secret: confirmations, activation, derivation, signatures. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import {
  concat,
  getBytes,
  hexlify,
  id,
  sha256,
  toBeHex,
  toUtf8Bytes,
  type Wallet,
  ZeroAddress,
  ZeroHash,
} from 'ethers';
import type {
  CommitteeParametersStruct,
  ConfirmationStruct,
  KeyParametersStruct,
  RowParametersStruct,
} from '../../../types/contracts/keys/IKeyRegistry.ts';
import type { World } from './chain.ts';
import { domainOf, type Enclave } from './enclaves.ts';
import { birthDomain, type Place, tweak } from './preimages.ts';

export const SCHEME = { bip340: 1, ed25519: 2, ecdsa: 3 } as const;
export const KIND = { psbt: 1, solana: 2, evm: 3, eip712: 4, eip191: 5, raw: 6, unbound: 7 } as const;
export const KEY_STATUS = { none: 0n, pending: 1n, active: 2n } as const;
export const CEREMONY = { none: 0n, open: 1n, confirmed: 2n, done: 3n } as const;
export const KEY_GENERATION = 1n;

const { Point } = secp256k1;
const order = Point.Fn.ORDER;

const CONFIRMATION = {
  Confirmation: [
    { name: 'keyId', type: 'bytes32' },
    { name: 'epoch', type: 'uint32' },
    { name: 'attempt', type: 'uint32' },
    { name: 'committee', type: 'bytes32' },
    { name: 'transcript', type: 'bytes32' },
    { name: 'publicKeyPrefix', type: 'uint8' },
    { name: 'publicKeyX', type: 'bytes32' },
    { name: 'commitments', type: 'bytes32' },
  ],
};

export type PublicKey = { readonly prefix: number; readonly x: string; readonly y: string };

export function secretOf(name: string): bigint {
  return (BigInt(id(name)) % (order - 1n)) + 1n;
}

export function publicKeyOf(secret: bigint): PublicKey {
  const { x, y } = Point.BASE.multiply(secret).toAffine();
  return { prefix: y % 2n === 0n ? 2 : 3, x: toBeHex(x, 32), y: toBeHex(y, 32) };
}

export function signBip340(secret: bigint, message: string): string {
  return hexlify(schnorr.sign(getBytes(message), getBytes(toBeHex(secret, 32)), new Uint8Array(32)));
}

export function signEcdsa(secret: bigint, digest: string): string {
  const signature = secp256k1.sign(getBytes(digest), getBytes(toBeHex(secret, 32)), {
    prehash: false,
    format: 'recovered',
  });
  return concat([signature.slice(1), toBeHex(27 + Number(signature[0]), 1)]);
}

/** `secret` serves as the seed. */
export function ed25519KeyOf(secret: bigint): PublicKey {
  return { prefix: 0, x: hexlify(ed25519.getPublicKey(getBytes(toBeHex(secret, 32)))), y: '' };
}

export function signEd25519(secret: bigint, message: string): string {
  return hexlify(ed25519.sign(getBytes(message), getBytes(toBeHex(secret, 32))));
}

export function sign(scheme: number, secret: bigint, message: string): string {
  if (scheme === SCHEME.ed25519) return signEd25519(secret, message);
  return scheme === SCHEME.bip340 ? signBip340(secret, message) : signEcdsa(secret, message);
}

export type KeyChange = Partial<Omit<KeyParametersStruct, 'committee'> & CommitteeParametersStruct>;

export function parametersOf(enclaves: readonly Enclave[], change: KeyChange = {}): KeyParametersStruct {
  const { scheme = SCHEME.bip340, rows = [], ...committee } = change;
  return { scheme, committee: committeeOf(enclaves, committee), rows };
}

/** A row that nobody guards, for PSBTs at once. */
export function rowFor(requester: string, change: Partial<RowParametersStruct> = {}): RowParametersStruct {
  const unguarded = change.guard === undefined || change.guard === ZeroAddress;
  return { requester, guard: ZeroAddress, module: ZeroAddress, kinds: 1 << KIND.psbt, delay: 0, unguarded, ...change };
}

/** Members may have anything in common. */
export const NO_RULE = { region: 0, vendor: 0, platform: 0, sealing: 0 };

export function committeeOf(
  enclaves: readonly Enclave[],
  change: Partial<CommitteeParametersStruct> = {},
): CommitteeParametersStruct {
  return {
    threshold: 2,
    operators: enclaves.map(({ operator }) => operator.address),
    reserves: [],
    attemptWindow: 600,
    diversity: NO_RULE,
    ...change,
  };
}

/** By vote; returns the new key's id. */
export async function createKey(world: World, parameters: KeyParametersStruct): Promise<string> {
  await world.keyRegistry.connect(world.dao).createKey(parameters);
  return world.keyRegistry.keyIdAt(await world.keyRegistry.keyCount());
}

export async function confirmationOf(
  world: World,
  keyId: string,
  publicKey: PublicKey,
  change: Partial<ConfirmationStruct> = {},
): Promise<ConfirmationStruct> {
  const ceremony = await world.keyRegistry.ceremonyOf(keyId);
  return {
    keyId,
    epoch: ceremony.epoch,
    attempt: ceremony.attempt,
    committee: ceremony.committee,
    transcript: id('transcript'),
    publicKeyPrefix: publicKey.prefix,
    publicKeyX: publicKey.x,
    commitments: id('commitments'),
    ...change,
  };
}

export async function signConfirmation(world: World, identity: Wallet, confirmation: ConfirmationStruct) {
  return identity.signTypedData(await domainOf(world, 'keyRegistry'), CONFIRMATION, confirmation);
}

export async function confirm(world: World, member: Enclave, confirmation: ConfirmationStruct) {
  const signature = await signConfirmation(world, member.identity, confirmation);
  return world.keyRegistry.connect(world.anyone).confirm(member.id, confirmation, signature);
}

/** Brings a new key to ACTIVE. */
export async function activeKey(
  world: World,
  members: readonly Enclave[],
  secret: bigint,
  parameters: KeyParametersStruct,
): Promise<string> {
  const keyId = await createKey(world, parameters);
  const publicKey = parameters.scheme === SCHEME.ed25519 ? ed25519KeyOf(secret) : publicKeyOf(secret);
  const confirmation = await confirmationOf(world, keyId, publicKey);
  for (const member of members) await confirm(world, member, confirmation);
  const message = await world.keyRegistry.activationMessage(keyId);
  await world.keyRegistry.activate(keyId, sign(Number(parameters.scheme), secret, message));
  return keyId;
}

/** Secret of the derived key P' = P + tweak G. */
export function derivedSecret(place: Place, keyId: string, secret: bigint, requester: string, path: string): bigint {
  const { prefix, x } = publicKeyOf(secret);
  return (secret + BigInt(tweak(birthDomain(place, keyId, prefix, x), requester, path))) % order;
}

/** Secret of the Taproot output key of a derived key (BIP-341, no script tree). */
export function outputSecret(secret: bigint): bigint {
  const { prefix, x } = publicKeyOf(secret);
  const tag = sha256(toUtf8Bytes('TapTweak'));
  return ((prefix === 2 ? secret : order - secret) + BigInt(sha256(concat([tag, tag, x])))) % order;
}

/** Claims the key of (requester, path) and returns its secret. */
export async function claimDerived(
  { ethers, keyRegistry, derivedKeys }: World,
  keyId: string,
  secret: bigint,
  requester: string,
  path = ZeroHash,
): Promise<bigint> {
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, contract: await keyRegistry.getAddress() };
  const derived = derivedSecret(place, keyId, secret, requester, path);
  await derivedKeys.claim(keyId, requester, path, derivedPoints(derived));
  return derived;
}

/** An Ed25519 key is claimed as it is. */
export const NO_POINTS = { derivedX: ZeroHash, derivedY: ZeroHash, outputX: ZeroHash, outputY: ZeroHash };

/** Members of the key's ceremony, in party order. */
export async function membersOf({ keyRegistry }: World, keyId: string): Promise<string[]> {
  const { committee } = await keyRegistry.ceremonyOf(keyId);
  return [...(await keyRegistry.membersOf(committee))];
}

export function derivedPoints(secret: bigint) {
  const derived = publicKeyOf(secret);
  const output = publicKeyOf(outputSecret(secret));
  return { derivedX: derived.x, derivedY: derived.y, outputX: output.x, outputY: output.y };
}
