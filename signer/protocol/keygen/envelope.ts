/** How shares travel: encrypted, in public, so that a receiver who was cheated can show it to everybody. */
import type { PartyId, Rng } from '../committee.ts';
import { Malformed } from '../reader.ts';
import { wipe } from '../secret.ts';
import { transcriptHash } from '../transcript.ts';

/** One direction between two parties of one session. */
export interface Route {
  readonly from: PartyId;
  readonly to: PartyId;
  readonly context: Uint8Array;
}

/** What two parties share in one session. */
export interface Channel {
  seal(route: Route, share: Uint8Array): Uint8Array;
  /** @throws Malformed unless it was sealed in this channel for this route. */
  open(route: Route, sealed: Uint8Array): Uint8Array;
  /** After it nothing can be sealed or opened. */
  wipe(): void;
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
  channel(mySecret: Uint8Array, theirPublic: Uint8Array): Channel;
}

/** Ephemeral X25519 and ChaCha20-Poly1305 (RFC 7748, RFC 8439), whoever computes them. Their functions throw on bad input. */
export interface EnvelopeEngine {
  publicOf(secret: Uint8Array): Uint8Array;
  agree(mySecret: Uint8Array, theirPublic: Uint8Array): Uint8Array;
  encrypt(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array;
}

const NONCE_BYTES = 12;

export function x25519Envelope({ publicOf, agree, encrypt, decrypt }: EnvelopeEngine): Envelope {
  return {
    publicBytes: 32,
    secretBytes: 32,
    overhead: 16,
    newSecret: (rng) => rng(32),
    publicOf,
    channel: (mySecret, theirPublic) => {
      const shared = orMalformed('not a public key', () => agree(mySecret, theirPublic));
      let isOver = false;
      const withKey = (route: Route, use: (key: Uint8Array) => Uint8Array) => {
        if (isOver) throw new Error('this channel is over');
        const key = keyFor(route, shared);
        try {
          return use(key);
        } finally {
          wipe(key);
        }
      };
      return {
        seal: (route, share) => withKey(route, (key) => encrypt(key, nonceFor(route), share)),
        open: (route, sealed) =>
          orMalformed('not sealed for this route', () =>
            withKey(route, (key) => decrypt(key, nonceFor(route), sealed)),
          ),
        wipe: () => {
          isOver = true;
          wipe(shared);
        },
      };
    },
  };
}

/** One key for each pair and session. */
function keyFor({ from, to, context }: Route, shared: Uint8Array): Uint8Array {
  return transcriptHash('envelope', context, Math.min(from, to), Math.max(from, to), shared);
}

/** One nonce for each direction, in which one share travels. */
function nonceFor({ from }: Route): Uint8Array {
  return new Uint8Array(NONCE_BYTES).fill(from, 0, 1);
}

function orMalformed<T>(why: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new Malformed(why, { cause });
  }
}
