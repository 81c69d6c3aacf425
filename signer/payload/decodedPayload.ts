/** What a decoder is given, and what it has understood of a payload, every byte of it. */

import type { Effect, Request } from '../formats/request.ts';
import type { PublicKey } from '../formats/schemes.ts';

type Bytes = Uint8Array;

/** A request that the chain really made, and the key that is asked: `birth` as the chain stores it. */
export type AskedOfKey = { readonly request: Request; readonly publicKey: PublicKey; readonly birth: Bytes };

/** A step from the root key to the key that signs: BIP-327's plain and x-only tweaks. */
export type Tweak = { readonly kind: 'plain' | 'xonly'; readonly scalar: Bytes };

/** What would be signed, what that would do, and with which key. */
export type DecodedPayload = {
  readonly messages: readonly Bytes[];
  readonly effects: readonly Effect[];
  /** Applied in order to the root key. */
  readonly tweaks: readonly Tweak[];
  /** x-only (bip340) or 33-byte compressed key, or the Ed25519 key, that the signatures must verify under. */
  readonly verifyingKey: Bytes;
};

/** @throws Refused for what it does not understand to the last byte */
export type DecodePayload = (asked: AskedOfKey) => DecodedPayload;
