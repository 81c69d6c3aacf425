import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { AbiCoder } from 'ethers';
import fc from 'fast-check';
import { isEqual, isZero } from '../../signer/formats/equal.ts';
import { abiEncode, addressWord, bytes16Word, uintOf, uintWord } from '../../signer/formats/words.ts';

const coder = AbiCoder.defaultAbiCoder();
const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;
const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('ABI words', () => {
  it("are ethers' words", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fixed(20), fixed(16), (uint, address, bytes) => {
        expect(hex(uintWord(uint))).to.equal(coder.encode(['uint256'], [uint]));
        expect(uintOf(uintWord(uint))).to.equal(uint);
        expect(hex(addressWord(address))).to.equal(coder.encode(['address'], [hex(address)]));
        expect(hex(bytes16Word(bytes))).to.equal(coder.encode(['bytes16'], [hex(bytes)]));
      }),
    );
    expect(uintOf(uintWord(2n ** 256n - 1n))).to.equal(2n ** 256n - 1n);
  });

  it('are never made of what does not fit: that is a bug', () => {
    const bugs: (() => unknown)[] = [
      () => uintWord(-1n),
      () => uintWord(-1),
      () => uintWord(2n ** 256n),
      () => uintWord(1.5),
      () => addressWord(new Uint8Array(19)),
      () => addressWord(new Uint8Array(21)),
      () => bytes16Word(new Uint8Array(15)),
      () => abiEncode(new Uint8Array(31)),
    ];
    for (const bug of bugs) expect(bug).to.throw(RangeError);
  });

  it('compare by every byte and by length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }), (a, b) => {
        expect(isEqual(a, b)).to.equal(hex(a) === hex(b));
        expect(isZero(a)).to.equal(/^0x0*$/.test(hex(a)));
      }),
    );
  });
});
