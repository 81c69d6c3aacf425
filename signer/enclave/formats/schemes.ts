/** The numbers that stand for schemes, payload kinds, effect kinds and session kinds in preimages (docs/formats.md). */

import type { Scheme } from '../path/stages.ts';

export type PayloadKind = 'bitcoin-psbt' | 'solana-message' | 'evm-transaction' | 'eip712' | 'eip191' | 'raw-digest';
export type EffectKind = 'transfer' | 'fee' | 'call';
export type SessionKind = 'key-generation' | 'activation' | 'signing';

export const SCHEME_NUMBERS: Readonly<Record<Scheme, number>> = { bip340: 1, ed25519: 2, 'ecdsa-secp256k1': 3 };
export const PAYLOAD_KIND_NUMBERS: Readonly<Record<PayloadKind, number>> = {
  'bitcoin-psbt': 1,
  'solana-message': 2,
  'evm-transaction': 3,
  eip712: 4,
  eip191: 5,
  'raw-digest': 6,
};
export const EFFECT_KIND_NUMBERS: Readonly<Record<EffectKind, number>> = { transfer: 1, fee: 2, call: 3 };
export const SESSION_KIND_NUMBERS: Readonly<Record<SessionKind, number>> = {
  'key-generation': 1,
  activation: 2,
  signing: 3,
};

/** The name that has this number, or undefined. */
export function named<Name extends string>(numbers: Readonly<Record<Name, number>>, number: number): Name | undefined {
  return (Object.keys(numbers) as Name[]).find((name) => numbers[name] === number);
}
