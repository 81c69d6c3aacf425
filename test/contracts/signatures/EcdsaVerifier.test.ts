/** The border of a low s, where mutants survived. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { concat, id, toBeHex } from 'ethers';
import { network } from 'hardhat';
import { EcdsaVerifier__factory } from '../../../types/factories/contracts/signatures/verifiers/EcdsaVerifier__factory.ts';

const { Point } = secp256k1;
const ORDER = Point.Fn.ORDER;
const VALID = '0x024ad318'; // the selector of verify(bytes,bytes32,bytes)

/** A hash that makes this s right: h = s k - r d. */
function signedWith(s: bigint) {
  const [secret, nonce] = [BigInt(id('secret')) % ORDER, BigInt(id('nonce')) % ORDER];
  const R = Point.BASE.multiply(nonce).toAffine();
  const hash = toBeHex(Point.Fn.create(s * nonce - R.x * secret), 32);
  const signature = concat([toBeHex(R.x, 32), toBeHex(s, 32), toBeHex(27n + (R.y & 1n), 1)]);
  return { key: `0x${Point.BASE.multiply(secret).toHex(true)}`, hash, signature };
}

describe('EcdsaVerifier', () => {
  it('takes half the order for a low s, and one more for a high one', async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const verifier = await new EcdsaVerifier__factory(deployer!).deploy();
    const answer = async ({ key, hash, signature }: ReturnType<typeof signedWith>) =>
      (await verifier.verify(key, hash, signature)) === VALID;
    expect(await answer(signedWith(ORDER / 2n))).to.equal(true);
    expect(await answer(signedWith(ORDER / 2n + 1n))).to.equal(false);
  });
});
