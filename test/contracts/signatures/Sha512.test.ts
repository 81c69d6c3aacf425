/** SHA-512 and SHA-384 on chain, against FIPS 180-4's examples and @noble/hashes. */

import { sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { network } from 'hardhat';
import type { Sha512Mock } from '../../../types/contracts/mocks/Sha512Mock.ts';
import { Sha512Mock__factory } from '../../../types/factories/contracts/mocks/Sha512Mock__factory.ts';

const BLOCK = 128;
/** One block's last length is 111 bytes, two blocks' 239: padding is a bit and 128 bits of length. */
const LONGEST = 2 * BLOCK + 4;

describe('Sha512', () => {
  let contract: Sha512Mock;

  before(async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    contract = await new Sha512Mock__factory(deployer!).deploy();
  });

  const hex = ({ high, low }: { high: bigint; low: bigint }) =>
    [high, low].map((half) => half.toString(16).padStart(64, '0')).join('');

  // FIPS 180-4 examples: one block, two blocks, and nothing
  const examples = {
    abc: 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu:
      '8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909',
    '': 'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  };
  for (const [message, digest] of Object.entries(examples)) {
    it(`hashes "${message.slice(0, 8)}"`, async () => {
      expect(hex(await contract.hash(utf8ToBytes(message)))).to.equal(digest);
    });
  }

  it(`agrees with @noble/hashes on every length from 0 to ${LONGEST}`, async () => {
    for (let length = 0; length <= LONGEST; length++) {
      const message = bytes(length, `length ${length}`);
      expect(hex(await contract.hash(message)), `${length} bytes`).to.equal(bytesToHex(sha512(message)));
    }
  });

  // FIPS 180-4 examples: one block, two blocks, and nothing
  const examples384 = {
    abc: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu:
      '09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039',
    '': '38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
  };
  const hex384 = ({ high, low }: { high: bigint; low: bigint }) =>
    high.toString(16).padStart(32, '0') + low.toString(16).padStart(64, '0');
  for (const [message, digest] of Object.entries(examples384)) {
    it(`hashes "${message.slice(0, 8)}" to 384 bits`, async () => {
      expect(hex384(await contract.hash384(utf8ToBytes(message)))).to.equal(digest);
    });
  }

  it('agrees with @noble/hashes on 384 bits where padding begins a block, and on large messages', async () => {
    for (const length of [1, 110, 111, 112, 127, 128, 129, 239, 240, 4578, 16_384]) {
      const message = bytes(length, `length ${length}`);
      expect(hex384(await contract.hash384(message)), `${length} bytes`).to.equal(bytesToHex(sha384(message)));
    }
  });

  it('agrees with @noble/hashes on all zeros and all ones, where carries and masks are wrong first', async () => {
    for (const byte of [0x00, 0xff, 0x80, 0x01]) {
      for (const length of [BLOCK - 17, BLOCK - 16, 8 * BLOCK]) {
        const message = new Uint8Array(length).fill(byte);
        expect(hex(await contract.hash(message))).to.equal(bytesToHex(sha512(message)));
      }
    }
  });

  it('masks each half of a schedule step before a carry can leave it', async () => {
    // Two words solve for garbage of all ones above the even one's σ0, another two for that above σ1; a third makes each carry.
    const [ones, sigma0, sigma1] = [
      'ffffffffffffffff',
      ['f417d05f417d05f5', 'cd613e30d8f16a03'],
      ['f027c4d1c386bbc4', '159c383f60ecb8f1'],
    ] as const;
    const zeros = (count: number) => Array<string>(count).fill('0'.repeat(16));
    for (const words of [
      [...sigma0, ...zeros(6), ones, ...zeros(7)],
      [ones, ...zeros(1), ...sigma0, ...zeros(6), ones, ...zeros(3), ...sigma1],
    ]) {
      const message = hexToBytes(words.join(''));
      expect(message.length).to.equal(BLOCK);
      expect(hex(await contract.hash(message))).to.equal(bytesToHex(sha512(message)));
    }
  });

  it('agrees with @noble/hashes on random blocks', async () => {
    for (let i = 0; i < 100; i++) {
      const message = bytes(BLOCK, `block ${i}`);
      expect(hex(await contract.hash(message)), `block ${i}`).to.equal(bytesToHex(sha512(message)));
    }
  });

  it('takes free memory for what it is: not zero', async () => {
    for (const length of [0, 1, 111, 112, 127, 128, 239, 240]) {
      const message = bytes(length, 'dirty');
      expect(hex(await contract.hashInDirtyMemory(message)), `${length} bytes`).to.equal(bytesToHex(sha512(message)));
    }
  });
});

/** Deterministic bytes that look random. */
function bytes(length: number, seed: string): Uint8Array {
  let all = '';
  for (let i = 0; all.length < 2 * length; i++) all += bytesToHex(sha512(utf8ToBytes(`${seed} ${i}`)));
  return hexToBytes(all.slice(0, 2 * length));
}
