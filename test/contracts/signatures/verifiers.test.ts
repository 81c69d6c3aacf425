/** The ERC-7913 verifiers: answers, borders, published vectors, another project's account, and gas. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import {
  AbiCoder,
  type BigNumberish,
  concat,
  dataSlice,
  getBytes,
  hexlify,
  id,
  keccak256,
  sha256,
  toBeHex,
} from 'ethers';
import { network } from 'hardhat';
import type { Erc7913Verifier } from '../../../types/contracts/signatures/verifiers/Erc7913Verifier.ts';
import { Ed25519Mock__factory } from '../../../types/factories/contracts/mocks/Ed25519Mock__factory.ts';
import { GasMeterMock__factory } from '../../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import { MultiSignerMock__factory } from '../../../types/factories/contracts/mocks/MultiSignerMock__factory.ts';
import { Bip340Verifier__factory } from '../../../types/factories/contracts/signatures/verifiers/Bip340Verifier__factory.ts';
import { EcdsaVerifier__factory } from '../../../types/factories/contracts/signatures/verifiers/EcdsaVerifier__factory.ts';
import { Ed25519Verifier__factory } from '../../../types/factories/contracts/signatures/verifiers/Ed25519Verifier__factory.ts';
import { type SchemeName, type Signer, signerOf } from '../support/signers.ts';
import { csv, vectorFile } from '../support/vectors.ts';

const SNAPSHOT = join(import.meta.dirname, '../../snapshots/gas-verifiers.json');
const VALID = '0x024ad318'; // the selector of verify(bytes,bytes32,bytes)
const INVALID = '0xffffffff';
const ORDER = secp256k1.Point.Fn.ORDER;
const FIELD = secp256k1.Point.Fp.ORDER;
const HASH = id('a hash');
/** DIFF FROM SPEC: signatures whose R has x = r + n. One made such an R, and then a key for it; no signer meets one. */
const REDUCED_R = /x = n \+|k\*G has a large x-coordinate/;
const SCHEMES: readonly SchemeName[] = ['ed25519', 'bip340', 'ecdsa'];
/** How many gas limits a verifier is tried with. */
const STEPS = 100n;
const LENGTHS = {
  ed25519: { key: 32, signature: 64 },
  bip340: { key: 32, signature: 64 },
  ecdsa: { key: 33, signature: 65 },
};

type WycheproofFile = {
  testGroups: {
    publicKey: { uncompressed: string };
    tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
};

describe('ERC-7913 verifiers', () => {
  let made: Awaited<ReturnType<typeof deploy>>;

  async function deploy() {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const verifiers: Record<SchemeName, Erc7913Verifier> = {
      ed25519: await new Ed25519Verifier__factory(deployer!).deploy(),
      bip340: await new Bip340Verifier__factory(deployer!).deploy(),
      ecdsa: await new EcdsaVerifier__factory(deployer!).deploy(),
    };
    const multiSigner = (signers: string[], threshold: number) =>
      new MultiSignerMock__factory(deployer!).deploy(signers, threshold);
    const meter = await new GasMeterMock__factory(deployer!).deploy();
    return { verifiers, multiSigner, meter, ed25519Mock: await new Ed25519Mock__factory(deployer!).deploy() };
  }

  before(async () => {
    made = await deploy();
  });

  const verify = (scheme: SchemeName, key: string, hash: string, signature: string) =>
    made.verifiers[scheme].verify(key, hash, signature);

  for (const scheme of SCHEMES) {
    describe(scheme, () => {
      const signer = signerOf(scheme, 'one');
      const signature = signer.sign(HASH);

      it('says its selector to a signature, and 0xffffffff to any other', async () => {
        expect(await verify(scheme, signer.key, HASH, signature)).to.equal(VALID);
        expect(await verify(scheme, signer.key, id('another'), signature)).to.equal(INVALID);
        expect(await verify(scheme, signerOf(scheme, 'two').key, HASH, signature)).to.equal(INVALID);
      });

      it('refuses a signature with any bit flipped', async () => {
        for (let bit = 0; bit < 8 * LENGTHS[scheme].signature; bit += 7) {
          expect(await verify(scheme, signer.key, HASH, flip(signature, bit)), `bit ${bit}`).to.equal(INVALID);
        }
      });

      it('refuses keys and signatures of any other length, without a revert', async () => {
        for (const length of [0, 1, 20, 31, 32, 33, 34, 63, 64, 65, 66, 96, 128]) {
          if (length !== LENGTHS[scheme].key) {
            expect(await verify(scheme, cut(signer.key, length), HASH, signature), `key ${length}`).to.equal(INVALID);
          }
          if (length !== LENGTHS[scheme].signature) {
            const wrong = cut(signature, length);
            expect(await verify(scheme, signer.key, HASH, wrong), `signature ${length}`).to.equal(INVALID);
          }
        }
      });

      it('runs out of gas rather than say no', async () => {
        const enough = await made.verifiers[scheme].verify.estimateGas(signer.key, HASH, signature);
        const outcomes = { valid: 0, reverted: 0 };
        for (let step = 1n; step <= STEPS; step++) {
          const gasLimit = 22_000n + ((enough - 22_000n) * step) / STEPS;
          const answer = await made.verifiers[scheme]
            .verify(signer.key, HASH, signature, { gasLimit })
            .catch(() => 'reverted' as const);
          expect(answer, `${gasLimit} gas`).to.be.oneOf([VALID, 'reverted']);
          outcomes[answer === VALID ? 'valid' : 'reverted']++;
        }
        expect(outcomes.valid).to.be.greaterThan(0);
        expect(outcomes.reverted).to.be.greaterThan(outcomes.valid);
      });

      it('agrees with its library on many keys and hashes', async () => {
        for (let i = 0; i < 40; i++) {
          const { key, sign } = signerOf(scheme, `key ${i}`);
          expect(await verify(scheme, key, id(`hash ${i}`), sign(id(`hash ${i}`))), `${i}`).to.equal(VALID);
        }
      });
    });
  }

  describe('ecdsa borders', () => {
    const { key, sign } = signerOf('ecdsa', 'borders');
    const [r, s, v] = split(sign(HASH));
    const check = (change: { r?: bigint; s?: bigint; v?: number; key?: string }) =>
      verify('ecdsa', change.key ?? key, HASH, join65(change.r ?? r, change.s ?? s, change.v ?? v));

    it('refuses r and s of zero, of the order, and beyond', async () => {
      expect(await check({})).to.equal(VALID);
      for (const wrong of [0n, ORDER, ORDER + 1n, (1n << 256n) - 1n]) {
        expect(await check({ r: wrong }), `r ${wrong}`).to.equal(INVALID);
        expect(await check({ s: wrong }), `s ${wrong}`).to.equal(INVALID);
      }
    });

    it('refuses the other half of a signature: high s', async () => {
      expect(await check({ s: ORDER - s, v: 55 - v })).to.equal(INVALID);
      expect(await check({ s: ORDER - s })).to.equal(INVALID);
    });

    it('refuses any v but the one of 27 and 28 that is right', async () => {
      for (const wrong of [0, 1, 2, 26, 29, 30, 55 - v, 255]) {
        expect(await check({ v: wrong }), `v ${wrong}`).to.equal(INVALID);
      }
    });

    it('refuses keys with another prefix, off the curve, and with x beyond the order', async () => {
      for (const prefix of [0, 1, 4, 5, 6, 255]) {
        expect(await check({ key: concat([toBeHex(prefix, 1), dataSlice(key, 1)]) }), `${prefix}`).to.equal(INVALID);
      }
      for (const x of [0n, 5n, ORDER, FIELD, (1n << 256n) - 1n]) {
        expect(await check({ key: concat(['0x02', toBeHex(x, 32)]) }), `x ${x}`).to.equal(INVALID);
      }
    });

    const wycheproof = vectorFile('wycheproof/ecdsa_secp256k1_sha256_p1363_test.json');
    if (wycheproof === null) it.skip('Wycheproof: ../shared/vectors/wycheproof is absent');
    else {
      it('answers as Wycheproof does, by the half of each signature that has the low s', async () => {
        const { testGroups } = JSON.parse(wycheproof) as WycheproofFile;
        for (const { publicKey, tests } of testGroups) {
          const compressed = secp256k1.Point.fromHex(publicKey.uncompressed).toHex(true);
          for (const { tcId, comment, msg, sig, result } of tests) {
            const found = await verifiesEitherWay(`0x${compressed}`, sha256(`0x${msg}`), sig);
            const expected = result === 'valid' && !REDUCED_R.test(comment);
            expect(found, `${tcId} ${comment}`).to.equal(expected);
          }
        }
      });
    }

    /** Whether a signature without v is accepted, by its low s and either v. */
    async function verifiesEitherWay(publicKey: string, hash: string, sig: string): Promise<boolean> {
      if (sig.length !== 128) return false;
      const high = BigInt(`0x${sig.slice(64)}`);
      const low = high > ORDER / 2n && high < ORDER ? ORDER - high : high;
      for (const parity of [27, 28]) {
        const signature = concat([`0x${sig.slice(0, 64)}`, toBeHex(low, 32), toBeHex(parity, 1)]);
        if ((await verify('ecdsa', publicKey, hash, signature)) === VALID) return true;
      }
      return false;
    }
  });

  describe('bip340 borders', () => {
    const { key, sign } = signerOf('bip340', 'borders');
    const signature = sign(HASH);
    const [r, s] = split(concat([signature, '0x00']));
    const check = (change: { r?: bigint; s?: bigint; key?: string }) =>
      verify('bip340', change.key ?? key, HASH, concat([toBeHex(change.r ?? r, 32), toBeHex(change.s ?? s, 32)]));

    it('refuses r off the curve and beyond p, s beyond n, and keys off the curve', async () => {
      expect(await check({})).to.equal(VALID);
      for (const wrong of [0n, 5n, ORDER, FIELD - 1n, FIELD, FIELD + 1n, (1n << 256n) - 1n]) {
        expect(await check({ r: wrong }), `r ${wrong}`).to.equal(INVALID);
        expect(await check({ key: toBeHex(wrong, 32) }), `key ${wrong}`).to.equal(INVALID);
      }
      for (const wrong of [0n, ORDER, ORDER - s, (1n << 256n) - 1n]) {
        expect(await check({ s: wrong }), `s ${wrong}`).to.equal(INVALID);
      }
    });

    const vectors = vectorFile('bip340/test-vectors.csv');
    if (vectors === null) it.skip('published vectors: ../shared/vectors/bip340 is absent');
    else {
      it('answers as the published vectors of 32-byte messages do', async () => {
        for (const row of csv(vectors).filter(({ message }) => message!.length === 64)) {
          const found = await verify('bip340', `0x${row['public key']}`, `0x${row.message}`, `0x${row.signature}`);
          expect(found === VALID, `vector ${row.index}`).to.equal(row['verification result'] === 'TRUE');
        }
      });
    }
  });

  describe("OpenZeppelin's MultiSignerERC7913", () => {
    const signers = SCHEMES.map((scheme) => signerOf(scheme, 'signer'));
    const address = async ({ scheme, key }: Signer) => concat([await made.verifiers[scheme].getAddress(), key]);

    async function twoOfThree() {
      return made.multiSigner(await Promise.all(signers.map(address)), 2);
    }

    it('takes two of three keys, each of another scheme, in any pair', async () => {
      const account = await twoOfThree();
      for (const pair of [
        [0, 1],
        [0, 2],
        [1, 2],
      ]) {
        expect(await account.isValid(HASH, await combine(pair.map((i) => signers[i]!)))).to.equal(true);
      }
    });

    it('does not take one key, one key twice, a wrong signature, or a stranger', async () => {
      const account = await twoOfThree();
      const [first, second] = [signers[0]!, signers[1]!];
      const stranger = signerOf('bip340', 'stranger');
      const wrong: Signer = { ...second, sign: () => second.sign(id('another')) };
      for (const set of [[first], [first, first], [first, wrong], [first, stranger]]) {
        expect(await account.isValid(HASH, await combine(set))).to.equal(false);
      }
    });

    /** abi.encode(signers, signatures), in the order of the signers' hashes. */
    async function combine(set: Signer[]): Promise<string> {
      const entries = await Promise.all(set.map(async (one) => ({ name: await address(one), by: one.sign(HASH) })));
      entries.sort((a, b) => (keccak256(a.name) < keccak256(b.name) ? -1 : 1));
      const lists = [entries.map(({ name }) => name), entries.map(({ by }) => by)];
      return AbiCoder.defaultAbiCoder().encode(['bytes[]', 'bytes[]'], lists);
    }
  });

  describe('gas', () => {
    const used: Record<string, number> = {};

    async function measure(name: string, target: { getAddress(): Promise<string> }, data: string): Promise<void> {
      const measured = await made.meter.measure(await target.getAddress(), data);
      expect(BigInt(measured.answer), `${name} verifies`).to.not.equal(0n);
      used[name] = Number(measured.used);
    }

    it('is that of the committed snapshot', async () => {
      for (const scheme of SCHEMES) {
        const { key, sign } = signerOf(scheme, 'gas');
        const verifier = made.verifiers[scheme];
        const data = verifier.interface.encodeFunctionData('verify', [key, HASH, sign(HASH)]);
        await measure(`verify.${scheme}`, verifier, data);
      }
      const message = concat(Array.from({ length: 7 }, (_, i) => id(`${i}`)));
      const { key, sign } = signerOf('ed25519', 'gas');
      for (const length of [64, 200]) {
        const text = dataSlice(message, 0, length);
        const data = made.ed25519Mock.interface.encodeFunctionData('verify', [key, text, sign(text)]);
        await measure(`verify.ed25519.${length}`, made.ed25519Mock, data);
      }

      if (env.UPDATE_SNAPSHOTS) writeFileSync(SNAPSHOT, `${JSON.stringify(used, null, 2)}\n`);
      const committed = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Record<string, number>;
      expect(used).to.deep.equal(committed);
    });

    it('stays under what was promised', () => {
      expect(used['verify.ed25519.200']).to.be.lessThan(300_000);
      expect(used['verify.bip340']).to.be.lessThan(10_000);
      expect(used['verify.ecdsa']).to.be.lessThan(10_000);
    });
  });
});

function flip(hex: string, bit: number): string {
  const flipped = getBytes(hex);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return hexlify(flipped);
}

/** The first bytes, with zeros behind where there are not enough. */
function cut(hex: string, length: number): string {
  return dataSlice(concat([hex, new Uint8Array(128)]), 0, length);
}

function split(signature: string): [bigint, bigint, number] {
  return [BigInt(dataSlice(signature, 0, 32)), BigInt(dataSlice(signature, 32, 64)), Number(dataSlice(signature, 64))];
}

function join65(r: BigNumberish, s: BigNumberish, v: number): string {
  return concat([toBeHex(r, 32), toBeHex(s, 32), toBeHex(v, 1)]);
}
