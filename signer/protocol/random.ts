/**
 * Everything that is drawn, hedged: a source that is stuck, or starts again from a copied state, gives the same bytes twice, and two
 * signatures with one nonce give the key away. So what the source gives is hashed with a secret, with what it is drawn for and with a
 * counter (RFC 8937 does it with a signature for the secret, RFC 9591 §4.1 with the share and nothing else).
 *
 * Without the secret nobody can tell the result from chance; with a sound source nobody can who has the secret. Alike are only two draws of
 * two copies, for the same thing, with the same bytes from the source.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Rng } from './committee.ts';
import { unmoved, wipe } from './secret.ts';
import { type Item, transcriptHash } from './transcript.ts';

export interface Random {
  /** For one use among those of this purpose: its role, its index, and all that was heard before it is drawn. */
  of(role: string, ...about: readonly Item[]): Rng;
  /** Nothing more can be drawn, and nothing that was drawn be computed again. */
  end(): void;
}

/** For those who have no secret: a good source is then all that there is. */
export const NO_SECRET = new Uint8Array();

/** Whatever length is asked for: twice the strength of what is hashed. */
const FRESH_BYTES = 64;
const BLOCK_BYTES = 32;

/** @param about what no other session has */
export function hedged(source: Rng, purpose: string, secret: Uint8Array, ...about: readonly Item[]): Random {
  const key = transcriptHash('random', purpose, secret, about);
  let draws = 0;
  let ended = false;
  const draw = (length: number, role: string, items: readonly Item[]) => {
    if (ended) throw new Error('what this randomness was for is over');
    const fresh = source(FRESH_BYTES);
    const seed = transcriptHash('random/draw', key, fresh, role, items, counted(draws++), length);
    const drawn = expand(seed, length);
    wipe(fresh, seed);
    return drawn;
  };
  return {
    of:
      (role, ...items) =>
      (length) =>
        draw(length, role, items),
    end: () => {
      ended = true;
      wipe(key);
    },
  };
}

/** SHA-256 of the seed and the number of the block. */
function expand(seed: Uint8Array, length: number): Uint8Array {
  const drawn = unmoved(length);
  const preimage = unmoved(seed.length + 4);
  preimage.set(seed);
  const block = unmoved(BLOCK_BYTES);
  for (let at = 0, number = 0; at < length; at += BLOCK_BYTES, number++) {
    new DataView(preimage.buffer).setUint32(seed.length, number);
    const hash = sha256.create().update(preimage);
    hash.digestInto(block);
    hash.destroy();
    drawn.set(block.subarray(0, length - at), at);
  }
  wipe(preimage, block);
  return drawn;
}

/** A life may draw more often than fits a uint32. */
function counted(draws: number): Item {
  return [Math.floor(draws / 2 ** 32), draws % 2 ** 32];
}
