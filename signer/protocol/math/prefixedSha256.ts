/**
 * SHA-256 of one prefix of 64 bytes and many short inputs, one compression for each: OT extension hashes thousands of rows, and a general
 * interface would spend more on each call than on the hash. 32-bit operations without tables or branches, so time shows nothing.
 */
const BLOCK_WORDS = 16;
const DIGEST_WORDS = 8;
/** Padding takes one bit and the length. */
export const MAX_INPUT_WORDS = 13;

/** FIPS 180-4 §5.3.3 and §4.2.2: the first 32 bits of the fractional parts of roots of the first primes. */
const PRIMES = primes(64);
const INITIAL = Int32Array.from(PRIMES.slice(0, DIGEST_WORDS), (p) => fraction(Math.sqrt(p)));
const K = Int32Array.from(PRIMES, cubeRootFraction);

export class PrefixedSha256 {
  readonly #midstate = INITIAL.slice();
  readonly #state = INITIAL.slice();
  readonly #schedule = new Int32Array(64);

  constructor(prefix: Uint8Array) {
    if (prefix.length !== 4 * BLOCK_WORDS) throw new RangeError(`a prefix has 64 bytes, not ${prefix.length}`);
    for (let k = 0; k < BLOCK_WORDS; k++) this.#schedule[k] = wordAt(prefix, 4 * k);
    compress(this.#midstate, this.#schedule);
  }

  /** Writes the eight words of SHA-256(prefix ‖ `count` big-endian words of `input`) to `out` at `at`. */
  digest(input: Uint32Array, count: number, out: Uint32Array, at: number): void {
    if (count > MAX_INPUT_WORDS) throw new RangeError(`${count} words do not fit one block`);
    const w = this.#schedule;
    for (let k = 0; k < count; k++) w[k] = input[k] as number;
    for (let k = count; k < BLOCK_WORDS; k++) w[k] = 0;
    w[count] = 0x80000000;
    w[BLOCK_WORDS - 1] = 32 * (BLOCK_WORDS + count);
    const state = this.#state;
    for (let k = 0; k < DIGEST_WORDS; k++) state[k] = this.#midstate[k] as number;
    compress(state, w);
    for (let k = 0; k < DIGEST_WORDS; k++) out[at + k] = state[k] as number;
  }

  /** SHA-256(prefix ‖ `input`), for a whole number of blocks. */
  digestBlocks(input: Uint32Array): Uint8Array {
    if (input.length % BLOCK_WORDS !== 0) throw new RangeError(`${input.length} words are no whole blocks`);
    const w = this.#schedule;
    const state = this.#state;
    state.set(this.#midstate);
    for (let at = 0; at < input.length; at += BLOCK_WORDS) {
      for (let k = 0; k < BLOCK_WORDS; k++) w[k] = input[at + k] as number;
      compress(state, w);
    }
    w.fill(0, 0, BLOCK_WORDS);
    w[0] = 0x80000000;
    w[BLOCK_WORDS - 1] = 32 * (BLOCK_WORDS + input.length);
    compress(state, w);
    return bytesOf(state);
  }

  wipe(): void {
    this.#midstate.fill(0);
    this.#state.fill(0);
    this.#schedule.fill(0);
  }
}

/** FIPS 180-4 §6.2.2, with the paper's names; `w` holds the block in its first sixteen words. */
function compress(state: Int32Array, w: Int32Array): void {
  for (let t = BLOCK_WORDS; t < 64; t++) {
    const x = w[t - 15] as number;
    const y = w[t - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (s1 + (w[t - 7] as number) + s0 + (w[t - 16] as number)) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let t = 0; t < 64; t++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const T1 = (h + S1 + (g ^ (e & (f ^ g))) + (K[t] as number) + (w[t] as number)) | 0;
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const T2 = (S0 + ((a & b) ^ (c & (a ^ b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + T1) | 0;
    d = c;
    c = b;
    b = a;
    a = (T1 + T2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function bytesOf(state: Int32Array): Uint8Array {
  return Uint8Array.from({ length: 4 * DIGEST_WORDS }, (_, k) => (state[k >>> 2] as number) >>> (24 - 8 * (k & 3)));
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32) | 0;
}

/** A double has too few bits to be trusted with a cube root: the largest r with r^3 <= p·2^96. */
function cubeRootFraction(p: number): number {
  let r = BigInt(Math.floor(Math.cbrt(p) * 2 ** 32));
  const target = BigInt(p) << 96n;
  while (r ** 3n > target) r--;
  while ((r + 1n) ** 3n <= target) r++;
  return Number(BigInt.asIntN(32, r));
}
