/**
 * Randomness that differs for another request even where its source repeats itself, as that of a restored snapshot does: two signatures
 * with one nonce give the key away. As RFC 9591 §4.1 does it for FROST's nonces, the key share is hashed with it.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { Rng } from '../committee.ts';
import { wipe } from '../secret.ts';
import { transcriptHash } from '../transcript.ts';
import type { EcdsaSession } from './session.ts';

const SEED_BYTES = 64;
const BLOCK_BYTES = 32;

/** One stream for one session: SHA-256 of a seed and a counter. */
export function hedgedRng({ keyShare, requestHash }: EcdsaSession, rng: Rng): { draw: Rng; end: () => void } {
  const fresh = rng(SEED_BYTES);
  const seed = transcriptHash('ecdsa/randomness', fresh, keyShare.secret.reveal(), requestHash);
  wipe(fresh);
  let count = 0;
  const draw = (length: number) => {
    const blocks = Array.from({ length: Math.ceil(length / BLOCK_BYTES) }, () =>
      transcriptHash('ecdsa/random', seed, count++),
    );
    const drawn = concatBytes(...blocks).slice(0, length);
    wipe(...blocks);
    return drawn;
  };
  return { draw, end: () => wipe(seed) };
}
