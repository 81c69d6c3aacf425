/** OT extension and multiplication once more, slowly and plainly: one bit and one BigInt at a time, on noble's SHA-256 and ChaCha20. Cheats on demand. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { bytesToNumberBE, bytesToNumberLE, numberToBytesBE, numberToBytesLE } from '@noble/curves/utils.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { transcriptHash, wideTranscriptHash } from '../../../signer/protocol/transcript.ts';

export const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const [OTS, ROWS, BITS] = [128, 416, 544];

export interface Extension {
  readonly matrix: readonly bigint[];
  readonly hashedChoices: bigint;
  readonly hashedRows: readonly bigint[];
  /** t_j. */
  readonly rows: readonly bigint[];
}

export interface AliceSays {
  /** a~, row by row. */
  readonly corrected: readonly bigint[];
  readonly eta: readonly bigint[];
  readonly mu: Uint8Array;
  readonly c: readonly bigint[];
}

/** Bob's message. `flips` are added to x in the columns of its indices: whoever does that is a cheat. */
export function extension(
  sid: Uint8Array,
  [zeros, ones]: readonly [readonly Uint8Array[], readonly Uint8Array[]],
  choices: bigint,
  flips: ReadonlyMap<number, bigint> = new Map(),
): Extension {
  const t = zeros.map((seed, i) => column(sid, seed, i));
  const matrix = t.map((bits, i) => bits ^ column(sid, ones[i]!, i) ^ choices ^ (flips.get(i) ?? 0n));
  const rows = rowsOf(t);
  const challenge = challengeOf(sid, matrix);
  return {
    matrix,
    hashedChoices: hashChoices(challenge, choices),
    hashedRows: hashRows(challenge, rows),
    rows,
  };
}

/** Alice's rows, or nothing if Bob cheated and was not lucky. */
export function accept(
  sid: Uint8Array,
  delta: bigint,
  chosen: readonly Uint8Array[],
  { matrix, hashedChoices, hashedRows }: Omit<Extension, 'rows'>,
): readonly bigint[] | undefined {
  const rows = rowsOf(chosen.map((seed, i) => column(sid, seed, i) ^ (bit(delta, i) ? matrix[i]! : 0n)));
  const own = hashRows(challengeOf(sid, matrix), rows);
  const isRight = own.every((sum, c) => sum === (hashedRows[c]! ^ (bit(hashedChoices, c) ? delta : 0n)));
  return isRight ? rows : undefined;
}

export function encodeExtension({ matrix, hashedChoices, hashedRows }: Omit<Extension, 'rows'>): Uint8Array {
  return concatBytes(
    ...matrix.map((bits) => numberToBytesLE(bits, BITS / 8)),
    numberToBytesLE(hashedChoices, OTS / 8),
    ...hashedRows.map((sum) => numberToBytesLE(sum, OTS / 8)),
  );
}

/** Alice's message for a_0, a_1 and pads a^. In the rows of `cheats` she uses another a_0: the difference is the value. */
export function alice(
  sid: Uint8Array,
  rows: readonly bigint[],
  delta: bigint,
  a: readonly bigint[],
  aHat: readonly bigint[],
  cheats: ReadonlyMap<number, bigint> = new Map(),
): AliceSays {
  const inputs = [...a, ...aHat];
  const zero = range(ROWS).map((j) => pads(sid, j, rows[j]!));
  const one = range(ROWS).map((j) => pads(sid, j, rows[j]! ^ delta));
  const corrected = range(ROWS).flatMap((j) =>
    inputs.map((input, i) => mod(zero[j]![i]! - one[j]![i]! + input + (i === 0 ? (cheats.get(j) ?? 0n) : 0n))),
  );
  const theta = thetaOf(sid, corrected);
  return {
    corrected,
    eta: aHat.map((hat, k) => mod(hat + theta[0]![k]! * a[0]! + theta[1]![k]! * a[1]!)),
    mu: muOf(
      sid,
      range(ROWS).flatMap((j) =>
        [0, 1].map((k) => mod(zero[j]![2 + k]! + theta[0]![k]! * zero[j]![0]! + theta[1]![k]! * zero[j]![1]!)),
      ),
    ),
    c: [0, 1].map((i) => mod(-range(ROWS).reduce((sum, j) => sum + gadget[j]! * zero[j]![i]!, 0n))),
  };
}

/** Bob's d, or nothing if Alice cheated where his bit is one. */
export function bob(
  sid: Uint8Array,
  rows: readonly bigint[],
  choices: bigint,
  { corrected, eta, mu }: Omit<AliceSays, 'c'>,
): readonly bigint[] | undefined {
  const theta = thetaOf(sid, corrected);
  const shares = range(ROWS).map((j) =>
    pads(sid, j, rows[j]!).map((pad, i) => mod(pad + (bit(choices, j) ? corrected[4 * j + i]! : 0n))),
  );
  const checked = shares.flatMap((row, j) =>
    [0, 1].map((k) =>
      mod(row[2 + k]! + theta[0]![k]! * row[0]! + theta[1]![k]! * row[1]! - (bit(choices, j) ? eta[k]! : 0n)),
    ),
  );
  const isRight = Buffer.compare(muOf(sid, checked), mu) === 0;
  return isRight ? [0, 1].map((i) => mod(shares.reduce((sum, row, j) => sum + gadget[j]! * row[i]!, 0n))) : undefined;
}

/** Bob's b. */
export function innerProduct(choices: bigint): bigint {
  return mod(range(ROWS).reduce((sum, j) => sum + (bit(choices, j) ? gadget[j]! : 0n), 0n));
}

export function encodeAlice({ corrected, eta, mu }: Omit<AliceSays, 'c'>): Uint8Array {
  return concatBytes(...[...corrected, ...eta].map((value) => numberToBytesBE(value, 32)), mu);
}

function column(sid: Uint8Array, seed: Uint8Array, i: number): bigint {
  return fromWords(stretch(sha256(concatBytes(prefix('ecdsa/columns', sid), seed, word(i))), 32).slice(0, BITS / 32));
}

/** For each sum, which rows are in it. */
function challengeOf(sid: Uint8Array, matrix: readonly bigint[]): readonly bigint[] {
  const bytes = concatBytes(...matrix.map((bits) => numberToBytesLE(bits, BITS / 8)));
  const stream = chacha20(
    transcriptHash('ecdsa/challenge', sid, bytes),
    new Uint8Array(12),
    new Uint8Array((OTS * ROWS) / 8),
  );
  return range(OTS).map((c) => bytesToNumberLE(stream.slice((c * ROWS) / 8, ((c + 1) * ROWS) / 8)));
}

/** Words of the stream under a key of eight big-endian words. */
function stretch(key: Uint8Array, count: number): readonly number[] {
  const littleEndian = concatBytes(...range(8).map((k) => key.slice(4 * k, 4 * k + 4).reverse()));
  const stream = chacha20(littleEndian, new Uint8Array(12), new Uint8Array(4 * count));
  return range(count).map((k) => Number(bytesToNumberLE(stream.slice(4 * k, 4 * k + 4))));
}

function hashRows(challenge: readonly bigint[], rows: readonly bigint[]): readonly bigint[] {
  return challenge.map((which, c) =>
    range(ROWS).reduce((sum, j) => (bit(which, j) ? sum ^ rows[j]! : sum), rows[ROWS + c]!),
  );
}

function hashChoices(challenge: readonly bigint[], choices: bigint): bigint {
  return challenge.reduce(
    (sums, which, c) => sums ^ (BigInt(range(ROWS).filter((j) => bit(which & choices, j)).length & 1) << BigInt(c)),
    choices >> BigInt(ROWS),
  );
}

/** The four pads of one row. */
function pads(sid: Uint8Array, j: number, row: bigint): readonly bigint[] {
  const rowWords = [0n, 32n, 64n, 96n].map((shift) => word(Number((row >> shift) & 0xffffffffn)));
  const stream = stretch(sha256(concatBytes(prefix('ecdsa/rows', sid), word(j), ...rowWords)), 32);
  return range(4).map((i) => mod(bytesToNumberBE(concatBytes(...stream.slice(8 * i, 8 * i + 8).map(word)))));
}

/** theta[i][k]. */
export function thetaOf(sid: Uint8Array, corrected: readonly bigint[]): readonly (readonly bigint[])[] {
  const digest = blake2b(concatBytes(...corrected.map((value) => numberToBytesBE(value, 32))), {
    dkLen: 32,
    key: transcriptHash('ecdsa/corrected', sid),
  });
  const wide = (k: number) => wideTranscriptHash('ecdsa/theta', digest, k);
  return [0, 1].map((i) => [0, 1].map((k) => mod(bytesToNumberBE(wide(2 * i + k)))));
}

function muOf(sid: Uint8Array, values: readonly bigint[]): Uint8Array {
  return sha256(concatBytes(prefix('ecdsa/mu', sid), ...values.map((value) => numberToBytesBE(value, 32))));
}

const gadget = range(ROWS).map((j) =>
  mod(bytesToNumberBE(concatBytes(transcriptHash('ecdsa/gadget', j, 0), transcriptHash('ecdsa/gadget', j, 1)))),
);

function rowsOf(columns: readonly bigint[]): readonly bigint[] {
  return range(BITS).map((j) => columns.reduce((row, bits, i) => (bit(bits, j) ? row | (1n << BigInt(i)) : row), 0n));
}

const prefixes = new WeakMap<Uint8Array, Map<string, Uint8Array>>();

function prefix(label: string, sid: Uint8Array): Uint8Array {
  const known = prefixes.get(sid) ?? new Map<string, Uint8Array>();
  prefixes.set(sid, known);
  const found = known.get(label) ?? concatBytes(transcriptHash(label, sid, 0), transcriptHash(label, sid, 1));
  known.set(label, found);
  return found;
}

export function bit(bits: bigint, at: number): boolean {
  return ((bits >> BigInt(at)) & 1n) === 1n;
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function fromWords(list: readonly number[]): bigint {
  return list.reduce((bits, value, k) => bits | (BigInt(value) << BigInt(32 * k)), 0n);
}

export function mod(value: bigint): bigint {
  return ((value % ORDER) + ORDER) % ORDER;
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, k) => k);
}
