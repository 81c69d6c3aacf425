/** How shares travel: encrypted, in public, so that a receiver who was cheated can show it to everybody. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import type { PartyId, Rng } from '../committee.ts';
import { Malformed } from '../reader.ts';
import { transcriptHash } from '../transcript.ts';

/** One direction between two parties of one session. */
export interface Route {
  readonly from: PartyId;
  readonly to: PartyId;
  readonly context: Uint8Array;
}

export interface Envelope {
  readonly publicBytes: number;
  readonly secretBytes: number;
  /** How much longer a sealed share is than a share. */
  readonly overhead: number;
  /** A key for one session. Revealing it, when the session is over, proves what was received. */
  newSecret(rng: Rng): Uint8Array;
  publicOf(secret: Uint8Array): Uint8Array;
  /** @throws Malformed when the peer's public key is none. */
  seal(route: Route, mySecret: Uint8Array, theirPublic: Uint8Array, share: Uint8Array): Uint8Array;
  /** @throws Malformed unless it was sealed with the peer's key for this route. */
  open(route: Route, mySecret: Uint8Array, theirPublic: Uint8Array, sealed: Uint8Array): Uint8Array;
}

/** Every key encrypts one share, so one nonce is enough. */
const NONCE = new Uint8Array(12);

/** Ephemeral X25519 with ChaCha20-Poly1305. */
export const x25519Envelope: Envelope = {
  publicBytes: 32,
  secretBytes: 32,
  overhead: 16,
  newSecret: (rng) => rng(32),
  publicOf: (secret) => x25519.getPublicKey(secret),
  seal: (route, mySecret, theirPublic, share) => cipher(route, mySecret, theirPublic).encrypt(share),
  open: (route, mySecret, theirPublic, sealed) => {
    const key = cipher(route, mySecret, theirPublic);
    return orMalformed('not sealed for this route', () => key.decrypt(sealed));
  },
};

function cipher({ from, to, context }: Route, mySecret: Uint8Array, theirPublic: Uint8Array) {
  const shared = orMalformed('not a public key', () => x25519.getSharedSecret(mySecret, theirPublic));
  return chacha20poly1305(transcriptHash('envelope', context, from, to, shared), NONCE);
}

function orMalformed<T>(why: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (cause) {
    throw new Malformed(why, { cause });
  }
}
