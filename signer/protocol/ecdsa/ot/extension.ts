/**
 * OT extension: 416 oblivious transfers out of 128 base OTs, by symmetric cryptography alone. SoftSpokenOT (ePrint 2022/192) with k = 1,
 * which is the protocol of KOS15 with a consistency check that has a proof; the check's challenge is hashed from the whole matrix, so that
 * one message is enough. The check's universal hash is a random binary matrix beside an identity: the last 128 rows mask what it reveals.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { Rng } from '../../committee.ts';
import { PrefixedSha256 } from '../../math/prefixedSha256.ts';
import { Malformed } from '../../reader.ts';
import { transcriptHash } from '../../transcript.ts';
import { LAMBDA_C, XI } from '../parameters.ts';
import { bitOf, bytesOfWords, COLUMN_BITS, COLUMN_WORDS, ROW_WORDS, transpose, wordsOfBytes } from './bitMatrix.ts';

/** Words of a seed, and of a hash. */
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
  return extendWith(sid, seeds, wordsOfBytes(rng(COLUMN_BITS / 8)));
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
  return difference === 0;
}

/** Keys the two hashes of one session. */
function prefixed(label: string, sid: Uint8Array): PrefixedSha256 {
  return new PrefixedSha256(concatBytes(transcriptHash(label, sid, 0), transcriptHash(label, sid, 1)));
}

/** PRG(seed, i) of COLUMN_BITS bits for each base OT i: SHA-256 of session, seed, column and counter. */
function expandColumns(sid: Uint8Array, seeds: Uint32Array): Uint32Array {
  const hash = prefixed('ecdsa/columns', sid);
  const columns = new Uint32Array(LAMBDA_C * COLUMN_WORDS);
  const input = new Uint32Array(SEED_WORDS + 2);
  const block = new Uint32Array(SEED_WORDS);
  for (let i = 0; i < LAMBDA_C; i++) {
    for (let k = 0; k < SEED_WORDS; k++) input[k] = seeds[i * SEED_WORDS + k] as number;
    input[SEED_WORDS] = i;
    for (let done = 0; done < COLUMN_WORDS; done += SEED_WORDS) {
      input[SEED_WORDS + 1] = done;
      hash.digest(input, input.length, block, 0);
      const taken = Math.min(SEED_WORDS, COLUMN_WORDS - done);
      for (let k = 0; k < taken; k++) columns[i * COLUMN_WORDS + done + k] = block[k] as number;
    }
  }
  input.fill(0);
  block.fill(0);
  hash.wipe();
  return columns;
}

/** > Fiat-Shamir: the challenge is a hash of the whole matrix. For each of the XI rows, which of the LAMBDA_C sums it is part of. */
export function challengeOf(sid: Uint8Array, matrix: Uint8Array): Uint32Array {
  const hash = prefixed('ecdsa/challenge', transcriptHash('ecdsa/matrix', sid, matrix));
  const challenge = new Uint32Array(XI * ROW_WORDS);
  const counter = new Uint32Array(1);
  for (let at = 0; at < challenge.length; at += SEED_WORDS) {
    counter[0] = at;
    hash.digest(counter, 1, challenge, at);
  }
  return challenge;
}

/** R·x: sum c is over the rows j with challenge bit c, and one of the last rows, which nothing else uses. */
export function hashChoices(challenge: Uint32Array, choices: Uint32Array): Uint32Array {
  const sums = choices.slice(XI / 32);
  for (let j = 0; j < XI; j++) {
    const mask = -bitOf(choices, j);
    for (let k = 0; k < ROW_WORDS; k++) {
      sums[k] = (sums[k] as number) ^ ((challenge[j * ROW_WORDS + k] as number) & mask);
    }
  }
  return sums;
}

/** R·T, sum by sum. The challenge is public; the rows are not. */
export function hashRows(challenge: Uint32Array, rows: Uint32Array): Uint32Array {
  const sums = rows.slice(XI * ROW_WORDS);
  for (let j = 0; j < XI; j++) {
    const at = j * ROW_WORDS;
    const t0 = rows[at] as number;
    const t1 = rows[at + 1] as number;
    const t2 = rows[at + 2] as number;
    const t3 = rows[at + 3] as number;
    for (let c = 0, to = 0; c < LAMBDA_C; c++, to += ROW_WORDS) {
      const mask = -(((challenge[at + (c >>> 5)] as number) >>> (c & 31)) & 1);
      sums[to] = (sums[to] as number) ^ (t0 & mask);
      sums[to + 1] = (sums[to + 1] as number) ^ (t1 & mask);
      sums[to + 2] = (sums[to + 2] as number) ^ (t2 & mask);
      sums[to + 3] = (sums[to + 3] as number) ^ (t3 & mask);
    }
  }
  return sums;
}

/** The hash that makes pads of rows: H(sid, j, column, row) is one scalar's worth of words. */
export class RowHash {
  readonly #hash: PrefixedSha256;
  readonly #input = new Uint32Array(2 + ROW_WORDS);

  constructor(sid: Uint8Array) {
    this.#hash = prefixed('ecdsa/rows', sid);
  }

  /** Pads of row j + offset, where offset is Delta or nothing, for columns 0 .. count-1. */
  pads(rows: Uint32Array, j: number, offset: Uint32Array | undefined, count: number, out: Uint32Array): void {
    const input = this.#input;
    input[0] = j;
    for (let k = 0; k < ROW_WORDS; k++) {
      input[2 + k] = (rows[j * ROW_WORDS + k] as number) ^ (offset ? (offset[k] as number) : 0);
    }
    for (let column = 0; column < count; column++) {
      input[1] = column;
      this.#hash.digest(input, input.length, out, column * SEED_WORDS);
    }
  }

  wipe(): void {
    this.#input.fill(0);
    this.#hash.wipe();
  }
}
