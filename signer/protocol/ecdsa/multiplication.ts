/**
 * Two parties multiply: Alice has a_0 and a_1, Bob gets a random b, and they end with c_i + d_i = a_i·b. Protocol 5.2 of DKLs23
 * (ePrint 2023/765), over OT extension; the steps of the paper are quoted.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { EcdsaSuite } from '../ciphersuite/ecdsa.ts';
import type { Rng } from '../committee.ts';
import { type Scalar, sumScalars } from '../math/group.ts';
import { secp256k1Scalars } from '../math/limbField.ts';
import {
  type Accumulator,
  accumulator,
  addProduct,
  addScaled,
  carry,
  LIMBS,
  limbRows,
  limbsOf,
  loadWords,
  readWords,
  reduce,
  reduceSum,
  scalarOf,
  storeWords,
  subtract,
  WORDS,
  writeWords,
} from '../math/limbRows.ts';
import type { LongHash } from '../math/sodiumHash.ts';
import type { Reader } from '../reader.ts';
import { wipe } from '../secret.ts';
import { transcriptHash, wideTranscriptHash } from '../transcript.ts';
import { bitOf } from './ot/bitMatrix.ts';
import {
  acceptExtension,
  extend,
  PAD_WORDS,
  prefixed,
  type Received,
  type ReceiverSeeds,
  RowHash,
  type SenderSeeds,
} from './ot/extension.ts';
import { COLUMNS, ELL, RHO, XI } from './parameters.ts';

/** One scalar for each of Alice's two inputs. */
export type Two = readonly [Scalar, Scalar];

/** What the hashes of one multiplication are bound to: those that make Bob's message, and those that make Alice's of it. */
export interface MultiplicationIds {
  readonly extension: Uint8Array;
  readonly answer: Uint8Array;
}

/** Alice's message. */
export interface Correction {
  /** a~: XI rows of COLUMNS scalars. */
  readonly rows: Uint8Array;
  readonly eta: readonly Scalar[];
  readonly mu: Uint8Array;
}

/** What Bob keeps between his message and Alice's. */
export interface Chosen {
  readonly received: Received;
  /** b, which the signing protocol calls chi. */
  readonly b: Scalar;
}

const SCALAR_BYTES = 4 * WORDS;
const ROW_BYTES = COLUMNS * SCALAR_BYTES;
const MU_BYTES = 32;
export const CORRECTION_BYTES = XI * ROW_BYTES + RHO * SCALAR_BYTES + MU_BYTES;
/** Products that fit an accumulator before a carry. */
const CARRY_EVERY = 16;

/** > g <- Z_q^xi, the gadget vector, uniform and fixed: hashed from its name, so nobody chose it. */
const GADGET = gadget();

/** > Bob samples beta <- {0,1}^xi and computes b := <g, beta> */
export function choose(sid: Uint8Array, seeds: ReceiverSeeds, rng: Rng): { message: Uint8Array; chosen: Chosen } {
  const { message, received } = extend(sid, seeds, rng);
  return { message, chosen: { received, b: innerProduct(received.choices) } };
}

/** Bob's b for given choice bits. */
export function innerProduct(choices: Uint32Array): Scalar {
  const sum = accumulator();
  for (let j = 0; j < XI; j++) addScaled(sum, GADGET, j * LIMBS, bitOf(choices, j));
  return scalarOf(sum);
}

/** @returns nothing if Bob cheated in the OT extension: then neither side may use these seeds again. */
export function multiplyAsAlice(
  { longHash }: Pick<EcdsaSuite, 'longHash'>,
  { extension, answer }: MultiplicationIds,
  seeds: SenderSeeds,
  message: Uint8Array,
  a: Two,
  rng: Rng,
): { correction: Correction; c: Two } | undefined {
  const rows = acceptExtension(extension, seeds, message);
  if (!rows) return undefined;
  // > Alice samples a^ <- Z_q^rho
  const aHat = Array.from({ length: RHO }, () => drawScalar(rng));
  const alpha = limbRows(XI * COLUMNS);
  const corrected = correctRows(answer, rows, seeds.delta, [...a, ...aHat], alpha);
  rows.fill(0);

  const said = bytesOf(corrected);
  const theta = thetaOf(longHash, answer, said);
  // > eta := { a^_k + sum_i theta_{i,k} · a_i }
  const eta = aHat.map((pad, k) => {
    const products = a.map((a_i, i) => secp256k1Scalars.multiply(thetaAt(theta, i, k), a_i));
    const sum = sumScalars(secp256k1Scalars, [pad, ...products]);
    wipe(...products); // theta is public
    return sum;
  });
  const mu = muOf(answer, alpha, theta);
  // > c := { -sum_j g_j · alpha^0_{j,i} }
  const sums = gadgetProducts(alpha);
  const c: Two = [secp256k1Scalars.negate(sums[0]), secp256k1Scalars.negate(sums[1])];
  alpha.fill(0);
  wipe(...sums, ...aHat);
  return { correction: { rows: said, eta, mu }, c };
}

function drawScalar(rng: Rng): Scalar {
  const wide = rng(64);
  const scalar = secp256k1Scalars.reduce(wide);
  wipe(wide);
  return scalar;
}

/** @returns nothing if Alice did not use the same inputs in all rows (or guessed beta wrongly): then neither side may use these seeds again. */
export function multiplyAsBob(
  { longHash }: Pick<EcdsaSuite, 'longHash'>,
  answer: Uint8Array,
  { received }: Chosen,
  { rows, eta, mu }: Correction,
): Two | undefined {
  const corrected = new Uint32Array(XI * COLUMNS * WORDS);
  readWords(rows, corrected);
  const theta = thetaOf(longHash, answer, rows);
  const shares = correctedShares(answer, received, corrected);
  const negatedEta = eta.map((value) => limbsOf(secp256k1Scalars.negate(value)));
  // > mu'_j := { d^_{j,k} + sum_i theta_{i,k} · d._{j,i} - beta_j · eta_k }
  const own = muOf(answer, shares, theta, (sum, j, k) =>
    addScaled(sum, negatedEta[k] ?? limbRows(1), 0, bitOf(received.choices, j)),
  );
  // > d := { sum_j g_j · d._{j,i} }
  const d = gadgetProducts(shares);
  shares.fill(0);
  // > if mu' != mu, Bob aborts
  if (isSame(own, mu)) return d;
  wipe(...d);
  return undefined;
}

export function encodeCorrection({ rows, eta, mu }: Correction): Uint8Array {
  return concatBytes(rows, ...eta, mu);
}

export function readCorrection(reader: Reader): Correction {
  const rows = reader.take(XI * ROW_BYTES);
  requireCanonical(rows);
  const eta = Array.from({ length: RHO }, () => secp256k1Scalars.decode(reader.take(SCALAR_BYTES)));
  return { rows, eta, mu: reader.take(MU_BYTES) };
}

/** Whatever is not below the order begins with a byte of ones; those few are decoded. @throws Malformed */
function requireCanonical(scalars: Uint8Array): void {
  for (let at = 0; at < scalars.length; at += SCALAR_BYTES) {
    if (scalars[at] !== 255) continue;
    secp256k1Scalars.decode(scalars.subarray(at, at + SCALAR_BYTES));
  }
}

/** > a~ := { alpha^0_{j,i} - alpha^1_{j,i} + a_i }, and the same with a^ in the last columns. Fills `alpha` with alpha^0. */
function correctRows(
  sid: Uint8Array,
  rows: Uint32Array,
  delta: Uint32Array,
  inputs: readonly Scalar[],
  alpha: Float64Array,
): Uint32Array {
  const hash = new RowHash(sid);
  const input = limbRows(COLUMNS);
  inputs.forEach((a, i) => {
    const limbs = limbsOf(a);
    input.set(limbs, i * LIMBS);
    limbs.fill(0);
  });
  const pads = new Uint32Array(PAD_WORDS);
  const pad = limbRows(1);
  const sum = accumulator();
  const words = new Uint32Array(XI * COLUMNS * WORDS);
  for (let j = 0, at = 0; j < XI; j++) {
    hash.pads(rows, j, undefined, pads);
    for (let i = 0; i < COLUMNS; i++) loadWords(pads, i * WORDS, alpha, (at + i) * LIMBS);
    hash.pads(rows, j, delta, pads);
    for (let i = 0; i < COLUMNS; i++, at++) {
      loadWords(pads, i * WORDS, pad, 0);
      sum.fill(0);
      addScaled(sum, alpha, at * LIMBS, 1);
      subtract(sum, pad, 0);
      addScaled(sum, input, i * LIMBS, 1);
      reduceSum(sum);
      storeWords(sum, words, at * WORDS);
    }
  }
  for (const secret of [input, pads, pad, sum]) secret.fill(0);
  hash.wipe();
  return words;
}

/** > d._{j,i} := gamma_{j,i} + beta_j · a~_{j,i}, and d^_{j,k} likewise; limbs of up to 23 bits, not reduced. */
function correctedShares(sid: Uint8Array, { choices, rows }: Received, corrected: Uint32Array): Float64Array {
  const hash = new RowHash(sid);
  const shares = limbRows(XI * COLUMNS);
  const pads = new Uint32Array(PAD_WORDS);
  const correction = limbRows(1);
  for (let j = 0, at = 0; j < XI; j++) {
    const beta = bitOf(choices, j);
    hash.pads(rows, j, undefined, pads);
    for (let i = 0; i < COLUMNS; i++, at++) {
      loadWords(pads, i * WORDS, shares, at * LIMBS);
      loadWords(corrected, at * WORDS, correction, 0);
      for (let k = 0; k < LIMBS; k++) {
        shares[at * LIMBS + k] = (shares[at * LIMBS + k] as number) + beta * (correction[k] as number);
      }
    }
  }
  pads.fill(0);
  hash.wipe();
  return shares;
}

/** > theta := H(sid, a~), l times rho scalars */
function thetaOf(longHash: LongHash, sid: Uint8Array, corrected: Uint8Array): readonly Scalar[] {
  const digest = longHash(transcriptHash('ecdsa/corrected', sid), corrected);
  return Array.from({ length: ELL * RHO }, (_, k) =>
    secp256k1Scalars.reduce(wideTranscriptHash('ecdsa/theta', digest, k)),
  );
}

function thetaAt(theta: readonly Scalar[], i: number, k: number): Scalar {
  return theta[i * RHO + k] ?? secp256k1Scalars.from(0);
}

/** > mu := H(sid, { v_{j,l+k} + sum_i theta_{i,k} · v_{j,i} }) of the rows v, with what Bob takes off. */
function muOf(
  sid: Uint8Array,
  rows: Float64Array,
  theta: readonly Scalar[],
  adjust?: (sum: Accumulator, j: number, k: number) => void,
): Uint8Array {
  const factors = limbRows(ELL * RHO);
  for (const [k, value] of theta.entries()) factors.set(limbsOf(value), k * LIMBS);
  const sum = accumulator();
  const words = new Uint32Array(XI * RHO * WORDS);
  for (let j = 0, to = 0; j < XI; j++) {
    for (let k = 0; k < RHO; k++, to += WORDS) {
      sum.fill(0);
      addScaled(sum, rows, (j * COLUMNS + ELL + k) * LIMBS, 1);
      for (let i = 0; i < ELL; i++) addProduct(sum, factors, (i * RHO + k) * LIMBS, rows, (j * COLUMNS + i) * LIMBS);
      adjust?.(sum, j, k);
      reduce(sum);
      storeWords(sum, words, to);
    }
  }
  const hash = prefixed('ecdsa/mu', sid);
  const mu = hash.digestBlocks(words);
  hash.wipe();
  words.fill(0);
  sum.fill(0);
  return mu;
}

/** sum_j g_j · v_{j,i} for the first columns. */
function gadgetProducts(rows: Float64Array): Two {
  const [first, second] = [accumulator(), accumulator()];
  for (let j = 0; j < XI; j++) {
    addProduct(first, GADGET, j * LIMBS, rows, j * COLUMNS * LIMBS);
    addProduct(second, GADGET, j * LIMBS, rows, (j * COLUMNS + 1) * LIMBS);
    if (j % CARRY_EVERY === CARRY_EVERY - 1) {
      carry(first);
      carry(second);
    }
  }
  return [scalarOf(first), scalarOf(second)];
}

function bytesOf(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  writeWords(words, bytes);
  return bytes;
}

function gadget(): Float64Array {
  const vector = limbRows(XI);
  for (let j = 0; j < XI; j++) {
    const wide = concatBytes(transcriptHash('ecdsa/gadget', j, 0), transcriptHash('ecdsa/gadget', j, 1));
    vector.set(limbsOf(secp256k1Scalars.reduce(wide)), j * LIMBS);
  }
  return vector;
}

/** In all bytes, whichever differ. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let k = 0; k < a.length; k++) difference |= (a[k] as number) ^ (b[k] as number);
  return difference === 0;
}
