/** The fast engines against the portable one: the same results, for random values and for those at the edges. */
import { equal, rejects, throws } from 'node:assert/strict';
import { randomBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { loadSuites } from '../../signer/protocol/ciphersuite/load.ts';
import type { Group, Scalar } from '../../signer/protocol/math/group.ts';
import { multiplySmall } from '../../signer/protocol/math/group.ts';
import { fast, fastEcdsa, portable, portableEcdsa, secp256k1Wasm } from './suites.ts';
import { hex } from './vectors/shared.ts';

for (const [ours, oracle] of [
  [fast.bip340.group, portable.bip340.group],
  [fast.ed25519.group, portable.ed25519.group],
  [fastEcdsa.otGroup, portableEcdsa.otGroup],
] as const) {
  describe(`the fast engine of ${ours.name}`, () => {
    agreesOnScalars(ours, oracle);
    agreesOnElements(ours, oracle);
  });
}

describe('hashing to the group of base OTs', () => {
  it('does as the oracle does', () => {
    const ends = fc.constantFrom(0, 0xff).map((byte) => new Uint8Array(64).fill(byte));
    fc.assert(
      fc.property(fc.oneof(ends, fc.uint8Array({ minLength: 64, maxLength: 64 })), (uniform) =>
        equal(hex(fastEcdsa.otGroup.hashToElement(uniform)), hex(portableEcdsa.otGroup.hashToElement(uniform))),
      ),
      { numRuns: 500 },
    );
  });
});

describe('the hash of what is long', () => {
  it('does as the oracle does', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), fc.oneof(fc.uint8Array({ maxLength: 300 }), bytes(53_248)), (key, input) =>
        equal(hex(fastEcdsa.longHash(key, input)), hex(portableEcdsa.longHash(key, input))),
      ),
    );
  });

  it('takes no more than it has room for', () => {
    throws(() => fastEcdsa.longHash(new Uint8Array(32), new Uint8Array(53_249)), RangeError);
    throws(() => fastEcdsa.longHash(new Uint8Array(31), new Uint8Array(1)), RangeError);
  });
});

describe('loading the engines', () => {
  it('fails rather than falls back where the module is not what it should be', async () => {
    await rejects(loadSuites(new Uint8Array(8), randomBytes));
    await rejects(loadSuites(secp256k1Wasm.subarray(0, 100_000), randomBytes));
  });
});

/** Random scalars, and those next to 0, the order, its half and powers of two. */
function scalarsOf({ scalars }: Group): fc.Arbitrary<Scalar> {
  const { order } = scalars;
  const edges = [
    0n,
    1n,
    2n,
    order - 1n,
    order - 2n,
    order / 2n,
    order / 2n + 1n,
    1n << 128n,
    (1n << 128n) - 1n,
    (1n << 252n) - 1n,
  ].map((value) => wide(value));
  return fc
    .oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: (1n << 512n) - 1n }).map(wide))
    .map((bytes) => scalars.reduce(bytes));

  function wide(value: bigint): Uint8Array {
    const little = Uint8Array.from({ length: 64 }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
    return scalars.endian === 'little' ? little : little.reverse();
  }
}

function agreesOnScalars(ours: Group, oracle: Group): void {
  const [a, b] = [scalarsOf(oracle), scalarsOf(oracle)];
  const same = (x: Uint8Array, y: Uint8Array) => equal(hex(x), hex(y));

  it('adds, multiplies and negates as the oracle does', () => {
    fc.assert(
      fc.property(a, b, (x, y) => {
        same(ours.scalars.add(x, y), oracle.scalars.add(x, y));
        same(ours.scalars.multiply(x, y), oracle.scalars.multiply(x, y));
        same(ours.scalars.negate(x), oracle.scalars.negate(x));
        equal(ours.scalars.isZero(x), oracle.scalars.isZero(x));
      }),
      { numRuns: 3000 },
    );
  });

  it('inverts as the oracle does', () => {
    fc.assert(
      fc.property(
        a.filter((x) => !oracle.scalars.isZero(x)),
        (x) => same(ours.scalars.invert(x), oracle.scalars.invert(x)),
      ),
    );
  });

  it('reduces 64 bytes as the oracle does', () => {
    const ends = fc.constantFrom(0, 0xff).map((byte) => new Uint8Array(64).fill(byte));
    fc.assert(
      fc.property(fc.oneof(ends, fc.uint8Array({ minLength: 64, maxLength: 64 })), (bytes) =>
        same(ours.scalars.reduce(bytes), oracle.scalars.reduce(bytes)),
      ),
      { numRuns: 2000 },
    );
  });

  it('evaluates polynomials as the oracle does, at every id', () => {
    fc.assert(
      fc.property(fc.array(a, { minLength: 1, maxLength: 64 }), fc.integer({ min: 1, max: 64 }), (coefficients, x) =>
        same(ours.scalars.evaluate(coefficients, x), oracle.scalars.evaluate(coefficients, x)),
      ),
      { numRuns: 300 },
    );
  });

  it('accepts the scalars that the oracle accepts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) =>
        equal(accepts(ours.scalars.decode, bytes), accepts(oracle.scalars.decode, bytes)),
      ),
      { numRuns: 500 },
    );
  });
}

function agreesOnElements(ours: Group, oracle: Group): void {
  const [a, b] = [scalarsOf(oracle), scalarsOf(oracle)];
  const same = (x: Uint8Array, y: Uint8Array) => equal(hex(x), hex(y));

  it('multiplies, adds and negates points as the oracle does, the identity included', () => {
    fc.assert(
      fc.property(a, b, (x, y) => {
        const [P, Q] = [ours.multiplyBase(x), oracle.multiplyBase(x)];
        same(P, Q);
        same(ours.multiply(P, y), oracle.scalars.isZero(x) ? oracle.identity : oracle.multiply(Q, y));
        same(ours.add(P, ours.multiplyBase(y)), oracle.multiplyBase(oracle.scalars.add(x, y)));
        same(ours.add(P, ours.negate(P)), oracle.identity);
        same(ours.negate(P), oracle.multiplyBase(oracle.scalars.negate(x)));
      }),
      { numRuns: 60 },
    );
  });

  it('doubles its way to every small multiple', () => {
    const P = ours.multiplyBase(ours.scalars.from(3));
    for (let k = 0; k <= 64; k++) same(multiplySmall(ours, P, k), oracle.multiplyBase(oracle.scalars.from(3 * k)));
  });

  it('writes and reads the wide encoding as the oracle does, and no other', () => {
    fc.assert(
      fc.property(
        a.filter((x) => !oracle.scalars.isZero(x)),
        fc.nat({ max: ours.wideBytes - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (x, at, flip) => {
          const wide = ours.encodeWide(ours.multiplyBase(x));
          same(wide, oracle.encodeWide(oracle.multiplyBase(x)));
          same(ours.decodeWide(wide), ours.multiplyBase(x));
          const altered = wide.map((byte, k) => (k === at ? byte ^ flip : byte));
          equal(accepts(ours.decodeWide, altered), accepts(oracle.decodeWide, altered));
          for (const cut of [wide.slice(1), wide.slice(0, -1), new Uint8Array()])
            equal(accepts(ours.decodeWide, cut), false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('accepts the points that the oracle accepts', () => {
    const candidate = fc.uint8Array({ minLength: ours.elementBytes, maxLength: ours.elementBytes }).map((bytes) => {
      if (ours.name === 'secp256k1') bytes[0] = 2 + (bytes[0]! & 1);
      return bytes;
    });
    fc.assert(
      fc.property(candidate, (bytes) =>
        equal(accepts(ours.decodeElement, bytes), accepts(oracle.decodeElement, bytes)),
      ),
      { numRuns: 200 },
    );
  });
}

function accepts(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return true;
  } catch {
    return false;
  }
}
