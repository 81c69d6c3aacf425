/** The numbers that stand for schemes, effect kinds and session kinds in preimages (docs/formats.md). */

export const SCHEME_NUMBERS = { bip340: 1, ed25519: 2, 'ecdsa-secp256k1': 3 } as const;
export type Scheme = keyof typeof SCHEME_NUMBERS;
/** As contracts write it (docs/formats.md, "Public keys"). */
export type PublicKey = { readonly prefix: number; readonly x: Uint8Array };

/** From 200 on: those that Solana alone has. */
type SolanaEffectKind = 'no-end' | 'authority' | 'token-account' | 'memo' | 'mint' | 'burn' | 'instruction';
export type EffectKind =
  | 'transfer'
  | 'fee'
  | 'call'
  | 'approval'
  | 'creation'
  | 'set-code'
  | 'vote'
  | 'typed-data'
  | 'message'
  | 'sign-in'
  | 'blind'
  | SolanaEffectKind;
export type SessionKind = 'key-generation' | 'activation' | 'signing' | 'ot-setup';

export const EFFECT_KIND_NUMBERS: Readonly<Record<EffectKind, number>> = {
  transfer: 1,
  fee: 2,
  call: 3,
  approval: 4,
  creation: 5,
  'set-code': 6,
  vote: 7,
  'typed-data': 8,
  message: 9,
  'sign-in': 10,
  blind: 11,
  'no-end': 200,
  authority: 201,
  'token-account': 202,
  memo: 203,
  mint: 204,
  burn: 205,
  instruction: 206,
};
export const SESSION_KIND_NUMBERS: Readonly<Record<SessionKind, number>> = {
  'key-generation': 1,
  activation: 2,
  signing: 3,
  'ot-setup': 4,
};

/** The name that has this number, or undefined. */
export function named<Name extends string>(numbers: Readonly<Record<Name, number>>, number: number): Name | undefined {
  return (Object.keys(numbers) as Name[]).find((name) => numbers[name] === number);
}
