/** Strict RLP against ethers' encoder: what is accepted is exactly what an encoder prints. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { encodeRlp, getBytes, type RlpStructuredData } from 'ethers';
import fc from 'fast-check';
import type { RlpItem } from '../../signer/proof/rlp.ts';
import { decodeRlp, rlpList, rlpString, rlpUint } from '../../signer/proof/rlp.ts';
import { outcome } from './support/refusals.ts';

function plain(item: RlpItem): RlpStructuredData {
  return item.kind === 'string' ? `0x${bytesToHex(item.bytes)}` : item.items.map(plain);
}

const { tree } = fc.letrec<{ tree: RlpStructuredData }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${bytesToHex(bytes)}`),
    fc.array(tie('tree'), { maxLength: 6 }),
  ),
}));

const refusal = (...bytes: number[]): string => outcome(() => decodeRlp(Uint8Array.from(bytes)));

describe('decodeRlp', () => {
  it('decodes what ethers encodes', () => {
    fc.assert(
      fc.property(tree, (data) => {
        expect(plain(decodeRlp(getBytes(encodeRlp(data))))).to.deep.equal(data);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts nothing that an encoder would not print, and throws nothing but refusals', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      // Near misses: an encoding with a byte changed.
      fc.tuple(tree, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([data, at, flip]) => {
        const bytes = getBytes(encodeRlp(data));
        bytes[at % bytes.length]! ^= flip;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        if (outcome(() => decodeRlp(bytes)) === 'accepted') {
          expect(encodeRlp(plain(decodeRlp(bytes)))).to.equal(`0x${bytesToHex(bytes)}`);
        }
      }),
      { numRuns: 3000 },
    );
  });

  const long = (prefix: number[], length: number) => [...prefix, ...new Array<number>(length).fill(1)];
  const cases: Record<string, [string, number[]]> = {
    'nothing at all': ['RLP_TRUNCATED', []],
    'a string that ends early': ['RLP_TRUNCATED', [0x82, 0xff]],
    'a list that ends early': ['RLP_TRUNCATED', [0xc2, 0x01]],
    'an item that reaches beyond its list': ['RLP_TRUNCATED', [0xc2, 0x82, 0x01]],
    'a length that ends early': ['RLP_TRUNCATED', [0xb9, 0x01]],
    'a length of eight bytes': ['RLP_TRUNCATED', long([0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 9)],
    'a length beyond what is there': ['RLP_TRUNCATED', long([0xba, 0xff, 0xff, 0xff], 60)],
    'bytes after the item': ['RLP_TRAILING_BYTES', [0x01, 0x02]],
    'bytes after a list': ['RLP_TRAILING_BYTES', [0xc1, 0x01, 0x80]],
    'a wrapped single byte': ['RLP_NOT_MINIMAL', [0x81, 0x7f]],
    'a long string that could be short': ['RLP_NOT_MINIMAL', long([0xb8, 55], 55)],
    'a long list that could be short': ['RLP_NOT_MINIMAL', long([0xf8, 55], 55)],
    'a length with a leading zero': ['RLP_NOT_MINIMAL', long([0xb9, 0x00, 56], 56)],
    'a list length with a leading zero': ['RLP_NOT_MINIMAL', long([0xf9, 0x00, 56], 56)],
    'lists without end': ['RLP_TOO_DEEP', [0xca, 0xc9, 0xc8, 0xc7, 0xc6, 0xc5, 0xc4, 0xc3, 0xc2, 0xc1, 0xc0]],
  };
  for (const [name, [code, bytes]] of Object.entries(cases)) {
    it(`refuses ${name}`, () => expect(refusal(...bytes)).to.equal(code));
  }

  it('accepts eight lists in each other, and no more', () => {
    const nested = (depth: number): RlpStructuredData => (depth === 0 ? '0x' : [nested(depth - 1)]);
    expect(refusal(...getBytes(encodeRlp(nested(8))))).to.equal('accepted');
    expect(refusal(...getBytes(encodeRlp(nested(9))))).to.equal('RLP_TOO_DEEP');
  });

  it('refuses a list for a string, a string for a list, and nothing for either', () => {
    expect(outcome(() => rlpString(decodeRlp(Uint8Array.of(0xc0))))).to.equal('RLP_WRONG_KIND');
    expect(outcome(() => rlpList(decodeRlp(Uint8Array.of(0x80))))).to.equal('RLP_WRONG_KIND');
    expect(outcome(() => rlpString(undefined))).to.equal('RLP_WRONG_KIND');
  });

  it('refuses integers with leading zeros or too many bytes', () => {
    const uint = (...bytes: number[]) => outcome(() => rlpUint(decodeRlp(Uint8Array.from(bytes)), 2));
    expect(uint(0x80)).to.equal('accepted');
    expect(uint(0x82, 0x01, 0x00)).to.equal('accepted');
    expect(uint(0x00)).to.equal('RLP_LEADING_ZERO');
    expect(uint(0x82, 0x00, 0x01)).to.equal('RLP_LEADING_ZERO');
    expect(uint(0x83, 0x01, 0x00, 0x00)).to.equal('RLP_INTEGER_TOO_LONG');
    expect(rlpUint(decodeRlp(Uint8Array.of(0x82, 0x12, 0x34)), 2)).to.equal(0x1234n);
  });
});
