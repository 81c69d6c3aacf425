import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { hashNode } from '../../signer/proof/nodeHash.ts';

describe('the hash of a node', () => {
  const same = (input: Uint8Array): void => {
    expect(bytesToHex(hashNode(input))).to.equal(bytesToHex(keccak_256(input)));
  };

  it('is Keccak-256', () => {
    // What Ethereum calls the root of an empty trie, and the hash of no code.
    expect(bytesToHex(hashNode(hexToBytes('80')))).to.match(
      /^56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421$/,
    );
    expect(bytesToHex(hashNode(new Uint8Array()))).to.match(
      /^c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470$/,
    );
  });

  it('does as noble does, at every length about a block, and wherever the bytes lie', () => {
    for (let length = 0; length <= 3 * 136 + 2; length++) same(new Uint8Array(length).fill(0xff));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), fc.nat({ max: 7 }), (bytes, at) => same(bytes.subarray(at))),
    );
  });
});
