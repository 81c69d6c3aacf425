/** Payload kinds: the number that preimages and rows have, the name that code has, and the schemes that sign it (docs/formats.md). */

import type { Scheme } from './schemes.ts';

export const PAYLOAD_KINDS = {
  'bitcoin-psbt': { number: 1, schemes: ['bip340', 'ecdsa-secp256k1'] },
  'solana-message': { number: 2, schemes: ['ed25519'] },
  'evm-transaction': { number: 3, schemes: ['ecdsa-secp256k1'] },
  eip712: { number: 4, schemes: ['ecdsa-secp256k1'] },
  eip191: { number: 5, schemes: ['ecdsa-secp256k1'] },
  'raw-digest': { number: 6, schemes: ['bip340', 'ed25519', 'ecdsa-secp256k1'] },
  'eip712-unbound': { number: 7, schemes: ['ecdsa-secp256k1'] },
} as const satisfies Readonly<Record<string, { readonly number: number; readonly schemes: readonly Scheme[] }>>;

export type PayloadKind = keyof typeof PAYLOAD_KINDS;

/** The name of a kind, or undefined where there is no such number. */
export function payloadKind(number: number): PayloadKind | undefined {
  return (Object.keys(PAYLOAD_KINDS) as PayloadKind[]).find((name) => PAYLOAD_KINDS[name].number === number);
}

export function isSignedBy(kind: PayloadKind, scheme: Scheme): boolean {
  const schemes: readonly Scheme[] = PAYLOAD_KINDS[kind].schemes;
  return schemes.includes(scheme);
}
