/** Attacks on what is hashed, and on the machine that the protocol runs on. */
import { equal, notDeepEqual } from 'node:assert/strict';
import { randomBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { committeeOf } from '../../../signer/protocol/committee.ts';
import { innerProduct } from '../../../signer/protocol/ecdsa/multiplication.ts';
import { wordsOfBytes } from '../../../signer/protocol/ecdsa/ot/bitMatrix.ts';
import { frostSign } from '../../../signer/protocol/frost/frostSign.ts';
import { decodeKeyShare, encodeKeyShare } from '../../../signer/protocol/keygen/keyShare.ts';
import type { Scalar } from '../../../signer/protocol/math/group.ts';
import { secp256k1Scalars } from '../../../signer/protocol/math/limbField.ts';
import { accumulator, addProduct, limbsOf, scalarOf } from '../../../signer/protocol/math/limbRows.ts';
import { encodeItem, type Item, transcriptHash } from '../../../signer/protocol/transcript.ts';
import { asked, generate } from '../keys.ts';
import { fast } from '../suites.ts';
import { hex } from '../vectors/shared.ts';
import { attack } from './attack.ts';

const item: fc.Arbitrary<Item> = fc.letrec<{ item: Item }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    fc.uint8Array({ maxLength: 4 }),
    fc.string({ maxLength: 3 }),
    fc.nat({ max: 2 ** 32 - 1 }),
    fc.array(tie('item'), { maxLength: 3 }),
  ),
})).item;

describe('attacks on transcripts', () => {
  attack('A46', 'different fields never have the same encoding', () => {
    fc.assert(
      fc.property(
        item,
        item,
        (a, b) => (canonical(a) === canonical(b)) === (hex(encodeItem(a)) === hex(encodeItem(b))),
      ),
      { numRuns: 2000 },
    );
  });

  attack('A46', 'moving a byte across a border, dropping or adding a field, or nesting changes the hash', () => {
    const [a, b, ab] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1, 2)];
    const hashes = [
      [a, b],
      [ab],
      [ab, []],
      [[a, b]],
      [[a], b],
      [a, [b]],
      [a, b, new Uint8Array()],
      [],
      [[]],
      ['\u0001', b],
      [1, b],
      [b, a],
    ];
    equal(new Set(hashes.map((items) => hex(transcriptHash('x', ...items)))).size, hashes.length);
    notDeepEqual(transcriptHash('x', a), transcriptHash('y', a));
  });

  attack('A46', 'the encoding stays what it is', () => {
    equal(
      hex(encodeItem(['a', 1, Uint8Array.of(255), []])),
      '0300000004010000000161020000000400000001000000' + '0001ff' + '0300000000',
    );
    equal(hex(transcriptHash('label', 1, 'two', [Uint8Array.of(3)])), KNOWN_ANSWER);
  });
});

/** Computed once, to be noticed when it changes: every transcript of every key would change with it. */
const KNOWN_ANSWER = '29fb11b4ed90c6b7c3690c9c4e345a6f15245b07570e4c468a03be82e559f403';

describe('attacks on the platform', () => {
  attack('A47', 'a restored share brings no nonce back', () => {
    const suite = fast.bip340;
    const share = [...generate(suite, 2, 2).values()][0]!;
    const begin = () => {
      const restored = decodeKeyShare(suite, encodeKeyShare(share));
      const session = frostSign(
        committeeOf(1, [1, 2], 2, new Uint8Array(32)),
        suite,
        restored,
        asked([new Uint8Array(32)]),
        randomBytes,
      );
      return session.next().value;
    };
    notDeepEqual(begin(), begin());
  });

  attack('A48', 'scalar arithmetic and multiples of the base point take as long for one secret as for another', () => {
    const { group } = fast.bip340;
    const [zero, one] = [secp256k1Scalars.from(0), secp256k1Scalars.from(1)];
    const dense = secp256k1Scalars.negate(one);
    const other = secp256k1Scalars.reduce(randomBytes(64));
    const operations: Record<string, (secret: Scalar) => unknown> = {
      multiply: (secret) => secp256k1Scalars.multiply(secret, other),
      add: (secret) => secp256k1Scalars.add(secret, other),
      evaluate: (secret) => secp256k1Scalars.evaluate([secret, secret, secret], 5),
      multiplyBase: (secret) => group.multiplyBase(secret),
      'rows of limbs': (secret) => {
        const sum = accumulator();
        for (let k = 0; k < 8; k++) addProduct(sum, limbsOf(secret), 0, limbsOf(other), 0);
        return scalarOf(sum);
      },
      'multiplication, as Bob': (secret) => innerProduct(choicesOf(secret)),
      'Ed25519 multiplyBase': (secret) =>
        fast.ed25519.group.multiplyBase(fast.ed25519.group.scalars.reduce(doubled(secret))),
    };
    equal(secp256k1Scalars.isZero(zero), true);
    for (const [name, operation] of Object.entries(operations)) {
      equal(
        relativeGap(
          () => operation(one),
          () => operation(dense),
        ) < 0.25,
        true,
        name,
      );
    }
  });
});

/** Of the medians of interleaved samples: a coarse alarm for a lost engine, not a proof of constant time. */
function relativeGap(a: () => unknown, b: () => unknown): number {
  const times: [number[], number[]] = [[], []];
  for (let k = 0; k < 600; k++) {
    times[0].push(timeOf(a));
    times[1].push(timeOf(b));
  }
  const [x, y] = times.map((list) => list.slice(100).sort((p, q) => p - q)[250]!) as [number, number];
  return Math.abs(x - y) / Math.min(x, y);
}

/** 544 bits with the weight of the secret. */
function choicesOf(secret: Uint8Array): Uint32Array {
  return wordsOfBytes(Uint8Array.from({ length: 68 }, (_, k) => secret[k % 32]!));
}

function timeOf(run: () => unknown): number {
  const start = process.hrtime.bigint();
  for (let k = 0; k < 4; k++) run();
  return Number(process.hrtime.bigint() - start);
}

function doubled(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(...bytes, ...bytes);
}

/** What an item is, in words: two items are the same exactly if these are. */
function canonical(value: Item): string {
  if (value instanceof Uint8Array) return `b${hex(value)}`;
  if (typeof value === 'string') return `s${JSON.stringify(value)}`;
  if (typeof value === 'number') return `n${value}`;
  return `[${value.map(canonical).join(',')}]`;
}
