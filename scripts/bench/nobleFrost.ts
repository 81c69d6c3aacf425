/** The peer: FROST of @noble/curves, doing the same work for the same parties in the same thread. */
import { strict as assert } from 'node:assert';
import type { FROST, GenNonce, Key } from '@noble/curves/abstract/frost.js';
import { ed25519_FROST } from '@noble/curves/ed25519.js';
import { schnorr_FROST } from '@noble/curves/secp256k1.js';
import type { SuiteName } from '../../signer/protocol/ciphersuite/ciphersuite.ts';

export const nobleFrost: Readonly<Record<SuiteName, FROST>> = { bip340: schnorr_FROST, ed25519: ed25519_FROST };

export function nobleKeygen(frost: FROST, t: number, n: number): Key[] {
  const signers = { min: t, max: n };
  const ids = Array.from({ length: n }, (_, k) => frost.Identifier.fromNumber(k + 1));
  const first = ids.map((id) => frost.DKG.round1(id, signers));
  const others = (k: number) => first.filter((_, j) => j !== k).map((round) => round.public);
  const second = first.map((round, k) => frost.DKG.round2(round.secret, others(k)));
  return first.map((round, k) => {
    const dealt = second.flatMap((shares, j) => (j === k ? [] : [shares[ids[k] ?? '']]));
    return frost.DKG.round3(
      round.secret,
      others(k),
      dealt.filter((share) => share !== undefined),
    );
  });
}

export function nobleCommit(frost: FROST, keys: readonly Key[]): GenNonce[] {
  return keys.map((key) => frost.commit(key.secret));
}

/** Every signer aggregates, which includes verification, as each of ours does. */
export function nobleSign(
  frost: FROST,
  keys: readonly Key[],
  nonces: readonly GenNonce[],
  message: Uint8Array,
): Uint8Array[] {
  const list = nonces.map(({ commitments }) => commitments);
  const shares: Record<string, Uint8Array> = {};
  for (const [k, key] of keys.entries()) {
    const own = nonces[k];
    assert(own);
    shares[key.secret.identifier] = frost.signShare(key.secret, key.public, own.nonces, list, message);
  }
  return keys.map((key) => frost.aggregate(key.public, list, message, shares));
}
