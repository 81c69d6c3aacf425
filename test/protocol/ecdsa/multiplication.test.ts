/** OT extension and multiplication: against the reference in both roles, and honest runs that never fail. */
import { deepEqual, equal } from 'node:assert/strict';
import { chacha20 } from '@noble/ciphers/chacha.js';
import { bytesToNumberBE, bytesToNumberLE, numberToBytesBE } from '@noble/curves/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import {
  choose,
  encodeCorrection,
  innerProduct,
  multiplyAsAlice,
  multiplyAsBob,
  readCorrection,
  type Two,
} from '../../../signer/protocol/ecdsa/multiplication.ts';
import { bytesOfWords, transpose, wordsOfBytes } from '../../../signer/protocol/ecdsa/ot/bitMatrix.ts';
import { acceptExtension, extendWith } from '../../../signer/protocol/ecdsa/ot/extension.ts';
import { chachaBlock } from '../../../signer/protocol/math/chacha20.ts';
import type { Scalar } from '../../../signer/protocol/math/group.ts';
import { secp256k1Scalars } from '../../../signer/protocol/math/limbField.ts';
import {
  accumulator,
  addProduct,
  addScaled,
  carry,
  limbsOf,
  reduceSum,
  scalarOf,
  storeWords,
  subtract,
  WORDS,
  writeWords,
} from '../../../signer/protocol/math/limbRows.ts';
import { PrefixedSha256 } from '../../../signer/protocol/math/prefixedSha256.ts';
import { Malformed, Reader } from '../../../signer/protocol/reader.ts';
import { fastEcdsa } from '../suites.ts';
import { hex } from '../vectors/shared.ts';
import * as reference from './reference.ts';
import { deal, seeded } from './seeds.ts';

const { ORDER, mod, range } = reference;
/** 10,000 runs take half a minute: `QUORATE_MANY=1`. */
const MANY = process.env.QUORATE_MANY ? 10_000 : 100;

/** What Alice answers has an id of its own. */
const idsOf = (extension: Uint8Array) => ({ extension, answer: sha256(extension) });

describe('SHA-256 with a prefix', () => {
  it('is SHA-256 of prefix and input, for every length of input', () => {
    for (let count = 0; count <= 13; count++) {
      const [prefix, input] = [randomBytes(64), randomBytes(4 * count)];
      const words = Uint32Array.from({ length: count }, (_, k) =>
        Number(bytesToNumberBE(input.slice(4 * k, 4 * k + 4))),
      );
      const out = new Uint32Array(9);
      new PrefixedSha256(prefix).digest(words, count, out, 1);
      const digest = new Uint8Array(32);
      writeWords(out.slice(1), digest);
      equal(hex(digest), hex(sha256(concatBytes(prefix, input))));
    }
  });
});

describe('SHA-256 of whole blocks after a prefix', () => {
  it('is SHA-256 of both', () => {
    for (const blocks of [0, 1, 2, 33]) {
      const [prefix, input] = [randomBytes(64), randomBytes(64 * blocks)];
      const words = Uint32Array.from({ length: 16 * blocks }, (_, k) =>
        Number(bytesToNumberBE(input.slice(4 * k, 4 * k + 4))),
      );
      equal(hex(new PrefixedSha256(prefix).digestBlocks(words)), hex(sha256(concatBytes(prefix, input))));
    }
  });
});

describe('blocks of ChaCha20', () => {
  it('are those of the stream of RFC 8439 with a nonce of zero', () => {
    const key = randomBytes(32);
    const out = new Uint32Array(33);
    chachaBlock(wordsOfBytes(key), 0, out, 1);
    chachaBlock(wordsOfBytes(key), 1, out, 17);
    equal(hex(bytesOfWords(out.slice(1))), hex(chacha20(key, new Uint8Array(12), new Uint8Array(128))));
  });
});

describe('rows of limbs', () => {
  const edges = [
    0n,
    1n,
    ORDER - 1n,
    ORDER,
    ORDER + 1n,
    2n ** 256n - 1n,
    2n ** 255n,
    2n ** 242n - 1n,
    2n ** 242n,
    2n ** 128n,
  ];
  const number = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }));
  const limbs = (value: bigint) => limbsOf(numberToBytesBE(value, 32) as Uint8Array as Scalar);

  it('sum sixteen pairs of products as BigInt does, from any 256 bits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 32 }),
        number,
        number,
        (pairs, plus, minus) => {
          const sum = accumulator();
          for (const [k, [a, b]] of pairs.entries()) {
            addProduct(sum, limbs(a), 0, limbs(b), 0);
            if (k % 16 === 15) carry(sum);
          }
          addScaled(sum, limbs(plus), 0, 1);
          addScaled(sum, limbs(plus), 0, 0);
          subtract(sum, limbs(minus), 0);
          const expected = pairs.reduce((total, [a, b]) => total + a * b, plus - minus);
          equal(bytesToNumberBE(scalarOf(sum)), mod(expected));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('sum and subtract without products as BigInt does', () => {
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        const sum = accumulator();
        addScaled(sum, limbs(a), 0, 1);
        subtract(sum, limbs(b), 0);
        addScaled(sum, limbs(c), 0, 1);
        reduceSum(sum);
        const words = new Uint32Array(WORDS);
        storeWords(sum, words, 0);
        const bytes = new Uint8Array(32);
        writeWords(words, bytes);
        equal(bytesToNumberBE(bytes), mod(a - b + c));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('OT extension', () => {
  it('transposes bit by bit', () => {
    const columns = wordsOfBytes(randomBytes(128 * 68));
    const rows = transpose(columns);
    for (const [i, j] of range(2000).map((k) => [(k * 37) % 128, (k * 101) % 544] as const))
      equal((rows[4 * j + (i >> 5)]! >>> (i & 31)) & 1, (columns[17 * i + (j >> 5)]! >>> (j & 31)) & 1);
  });

  it('says what the reference says, and hears what it hears', () => {
    const [dealt, sid, bits] = [deal(randomBytes), randomBytes(32), randomBytes(68)];
    const { message, received } = extendWith(sid, dealt.receiver, wordsOfBytes(bits));
    const theirs = reference.extension(sid, [dealt.zeros, dealt.ones], bytesToNumberLE(bits));
    equal(hex(message), hex(reference.encodeExtension(theirs)));
    deepEqual(
      range(544).map((j) => rowOf(received.rows, j)),
      theirs.rows,
    );
    const rows = acceptExtension(sid, dealt.sender, message)!;
    const accepted = reference.accept(sid, dealt.delta, dealt.chosen, theirs)!;
    deepEqual(
      range(544).map((j) => rowOf(rows, j)),
      accepted,
    );
    for (const [j, row] of theirs.rows.entries())
      equal(accepted[j]! ^ (reference.bit(bytesToNumberLE(bits), j) ? dealt.delta : 0n), row);
  });
});

describe('multiplication', () => {
  it('with the reference as Alice, and as Bob', () => {
    const [dealt, sid] = [deal(randomBytes), randomBytes(32)];
    const a = scalars(2);
    const { message, chosen } = choose(sid, dealt.receiver, randomBytes);
    const bits = bitsOf(chosen.received.choices);
    equal(bytesToNumberBE(chosen.b), reference.innerProduct(bits));
    const ours = multiplyAsAlice(fastEcdsa, idsOf(sid), dealt.sender, message, a, randomBytes)!;

    // Their Alice, our Bob.
    const rows = range(544).map((j) => rowOf(acceptExtension(sid, dealt.sender, message)!, j));
    const theirs = reference.alice(idsOf(sid).answer, rows, dealt.delta, numbers(a), numbers(scalars(2)));
    const d = multiplyAsBob(
      fastEcdsa,
      idsOf(sid).answer,
      chosen,
      readCorrection(new Reader(reference.encodeAlice(theirs))),
    )!;
    // Our Alice, their Bob.
    const says = {
      corrected: range(416 * 4).map((k) => bytesToNumberBE(ours.correction.rows.slice(32 * k, 32 * k + 32))),
      eta: numbers(ours.correction.eta),
      mu: ours.correction.mu,
    };
    equal(hex(encodeCorrection(ours.correction)), hex(reference.encodeAlice(says)));
    const theirRows = range(544).map((j) => rowOf(chosen.received.rows, j));
    const theirD = reference.bob(idsOf(sid).answer, theirRows, bits, says)!;

    for (const i of [0, 1] as const) {
      const product = mod(bytesToNumberBE(a[i]) * bytesToNumberBE(chosen.b));
      equal(mod(theirs.c[i]! + bytesToNumberBE(d[i])), product);
      equal(mod(bytesToNumberBE(ours.c[i]) + theirD[i]!), product);
    }
  });

  it(`never fails between honest parties, in ${MANY} runs, whatever the inputs`, function () {
    this.timeout(process.env.QUORATE_MANY ? 0 : 300_000);
    const { add, multiply, from, negate } = secp256k1Scalars;
    const special: Two[] = [
      [from(0), from(0)],
      [from(1), negate(from(1))],
    ];
    const dealt = deal(randomBytes);
    for (let run = 0; run < MANY; run++) {
      const [sid, a] = [randomBytes(32), special[run] ?? scalars(2)];
      const { message, chosen } = choose(sid, dealt.receiver, randomBytes);
      const { correction, c } = multiplyAsAlice(fastEcdsa, idsOf(sid), dealt.sender, message, a, randomBytes)!;
      const d = multiplyAsBob(fastEcdsa, idsOf(sid).answer, chosen, correction)!;
      for (const i of [0, 1] as const) equal(hex(add(c[i], d[i])), hex(multiply(a[i], chosen.b)));
    }
  });

  it('refuses a correction that is not canonical', () => {
    const dealt = deal(randomBytes);
    const sid = randomBytes(32);
    const { message } = choose(sid, dealt.receiver, randomBytes);
    const { correction } = multiplyAsAlice(fastEcdsa, idsOf(sid), dealt.sender, message, scalars(2), randomBytes)!;
    const bytes = encodeCorrection(correction);
    for (const at of [0, 32 * 4 * 415, 32 * 4 * 416]) {
      const altered = bytes.slice();
      altered.set(numberToBytesBE(ORDER, 32), at);
      equal(isMalformed(altered), true);
    }
    equal(isMalformed(bytes), false);
    equal(isMalformed(bytes.slice(1)), true);
  });

  it('says the same for the same randomness, for ever', () => {
    const rng = seeded('multiplication');
    const [dealt, sid] = [deal(rng), rng(32)];
    const { message, chosen } = choose(sid, dealt.receiver, rng);
    const a: Two = [secp256k1Scalars.reduce(rng(64)), secp256k1Scalars.reduce(rng(64))];
    const { correction, c } = multiplyAsAlice(fastEcdsa, idsOf(sid), dealt.sender, message, a, rng)!;
    const d = multiplyAsBob(fastEcdsa, idsOf(sid).answer, chosen, correction)!;
    equal(
      hex(
        sha256(
          concatBytes(
            message,
            encodeCorrection(correction),
            ...c,
            ...d,
            chosen.b,
            innerProduct(chosen.received.choices),
          ),
        ),
      ),
      KNOWN_ANSWER,
    );
  });
});

/** Computed once, to be noticed when it changes: enclaves of two versions could not sign together. */
const KNOWN_ANSWER = 'aa01c9603259dd03bdc626468c5d86cea6614bb086bb93a6c4af81b46e7d0b8e';

function isMalformed(bytes: Uint8Array): boolean {
  try {
    const reader = new Reader(bytes);
    readCorrection(reader);
    reader.end();
    return false;
  } catch (error) {
    if (error instanceof Malformed) return true;
    throw error;
  }
}

function scalars(count: number): Two {
  return range(count).map(() => secp256k1Scalars.reduce(randomBytes(64))) as unknown as Two;
}

function numbers(values: readonly Scalar[]): bigint[] {
  return values.map(bytesToNumberBE);
}

function rowOf(rows: Uint32Array, j: number): bigint {
  return bitsOf(rows.slice(4 * j, 4 * j + 4));
}

function bitsOf(words: Uint32Array): bigint {
  return [...words].reduce((bits, value, k) => bits | (BigInt(value) << BigInt(32 * k)), 0n);
}
