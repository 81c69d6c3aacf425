/**
 * OT extension: 416 oblivious transfers out of 128 base OTs, by symmetric cryptography alone. SoftSpokenOT (ePrint 2022/192) with k = 1,
 * which is the protocol of KOS15 with a consistency check that has a proof; the check's challenge is hashed from the whole matrix, so that
 * one message is enough. The check's universal hash is a random binary matrix beside an identity: the last 128 rows mask what it reveals.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { Rng } from '../../committee.ts';
import { BLOCK_WORDS, chachaBlock, KEY_WORDS } from '../../math/chacha20.ts';
import { PrefixedSha256 } from '../../math/prefixedSha256.ts';
import { Malformed } from '../../reader.ts';
import { wipe } from '../../secret.ts';
import { transcriptHash } from '../../transcript.ts';
import { LAMBDA_C, XI } from '../parameters.ts';
import { bitOf, bytesOfWords, COLUMN_BITS, COLUMN_WORDS, ROW_WORDS, transpose, wordsOfBytes } from './bitMatrix.ts';

/** Words of one sum's part of the challenge. */
const CHALLENGE_WORDS = XI / 32;
/** Words of all pads of one row: COLUMNS scalars. */
export const PAD_WORDS = 2 * BLOCK_WORDS;
/** Words of a seed. */
export const SEED_WORDS = 8;

/** What the extension's receiver holds of the base OTs: both seeds of each, LAMBDA_C times SEED_WORDS words. */
export interface ReceiverSeeds {
  readonly zeros: Uint32Array;
  readonly ones: Uint32Array;
}

/** What the extension's sender holds: its choice bits Delta, and the seed that it chose of each. */
export interface SenderSeeds {
  readonly delta: Uint32Array;
  readonly chosen: Uint32Array;
}

/** What the receiver keeps: x_j and t_j of each row. */
export interface Received {
  readonly choices: Uint32Array;
  readonly rows: Uint32Array;
}

export const MATRIX_BYTES = 4 * LAMBDA_C * COLUMN_WORDS;
const HASHED_CHOICES_BYTES = 4 * ROW_WORDS;
const HASHED_ROWS_BYTES = 4 * LAMBDA_C * ROW_WORDS;
export const EXTENSION_BYTES = MATRIX_BYTES + HASHED_CHOICES_BYTES + HASHED_ROWS_BYTES;

/** The receiver's one message, for choice bits that are drawn here. `sid` must never come twice with the same seeds. */
export function extend(sid: Uint8Array, seeds: ReceiverSeeds, rng: Rng): { message: Uint8Array; received: Received } {
  const drawn = rng(COLUMN_BITS / 8);
  const choices = wordsOfBytes(drawn);
  wipe(drawn);
  return extendWith(sid, seeds, choices);
}

/** `extend` for given choice bits and mask bits. */
export function extendWith(
  sid: Uint8Array,
  { zeros, ones }: ReceiverSeeds,
  choices: Uint32Array,
): { message: Uint8Array; received: Received } {
  // > t^i_0 := PRG(k^i_0), t^i_1 := PRG(k^i_1), u^i := t^i_0 + t^i_1 + x
  const t = expandColumns(sid, zeros);
  const u = expandColumns(sid, ones);
  for (let k = 0; k < u.length; k++) {
    u[k] = (u[k] as number) ^ (t[k] as number) ^ (choices[k % COLUMN_WORDS] as number);
  }
  const rows = transpose(t);
  t.fill(0);

  const matrix = bytesOfWords(u);
  const challenge = challengeOf(sid, matrix);
  const message = concatBytes(
    matrix,
    bytesOfWords(hashChoices(challenge, choices)),
    bytesOfWords(hashRows(challenge, rows)),
  );
  return { message, received: { choices, rows } };
}

/**
 * The sender's rows q_j = t_j + x_j·Delta, or nothing if the receiver's columns were not all made from the same x. One guess right out of two
 * tells a cheating receiver a bit of Delta, so after a failure these seeds must never be used again.
 */
export function acceptExtension(
  sid: Uint8Array,
  { delta, chosen }: SenderSeeds,
  message: Uint8Array,
): Uint32Array | undefined {
  if (message.length !== EXTENSION_BYTES) throw new Malformed('not a message of OT extension');
  const matrix = message.subarray(0, MATRIX_BYTES);
  const u = wordsOfBytes(matrix);
  // > q^i := PRG(k^i_{Delta_i}) + Delta_i · u^i
  const q = expandColumns(sid, chosen);
  for (let i = 0, at = 0; i < LAMBDA_C; i++) {
    const mask = -bitOf(delta, i);
    for (let k = 0; k < COLUMN_WORDS; k++, at++) q[at] = (q[at] as number) ^ ((u[at] as number) & mask);
  }
  const rows = transpose(q);
  q.fill(0);
  const hashed = wordsOfBytes(message.subarray(MATRIX_BYTES));
  if (isConsistent(challengeOf(sid, matrix), rows, delta, hashed)) return rows;
  rows.fill(0);
  return undefined;
}

/** > R·Q = R·T + (R·x)·Delta, in all bits, whichever fail. */
function isConsistent(challenge: Uint32Array, rows: Uint32Array, delta: Uint32Array, hashed: Uint32Array): boolean {
  const own = hashRows(challenge, rows);
  let difference = 0;
  for (let c = 0, at = 0; c < LAMBDA_C; c++) {
    const mask = -bitOf(hashed, c);
    for (let k = 0; k < ROW_WORDS; k++, at++) {
      difference |= (own[at] as number) ^ (hashed[ROW_WORDS + at] as number) ^ ((delta[k] as number) & mask);
    }
  }
  own.fill(0); // beside what was heard it tells Delta
  return difference === 0;
}

/** SHA-256 for one use in one session. */
export function prefixed(label: string, sid: Uint8Array): PrefixedSha256 {
  return new PrefixedSha256(concatBytes(transcriptHash(label, sid, 0), transcriptHash(label, sid, 1)));
}

/** PRG(seed, i) of COLUMN_BITS bits for each base OT i: ChaCha20 under SHA-256 of session, seed and column. */
function expandColumns(sid: Uint8Array, seeds: Uint32Array): Uint32Array {
  const hash = prefixed('ecdsa/columns', sid);
  const columns = new Uint32Array(LAMBDA_C * COLUMN_WORDS);
  const input = new Uint32Array(SEED_WORDS + 1);
  const key = new Uint32Array(KEY_WORDS);
  const stream = new Uint32Array(2 * BLOCK_WORDS);
  for (let i = 0; i < LAMBDA_C; i++) {
    for (let k = 0; k < SEED_WORDS; k++) input[k] = seeds[i * SEED_WORDS + k] as number;
    input[SEED_WORDS] = i;
    hash.digest(input, input.length, key, 0);
    chachaBlock(key, 0, stream, 0);
    chachaBlock(key, 1, stream, BLOCK_WORDS);
    for (let k = 0; k < COLUMN_WORDS; k++) columns[i * COLUMN_WORDS + k] = stream[k] as number;
  }
  for (const secret of [input, key, stream]) secret.fill(0);
  hash.wipe();
  return columns;
}

/** > Fiat-Shamir: the challenge is a hash of the whole matrix. For each of the LAMBDA_C sums, which of the XI rows are in it. */
export function challengeOf(sid: Uint8Array, matrix: Uint8Array): Uint32Array {
  const key = wordsOfBytes(transcriptHash('ecdsa/challenge', sid, matrix));
  const challenge = new Uint32Array(LAMBDA_C * CHALLENGE_WORDS);
  for (let at = 0; at < challenge.length; at += BLOCK_WORDS) chachaBlock(key, at / BLOCK_WORDS, challenge, at);
  return challenge;
}

/** R·x: sum c is over the rows of the challenge, and one of the last rows, which nothing else uses. */
export function hashChoices(challenge: Uint32Array, choices: Uint32Array): Uint32Array {
  const sums = choices.slice(CHALLENGE_WORDS);
  for (let c = 0, at = 0; c < LAMBDA_C; c++) {
    let parity = 0;
    for (let k = 0; k < CHALLENGE_WORDS; k++, at++) parity ^= (challenge[at] as number) & (choices[k] as number);
    for (let half = 16; half > 0; half >>>= 1) parity ^= parity >>> half;
    sums[c >>> 5] = (sums[c >>> 5] as number) ^ ((parity & 1) << (c & 31));
  }
  return sums;
}

/** R·T, four rows at a time: all sums of them are made once, and the challenge, which is public, says which is wanted. */
export function hashRows(challenge: Uint32Array, rows: Uint32Array): Uint32Array {
  const sums = rows.slice(XI * ROW_WORDS);
  const subsets = new Uint32Array(16 * ROW_WORDS);
  for (let j = 0; j < XI; j += 4) {
    sumSubsets(rows, j, subsets);
    for (let c = 0, to = 0; c < LAMBDA_C; c++, to += ROW_WORDS) {
      const which = ((challenge[c * CHALLENGE_WORDS + (j >>> 5)] as number) >>> (j & 31)) & 15;
      for (let k = 0; k < ROW_WORDS; k++) {
        sums[to + k] = (sums[to + k] as number) ^ (subsets[which * ROW_WORDS + k] as number);
      }
    }
  }
  subsets.fill(0);
  return sums;
}

/** The sums of all sixteen subsets of the four rows from j. */
function sumSubsets(rows: Uint32Array, j: number, subsets: Uint32Array): void {
  for (let b = 0; b < 4; b++) {
    const size = 1 << b;
    for (let k = 0; k < size * ROW_WORDS; k++) {
      subsets[size * ROW_WORDS + k] = (subsets[k] as number) ^ (rows[(j + b) * ROW_WORDS + (k % ROW_WORDS)] as number);
    }
  }
}

/** The hash that makes pads of rows: ChaCha20 under SHA-256 of session, j and row, two blocks for four scalars. */
export class RowHash {
  readonly #hash: PrefixedSha256;
  readonly #input = new Uint32Array(1 + ROW_WORDS);
  readonly #key = new Uint32Array(KEY_WORDS);

  constructor(sid: Uint8Array) {
    this.#hash = prefixed('ecdsa/rows', sid);
  }

  /** Pads of row j + offset, where offset is Delta or nothing: PAD_WORDS words. */
  pads(rows: Uint32Array, j: number, offset: Uint32Array | undefined, out: Uint32Array): void {
    const input = this.#input;
    input[0] = j;
    for (let k = 0; k < ROW_WORDS; k++) {
      input[1 + k] = (rows[j * ROW_WORDS + k] as number) ^ (offset ? (offset[k] as number) : 0);
    }
    this.#hash.digest(input, input.length, this.#key, 0);
    chachaBlock(this.#key, 0, out, 0);
    chachaBlock(this.#key, 1, out, BLOCK_WORDS);
  }

  wipe(): void {
    this.#input.fill(0);
    this.#key.fill(0);
    this.#hash.wipe();
  }
}
