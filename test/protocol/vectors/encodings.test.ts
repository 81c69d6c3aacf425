/** Encodings that no honest party sends: ZF's invalid elements, and the edges of both groups. */
import { equal, throws } from 'node:assert/strict';
import type { Ciphersuite } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { Malformed } from '../../../signer/protocol/reader.ts';
import { fast, portable } from '../suites.ts';
import { bytes, describeVectors, hex } from './shared.ts';

const FOLDERS = { ed25519: 'ed25519', bip340: 'secp256k1-tr' } as const;

/** From the group orders and field primes; the Ed25519 points of small order are those of RFC 7748's curve, mapped. */
const ELEMENTS = {
  ed25519: {
    'the identity': '0100000000000000000000000000000000000000000000000000000000000000',
    'the identity with the sign of x set': '0100000000000000000000000000000000000000000000000000000000000080',
    'a point of order 2': 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'a point of order 4': '0000000000000000000000000000000000000000000000000000000000000000',
    'a point of order 8': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'a non-canonical y, p + 1': 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'the base point plus the point of order 2': '9599999999999999999999999999999999999999999999999999999999999999',
    'too few bytes': '58666666666666666666666666666666666666666666666666666666666666',
    'too many bytes': '586666666666666666666666666666666666666666666666666666666666666600',
    nothing: '',
  },
  bip340: {
    'zeros, which stand for the identity': '00'.repeat(33),
    'one zero byte, SEC 1 for the identity': '00',
    'x at the field prime': '02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f',
    'an x without a point': '02eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34',
    'an uncompressed point':
      '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8',
    'the tag of an uncompressed point on a short one':
      '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    'an x alone': '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    nothing: '',
  },
} as const;

const ORDERS = {
  ed25519: 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
  bip340: 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
} as const;

for (const [engine, suites] of Object.entries({ fast, portable })) {
  for (const suite of Object.values(suites)) {
    describe(`encodings of ${suite.name}, ${engine} engine`, () => refusesBadEncodings(suite));

    describeVectors(
      `ZF's invalid element of ${suite.name}, ${engine} engine`,
      `zf-frost/${FOLDERS[suite.name]}/elements.json`,
      (text) => {
        it('is refused', () =>
          refuses(suite, (JSON.parse(text) as { elements: { invalid_element: string } }).elements.invalid_element));
      },
    );

    describeVectors(
      `ZF's samples of ${suite.name}, ${engine} engine`,
      `zf-frost/${FOLDERS[suite.name]}/samples.json`,
      (text) => {
        const { element1, element2, scalar1 } = JSON.parse(text) as Record<string, string>;
        it('are read, and written back as they were', () => {
          for (const element of [element1!, element2!]) equal(hex(suite.group.decodeElement(bytes(element))), element);
          equal(hex(suite.group.scalars.decode(bytes(scalar1!))), scalar1);
        });
      },
    );
  }
}

function refusesBadEncodings(suite: Ciphersuite): void {
  for (const [what, encoded] of Object.entries(ELEMENTS[suite.name]))
    it(`refuses ${what}`, () => refuses(suite, encoded));

  it('refuses scalars at and above the order, and of another length', () => {
    const order = ORDERS[suite.name];
    for (const encoded of [order, 'ff'.repeat(32), order.slice(2), `${order}00`, '']) {
      throws(() => suite.group.scalars.decode(bytes(encoded)), Malformed);
    }
  });

  it('still works after refusing', () => {
    const one = suite.group.multiplyBase(suite.group.scalars.from(1));
    equal(hex(suite.group.decodeElement(one)), hex(one));
  });
}

function refuses({ group }: Ciphersuite, encoded: string): void {
  throws(() => group.decodeElement(bytes(encoded)), Malformed);
}
