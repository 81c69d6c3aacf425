/** Every scheme on chain, against published vectors and against @noble/curves. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { concat, dataSlice, getBytes, hexlify, id, toBeHex, zeroPadValue } from 'ethers';
import { network } from 'hardhat';
import type { SignatureVerifier } from '../../../types/contracts/signatures/SignatureVerifier.ts';
import { SignatureVerifier__factory } from '../../../types/factories/contracts/signatures/SignatureVerifier__factory.ts';
import { publicKeyOf, SCHEME, secretOf, signBip340, signEcdsa } from '../support/keys.ts';
import { csv, vectorFile } from '../support/vectors.ts';

const ORDER = secp256k1.Point.Fn.ORDER;
const FIELD = secp256k1.Point.Fp.ORDER;
/** Signed pairs of the differential tests; each is also tried with one bit flipped. */
const SAMPLES = 40;

describe('SignatureVerifier', () => {
  let verifier: SignatureVerifier;

  before(async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    verifier = await new SignatureVerifier__factory(deployer!).deploy();
  });

  const bip340 = (x: string, message: string, signature: string) =>
    verifier.verify(SCHEME.bip340, { prefix: 2, x }, message, signature);
  const ecdsa = (prefix: number, x: string, digest: string, signature: string) =>
    verifier.verify(SCHEME.ecdsa, { prefix, x }, digest, signature);

  describe('BIP-340', () => {
    const vectors = vectorFile('bip340/test-vectors.csv');
    if (vectors === null) it.skip('published vectors: ../shared/vectors/bip340 is absent');
    else
      for (const row of csv(vectors)) {
        const message = `0x${row.message}`;
        // DIFF FROM SPEC: digests only
        const expected = message.length === 66 && row['verification result'] === 'TRUE';
        it(`vector ${row.index}: ${expected} [T6]`, async () => {
          expect(await bip340(`0x${row['public key']}`, message, `0x${row.signature}`)).to.equal(expected);
        });
      }

    it('agrees with @noble/curves on signatures, and on the same with one bit flipped', async () => {
      for (let i = 0; i < SAMPLES; i++) {
        const [secret, message] = [secretOf(`bip340 ${i}`), id(`message ${i}`)];
        const { x } = publicKeyOf(secret);
        const signature = signBip340(secret, message);
        expect(await bip340(x, message, signature)).to.equal(true);
        const flipped = flip(signature, (i * 37) % 512);
        expect(schnorr.verify(getBytes(flipped), getBytes(message), getBytes(x))).to.equal(false);
        expect(await bip340(x, message, flipped)).to.equal(false);
        expect(await bip340(x, flip(message, i), signature)).to.equal(false);
      }
    });

    it('refuses s >= n, r >= p and a key that is no x-coordinate [T6]', async () => {
      const [secret, message] = [secretOf('edges'), id('edges')];
      const { x } = publicKeyOf(secret);
      const signature = signBip340(secret, message);
      const [r, s] = [dataSlice(signature, 0, 32), BigInt(dataSlice(signature, 32))];
      const beyond = s + ORDER < 2n ** 256n ? s + ORDER : ORDER;
      expect(await bip340(x, message, concat([r, toBeHex(beyond, 32)])), 's').to.equal(false);
      for (const bad of [FIELD, FIELD + 1n, 2n ** 256n - 1n])
        expect(await bip340(x, message, concat([toBeHex(bad, 32), toBeHex(s, 32)])), 'r').to.equal(false);
      for (const key of [0n, 5n, ORDER, FIELD, 2n ** 256n - 1n])
        expect(await bip340(toBeHex(key, 32), message, signature), `key ${key}`).to.equal(false);
    });

    it('refuses an r between n and p, where no recovery id reaches', async () => {
      const { x } = publicKeyOf(secretOf('edges'));
      for (let r = ORDER; r < ORDER + 8n; r++)
        expect(await bip340(x, id('m'), concat([toBeHex(r, 32), toBeHex(1, 32)]))).to.equal(false);
    });

    it('accepts s = 0 only where it verifies, and answers zero words with no', async () => {
      const { x } = publicKeyOf(secretOf('edges'));
      expect(await bip340(x, id('m'), zeroPadValue('0x', 64))).to.equal(false);
    });

    it('refuses messages and signatures of other lengths', async () => {
      const [secret, message] = [secretOf('lengths'), id('lengths')];
      const { x } = publicKeyOf(secret);
      const signature = signBip340(secret, message);
      for (const other of ['0x', dataSlice(message, 0, 31), concat([message, '0x00'])])
        expect(await bip340(x, other, signature)).to.equal(false);
      for (const other of ['0x', dataSlice(signature, 0, 63), concat([signature, '0x00'])])
        expect(await bip340(x, message, other)).to.equal(false);
    });
  });

  describe('ECDSA', () => {
    it('agrees with @noble/curves on signatures, and on the same with one bit flipped', async () => {
      for (let i = 0; i < SAMPLES; i++) {
        const [secret, digest] = [secretOf(`ecdsa ${i}`), id(`digest ${i}`)];
        const { prefix, x } = publicKeyOf(secret);
        const signature = signEcdsa(secret, digest);
        expect(await ecdsa(prefix, x, digest, signature)).to.equal(true);
        expect(await ecdsa(prefix ^ 1, x, digest, signature), 'the other parity').to.equal(false);
        expect(await ecdsa(prefix, x, digest, flip(signature, (i * 37) % 520))).to.equal(false);
        expect(await ecdsa(prefix, x, flip(digest, i), signature)).to.equal(false);
      }
    });

    it('refuses high s, though it verifies elsewhere [T6]', async () => {
      const [secret, digest] = [secretOf('high'), id('high')];
      const { prefix, x } = publicKeyOf(secret);
      const signature = signEcdsa(secret, digest);
      const s = toBeHex(ORDER - BigInt(dataSlice(signature, 32, 64)), 32);
      const v = toBeHex(55 - Number(dataSlice(signature, 64)), 1);
      expect(await ecdsa(prefix, x, digest, concat([dataSlice(signature, 0, 32), s, v]))).to.equal(false);
    });

    it('refuses other prefixes, lengths, and v', async () => {
      const [secret, digest] = [secretOf('lengths'), id('lengths')];
      const { prefix, x } = publicKeyOf(secret);
      const signature = signEcdsa(secret, digest);
      for (const other of [0, 1, 4, 255]) expect(await ecdsa(other, x, digest, signature)).to.equal(false);
      for (const other of ['0x', dataSlice(signature, 0, 64), concat([signature, '0x00'])])
        expect(await ecdsa(prefix, x, digest, other)).to.equal(false);
      for (const v of [0, 1, 26, 29])
        expect(await ecdsa(prefix, x, digest, concat([dataSlice(signature, 0, 64), toBeHex(v, 1)]))).to.equal(false);
    });
  });

  describe('Ed25519', () => {
    it('agrees with @noble/curves on messages of any length, and on the same with one bit flipped', async () => {
      for (const length of [0, 1, 32, 111, 112, 200]) {
        const seed = getBytes(id(`ed25519 ${length}`));
        const message = new Uint8Array(length).fill(length);
        const [x, signature] = [hexlify(ed25519.getPublicKey(seed)), hexlify(ed25519.sign(message, seed))];
        const check = (over: Uint8Array, by: string, prefix = 0) =>
          verifier.verify(SCHEME.ed25519, { prefix, x }, over, by);
        expect(await check(message, signature)).to.equal(true);
        expect(await check(message, signature, 2), 'prefix').to.equal(false);
        expect(await check(message, flip(signature, length))).to.equal(false);
        expect(await check(new Uint8Array([...message, 0]), signature)).to.equal(false);
        expect(await check(message, dataSlice(signature, 0, 63))).to.equal(false);
      }
    });
  });

  it('refuses a scheme that it does not know', async () => {
    await expect(verifier.verify(0, { prefix: 0, x: id('x') }, id('m'), '0x'))
      .to.be.revertedWithCustomError(verifier, 'SignatureVerifierUnsupportedScheme')
      .withArgs(0);
  });
});

function flip(bytes: string, bit: number): string {
  const flipped = getBytes(bytes);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return hexlify(flipped);
}
