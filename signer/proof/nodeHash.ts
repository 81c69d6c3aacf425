/**
 * Keccak-256 of a trie's nodes on noble's permutation, with one state for all of them: some hundred short inputs a block, for each of which the
 * general interface makes, checks and clears an object. What is hashed is public.
 */
import { keccakP } from '@noble/hashes/sha3.js';

/** A capacity of 512 bits leaves 1,088 of 1,600. */
const RATE = 136;
const DIGEST_WORDS = 8;
const state = new Uint32Array(50);

/** > Keccak[c = 512] with the padding 10*1 and no suffix: SHA-3's draft, as Ethereum has it. */
export function hashNode(input: Uint8Array): Uint8Array {
  state.fill(0);
  let at = 0;
  for (; input.length - at >= RATE; at += RATE) {
    for (let k = 0; k < RATE; k += 4) absorb(k, wordAt(input, at + k));
    keccakP(state);
  }
  const left = input.length - at;
  for (let k = 0; k < left; k++) absorb(k, (input[at + k] as number) << (8 * (k & 3)));
  absorb(left, 0x01 << (8 * (left & 3)));
  absorb(RATE - 1, 0x80 << 24);
  keccakP(state);
  return digest();
}

/** @param k the byte that the word is at, or in */
function absorb(k: number, word: number): void {
  const at = k >>> 2;
  state[at] = (state[at] as number) ^ word;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function digest(): Uint8Array {
  const out = new Uint8Array(4 * DIGEST_WORDS);
  for (let k = 0; k < out.length; k++) out[k] = (state[k >>> 2] as number) >>> (8 * (k & 3));
  return out;
}
