/** Ed25519 on chain, against RFC 8032, Wycheproof, @noble/curves, OpenSSL (in node:crypto) and libsodium. */

import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { expect } from 'chai';
import { concat, getBytes, hexlify, sha256, toUtf8Bytes } from 'ethers';
import { network } from 'hardhat';
import sodium from 'libsodium-wrappers-sumo';
import type { Ed25519Mock } from '../../../types/contracts/mocks/Ed25519Mock.ts';
import { Ed25519Mock__factory } from '../../../types/factories/contracts/mocks/Ed25519Mock__factory.ts';
import { vectorFile } from '../support/vectors.ts';

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;
const FIELD = Point.Fp.ORDER;
const ORDER = Point.Fn.ORDER;
const D = Point.CURVE().d;
const SIGN = 1n << 255n;
/** The eight points whose order divides 8; the first is the neutral element. */
const SMALL = ED25519_TORSION_SUBGROUP.map((encoding) => Point.fromHex(encoding));
const SAMPLES = 60;

type Signed = { readonly publicKey: string; readonly message: string; readonly signature: string };
type WycheproofFile = {
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
};

// RFC 8032, section 7.1
const RFC8032: Record<string, Signed> = {
  'TEST 1': {
    publicKey: '0xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '0x',
    signature:
      '0xe5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  'TEST 2': {
    publicKey: '0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '0x72',
    signature:
      '0x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  'TEST 3': {
    publicKey: '0xfc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: '0xaf82',
    signature:
      '0x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
};

describe('Ed25519', () => {
  let contract: Ed25519Mock;

  before(async () => {
    await sodium.ready;
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    contract = await new Ed25519Mock__factory(deployer!).deploy();
  });

  const verifies = ({ publicKey, message, signature }: Signed) => contract.verify(publicKey, message, signature);

  describe('published vectors', () => {
    for (const [name, vector] of Object.entries(RFC8032)) {
      it(`verifies RFC 8032 ${name}, and not with one bit flipped`, async () => {
        expect(await verifies(vector)).to.equal(true);
        for (const field of ['publicKey', 'signature'] as const) {
          expect(await verifies({ ...vector, [field]: flip(vector[field], 100) }), field).to.equal(false);
        }
        expect(await verifies({ ...vector, message: concat([vector.message, '0x00']) })).to.equal(false);
      });
    }

    const wycheproof = vectorFile('wycheproof/ed25519_test.json');
    if (wycheproof === null) it.skip('Wycheproof: ../shared/vectors/wycheproof is absent');
    else {
      it('answers as Wycheproof does', async () => {
        const { testGroups } = JSON.parse(wycheproof) as WycheproofFile;
        for (const { publicKey, tests } of testGroups) {
          for (const { tcId, comment, msg, sig, result } of tests) {
            const found = await contract.verify(`0x${publicKey.pk}`, `0x${msg}`, `0x${sig}`);
            expect(found, `${tcId} ${comment}`).to.equal(result === 'valid');
          }
        }
      });
    }
  });

  describe('other implementations', () => {
    it('agrees with all of them on signatures, and on the same with one bit flipped', async () => {
      for (let i = 0; i < SAMPLES; i++) {
        const signed = sign(`sample ${i}`, bytes(7 * i, `message ${i}`));
        expect(await answers(signed), `${i}`).to.deep.equal(ALL_ACCEPT);
        const bit = (i * 131) % 512;
        const flipped = { ...signed, signature: flip(signed.signature, bit) };
        expect(await answers(flipped), `${i}, bit ${bit}`).to.deep.equal(NONE_ACCEPTS);
      }
    });

    it('agrees with OpenSSL and libsodium on keys with a part of small order; noble takes all of them', async () => {
      const found = { accepted: 0, refused: 0 };
      for (let i = 0; i < SAMPLES; i++) {
        const { here, ...others } = await answers(signMixed(`mixed ${i}`, SMALL[1 + (i % 7)]!, SMALL[0]!));
        // noble's equation has the cofactor: the part of small order drops out
        expect(others, `${i}`).to.deep.equal({ openSsl: here, libsodium: here, noble: true });
        found[here ? 'accepted' : 'refused']++;
      }
      expect(found.accepted).to.be.greaterThan(0);
      expect(found.refused).to.be.greaterThan(found.accepted);
    });

    it('agrees with OpenSSL and libsodium on an R with a part of small order; noble takes it', async () => {
      for (const small of SMALL.slice(1)) {
        expect(await answers(signMixed('mixed R', SMALL[0]!, small))).to.deep.equal({ ...NONE_ACCEPTS, noble: true });
      }
    });

    it('agrees with all of them on public keys of small order: refused', async () => {
      for (const small of SMALL) {
        const forged = forgeFor(small);
        expect(verifiesByZip215(forged), `${small.toHex()}: the equation holds`).to.equal(true);
        expect(await answers(forged), small.toHex()).to.deep.equal(NONE_ACCEPTS);
      }
    });

    it('agrees with OpenSSL and libsodium on an R of small order: refused; noble takes it', async () => {
      for (const small of SMALL) {
        const signed = signWithR(small);
        expect(await answers(signed), small.toHex()).to.deep.equal({ ...NONE_ACCEPTS, noble: true });
      }
    });
  });

  describe('borders', () => {
    const signed = sign('borders', toUtf8Bytes('borders'));
    const [r, s] = [signed.signature.slice(0, 66), littleEndian(getBytes(signed.signature).slice(32))];
    const withS = (value: bigint) => ({ ...signed, signature: concat([r, encode(value)]) });

    it('refuses S + L, S = L, S = 0 and the largest S', async () => {
      expect(await verifies(withS(s))).to.equal(true);
      for (const wrong of [s + ORDER, ORDER, 0n, (1n << 256n) - 1n, ORDER - s]) {
        expect(await verifies(withS(wrong)), `${wrong}`).to.equal(false);
      }
    });

    it('refuses signatures that are empty, short or long', async () => {
      for (const wrong of ['0x', r, signed.signature.slice(0, -2), concat([signed.signature, '0x00'])]) {
        expect(await verifies({ ...signed, signature: wrong }), wrong).to.equal(false);
      }
    });

    it('refuses encodings of y >= p, with either sign, as key and as R', async () => {
      for (let y = FIELD; y < SIGN; y++) {
        for (const sign of [0n, SIGN]) {
          const encoded = encode(y | sign);
          expect((await contract.decode(y | sign)).isPoint, encoded).to.equal(false);
          expect(await verifies({ ...signed, publicKey: encoded })).to.equal(false);
          expect(await verifies({ ...signed, signature: concat([encoded, encode(s)]) })).to.equal(false);
        }
      }
    });

    it('knows the y of every point of small order, and of no other', async () => {
      for (const small of SMALL) expect(await contract.isSmallOrder(small.y)).to.equal(true);
      for (const y of [2n, 3n, FIELD - 2n, Point.BASE.y]) expect(await contract.isSmallOrder(y)).to.equal(false);
    });
  });

  describe('the group', () => {
    it('decodes what noble decodes, to the same point', async () => {
      const encodings = [0n, 1n, FIELD - 1n, 1n | SIGN, (FIELD - 1n) | SIGN];
      for (let i = 0; i < SAMPLES; i++) encodings.push(BigInt(hexlify(bytes(32, `encoding ${i}`))));
      for (const encoding of encodings) {
        const expected = decodeByNoble(encoding);
        const { isPoint, x, y } = await contract.decode(encoding);
        expect(isPoint ? [x, y] : null, encode(encoding)).to.deep.equal(expected && [expected.x, expected.y]);
      }
    });

    it('computes s B + k P for any point, edge scalars among them', async () => {
      const edges = [0n, 1n, 2n, 15n, 16n, 17n, 31n, 32n, ORDER - 1n, ORDER - 2n, (1n << 252n) - 1n, 1n << 252n];
      const points = [...SMALL, Point.BASE, Point.BASE.negate(), Point.BASE.add(SMALL[1]!)];
      for (let i = 0; i < 120; i++) {
        const s = i % 3 === 0 ? edges[(i / 3) % edges.length]! : scalar(`s ${i}`);
        const k = i % 4 === 0 ? edges[(i / 4) % edges.length]! : scalar(`k ${i}`);
        const point = i < 40 ? points[i % points.length]! : Point.BASE.multiply(scalar(`P ${i}`));
        const expected = Point.BASE.multiplyUnsafe(s).add(times(k, point));
        const found = await contract.combine(s, k, point.x, point.y);
        expect(encode(found), `s ${s}, k ${k}, P ${point.toHex()}`).to.equal(`0x${expected.toHex()}`);
      }
    });

    it('has sums that meet: s B + k B where both are the same, opposite, or cancel', async () => {
      for (const [s, k] of [
        [5n, 5n],
        [5n, ORDER - 5n],
        [16n, ORDER - 16n],
        [ORDER - 1n, 1n],
      ] as const) {
        const expected = Point.BASE.multiplyUnsafe((s + k) % ORDER);
        const found = await contract.combine(s, k, Point.BASE.x, Point.BASE.y);
        expect(encode(found)).to.equal(`0x${expected.toHex()}`);
      }
    });

    it('keeps -16 B to 15 B in the source as they are', () => {
      const source = readFileSync(
        join(import.meta.dirname, '../../../contracts/signatures/Edwards25519Base.sol'),
        'utf8',
      );
      const found = [...source.matchAll(/hex"([0-9a-f]{64})"/g)].map(([, word]) => BigInt(`0x${word}`));
      const expected: bigint[] = [];
      for (let n = -16n; n < 16n; n++) {
        const { x, y } = times((n + ORDER) % ORDER, Point.BASE);
        expected.push((y - x + FIELD) % FIELD, (y + x) % FIELD, (2n * D * x * y) % FIELD);
      }
      expect(found).to.deep.equal(expected);
    });
  });

  /** What each implementation says; noble in its strict mode. */
  async function answers(signed: Signed): Promise<Record<'here' | 'noble' | 'openSsl' | 'libsodium', boolean>> {
    const [publicKey, message, signature] = [signed.publicKey, signed.message, signed.signature].map((hex) =>
      getBytes(hex),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    });
    return {
      here: await verifies(signed),
      noble: ed25519.verify(signature, message, publicKey, { zip215: false }),
      openSsl: verify(null, message, key, signature),
      libsodium: sodium.crypto_sign_verify_detached(signature, message, publicKey),
    };
  }
});

const ALL_ACCEPT = { here: true, noble: true, openSsl: true, libsodium: true };
const NONE_ACCEPTS = { here: false, noble: false, openSsl: false, libsodium: false };

function bytes(length: number, seed: string): Uint8Array {
  const blocks: string[] = [];
  for (let i = 0; 32 * i < length; i++) blocks.push(sha256(toUtf8Bytes(`${seed} ${i}`)));
  return getBytes(concat(blocks)).slice(0, length);
}

function scalar(seed: string): bigint {
  return BigInt(hexlify(bytes(32, seed))) % ORDER;
}

function encode(value: bigint): string {
  return hexlify(getBytes(`0x${value.toString(16).padStart(64, '0')}`).reverse());
}

function littleEndian(encoded: Uint8Array): bigint {
  return BigInt(hexlify(Uint8Array.from(encoded).reverse()));
}

function flip(hex: string, bit: number): string {
  const flipped = getBytes(hex);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return hexlify(flipped);
}

/** k P for any k and P: noble's own refuses zero. */
function times(k: bigint, point: Point): Point {
  return k === 0n ? Point.ZERO : point.multiplyUnsafe(k);
}

function decodeByNoble(encoding: bigint): Point | null {
  try {
    return Point.fromHex(encode(encoding).slice(2));
  } catch {
    return null; // it says "no point" by an exception
  }
}

function challenge(r: string, publicKey: string, message: Uint8Array): bigint {
  return littleEndian(sha512(getBytes(concat([`0x${r}`, `0x${publicKey}`, message])))) % ORDER;
}

function sign(seed: string, message: Uint8Array): Signed {
  const secret = bytes(32, seed);
  return {
    publicKey: hexlify(ed25519.getPublicKey(secret)),
    message: hexlify(message),
    signature: hexlify(ed25519.sign(message, secret)),
  };
}

/** R = r B + smallR and S = r + k a, for A = a B + smallA: valid but for parts of small order. */
function signMixed(seed: string, smallA: Point, smallR: Point): Signed {
  const [a, r, message] = [scalar(`${seed} a`), scalar(`${seed} r`), bytes(32, `${seed} message`)];
  const publicKey = Point.BASE.multiply(a).add(smallA).toHex();
  const encodedR = Point.BASE.multiply(r).add(smallR).toHex();
  const s = (r + challenge(encodedR, publicKey, message) * a) % ORDER;
  return {
    publicKey: `0x${publicKey}`,
    message: hexlify(message),
    signature: concat([`0x${encodedR}`, encode(s)]),
  };
}

/** A signature that needs no secret, for a key of small order: where 8 divides k, k A = 0, and S = r fits R = r B. */
function forgeFor(publicKey: Point): Signed {
  const r = scalar('forged');
  const encodedR = Point.BASE.multiply(r).toHex();
  for (let i = 0; ; i++) {
    const message = bytes(32, `forged ${i}`);
    if (challenge(encodedR, publicKey.toHex(), message) % 8n !== 0n) continue;
    const signature = concat([`0x${encodedR}`, encode(r)]);
    return { publicKey: `0x${publicKey.toHex()}`, message: hexlify(message), signature };
  }
}

/** S = k a for R = 0 B + smallR, by the owner of A = a B + smallA, where k smallA = -smallR: the plain equation holds. */
function signWithR(smallR: Point): Signed {
  const a = scalar('small R');
  const smallA = SMALL.find((point) => !point.multiplyUnsafe(4n).is0())!; // of order 8
  const publicKey = Point.BASE.multiply(a).add(smallA).toHex();
  for (let i = 0; ; i++) {
    const message = bytes(32, `small R ${i}`);
    const k = challenge(smallR.toHex(), publicKey, message);
    if (!times(k, smallA).add(smallR).is0()) continue;
    const signature = concat([`0x${smallR.toHex()}`, encode((k * a) % ORDER)]);
    return { publicKey: `0x${publicKey}`, message: hexlify(message), signature };
  }
}

function verifiesByZip215({ publicKey, message, signature }: Signed): boolean {
  return ed25519.verify(getBytes(signature), getBytes(message), getBytes(publicKey), { zip215: true });
}
