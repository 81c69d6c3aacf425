/** P-384 on chain with hints, against OpenSSL (in node:crypto) and @noble/curves; and hints that lie. */

import { createHash, generateKeyPairSync, randomBytes, randomInt, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { p384 } from '@noble/curves/nist.js';
import { sha384 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { network } from 'hardhat';
import { refusalOf } from '../../../../scripts/evidence/evidenceChain.ts';
import { uintOf } from '../../../../signer/evidence/formats/bytes.ts';
import {
  type Affine,
  hintsWith,
  multiplierOf,
  OFFSET,
  type P384Claim,
  p384Hints,
  pointOf,
} from '../../../../signer/evidence/nitro/p384Hints.ts';
import { verifyWithNode } from '../../../../signer/evidence/signatures/node.ts';
import type { Bytes } from '../../../../signer/tee/issuers/der.ts';
import type { P384Verifier } from '../../../../types/contracts/attestation/verifiers/nitro/P384Verifier.ts';
import { P384Verifier__factory } from '../../../../types/factories/contracts/attestation/verifiers/nitro/P384Verifier__factory.ts';
import { GasMeterMock__factory } from '../../../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import { claimOf, Fn, Fp, hintsForAnything, lifted, N, P, struct } from './support/p384.ts';

const { Point } = p384;
const BASE = Point.BASE;
const HEAD = 3 * 48;
const FOLDER = join(import.meta.dirname, '../../../../contracts/attestation/verifiers/nitro');
const SAMPLES = Number(process.env.QUORATE_P384_SAMPLES ?? 6);

const random = () => 1n + (uintOf(randomBytes(56)) % (N - 1n));
const bytesOf = (number: bigint) => new Uint8Array(Buffer.from(number.toString(16).padStart(96, '0'), 'hex'));
const raw = ({ r, s }: P384Claim) => new Uint8Array(Buffer.concat([bytesOf(r), bytesOf(s)]));
const encoded = ({ x, y }: Affine) => new Uint8Array(Buffer.concat([Uint8Array.of(4), bytesOf(x), bytesOf(y)]));
const multiple = (scalar: bigint): Affine => BASE.multiplyUnsafe(Fn.create(scalar)).toAffine();

/** A signature of e with R = nonce G. */
function signed(secret: bigint, e: bigint, nonce: bigint): P384Claim {
  const r = Fn.create(multiple(nonce).x);
  return { key: multiple(secret), e, r, s: Fn.mul(Fn.inv(nonce), Fn.create(e + r * secret)) };
}

/** The key for which (r, s) is a signature of e with this R. */
function keyFor(point: Affine, e: bigint, s: bigint): P384Claim {
  const r = Fn.create(point.x);
  const times = (one: InstanceType<typeof Point>, scalar: bigint) => one.multiplyUnsafe(Fn.create(scalar));
  const inverse = Fn.inv(r);
  const key = times(Point.fromAffine(point), s * inverse).add(times(BASE, -e * inverse));
  return { key: key.toAffine(), e, r, s };
}

/** One number of the hints replaced. */
function withNumber(hints: Bytes, place: number, value: bigint | ((was: bigint) => bigint)): Bytes {
  const changed = hints.slice();
  const was = uintOf(hints.subarray(place * 48, place * 48 + 48));
  changed.set(bytesOf(typeof value === 'bigint' ? value : value(was)), place * 48);
  return changed;
}

const honest = (claim: P384Claim) => hintsWith(claim, pointOf(claim)!, multiplierOf(claim));

describe('P384Verifier', () => {
  let verifier: P384Verifier;
  let gas: (claim: P384Claim, hints: Bytes) => Promise<number>;

  before(async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    verifier = await new P384Verifier__factory(deployer!).deploy();
    const meter = await new GasMeterMock__factory(deployer!).deploy();
    const target = await verifier.getAddress();
    gas = async (claim, hints) => {
      const data = verifier.interface.encodeFunctionData('verify', [struct(claim), hints]);
      return Number((await meter.measure(target, data)).used);
    };
  });

  /** true, false, or the refusal with its values. */
  async function outcome(claim: P384Claim, hints: Bytes): Promise<string> {
    try {
      return String(await verifier.verify(struct(claim), hints));
    } catch (problem) {
      const refused = refusalOf(problem, [verifier]);
      if (refused === null) throw problem;
      return `${refused.name}(${refused.args.toArray(true).flat().join(', ')})`;
    }
  }
  const numbers = (...all: readonly bigint[]) => all.flatMap((one) => [one >> 256n, one % (1n << 256n)]).join(', ');

  describe('its constants', () => {
    const form = (number: bigint) => Fp.mul(number, Fp.create(1n << 512n));
    const source = readFileSync(join(FOLDER, 'P384.sol'), 'utf8');
    const constant = (name: string) => BigInt(new RegExp(`\\b${name} = (0x\\w+);`).exec(source)![1]!);
    const pair = (name: string) => (constant(`${name}_HIGH`) << 256n) + constant(`${name}_LOW`);

    it('are those of the curve', () => {
      expect(constant('C')).to.equal((1n << 384n) - P);
      expect((constant('C') * constant('C_INVERSE')) % (1n << 256n)).to.equal(1n);
      expect(pair('SQUARE')).to.equal(form(form(1n)));
      expect(pair('B')).to.equal(form(Point.CURVE().b));
      expect((1n << 256n) + constant('ONE_LOW')).to.equal(form(1n));
    });

    it('begin at a point that nobody has chosen, and end at 2^192 times it', () => {
      let x = uintOf(sha384(utf8ToBytes('quorate/p384-offset/1'))) % P;
      while (lifted(x) === null) x++;
      const { y } = lifted(x)!;
      expect(OFFSET).to.deep.equal({ x, y: y % 2n === 0n ? y : P - y });
      const end = Point.fromAffine(OFFSET)
        .multiplyUnsafe(1n << 192n)
        .toAffine();
      expect([pair('OFFSET_X'), pair('OFFSET_Y')]).to.deep.equal([OFFSET.x, OFFSET.y].map(form));
      expect([pair('END_X'), pair('END_Y')]).to.deep.equal([end.x, end.y].map(form));
    });

    it('have each multiple of G and 2^192 G in its place', () => {
      const words = [...readFileSync(join(FOLDER, 'P384Multiples.sol'), 'utf8').matchAll(/hex"(\w{64})"/g)];
      expect(words.length).to.equal(3 * 144);
      for (let index = 1; index <= 144; index++) {
        const upper = Math.floor((index + 8) / 17);
        const { x, y } = multiple(BigInt(upper) * (1n << 192n) + BigInt(index - 17 * upper));
        const [high, low, last] = words.slice(3 * index - 3).map(([, hex]) => BigInt(`0x${hex}`));
        expect(((high! >> 128n) << 256n) + low!, `x of ${index}`).to.equal(form(x));
        expect(((high! % (1n << 128n)) << 256n) + last!, `y of ${index}`).to.equal(form(y));
      }
    });
  });

  describe('accepts', () => {
    const message = utf8ToBytes('a message');
    const e = uintOf(sha384(message));

    for (let sample = 0; sample < SAMPLES; sample++)
      it(`what OpenSSL signs, ${sample}`, async () => {
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
        const point = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })).slice(-97);
        const content = randomBytes(sample * 37);
        const signature = sign('sha384', content, { key: privateKey, dsaEncoding: 'ieee-p1363' });
        const digest = createHash('sha384').update(content).digest();
        const hints = p384Hints(point, digest, signature)!;
        expect(await outcome(claimOf(point, digest, signature), hints)).to.equal('true');
        const other = { ...claimOf(point, digest, signature) };
        const high = { ...other, s: N - other.s };
        expect(await outcome(high, honest(high)), '(r, n - s)').to.equal('true');
        expect(await gas(other, hints)).to.be.at.most(2_000_000);
      });

    const EDGES: Readonly<Record<string, () => P384Claim>> = {
      'G as the key': () => signed(1n, e, random()),
      'minus G as the key': () => signed(N - 1n, e, random()),
      '2 G as the key': () => signed(2n, e, random()),
      '2^192 G as the key': () => signed(1n << 192n, e, random()),
      'R is G': () => signed(random(), e, 1n),
      'R is minus G': () => signed(random(), e, N - 1n),
      'R is the key': () => {
        const secret = random();
        return signed(secret, e, secret);
      },
      'a digest of zero': () => signed(random(), 0n, random()),
      'a digest of one': () => signed(random(), 1n, random()),
      'a digest of n': () => signed(random(), N, random()),
      'a digest of ones': () => signed(random(), (1n << 384n) - 1n, random()),
      's is 1': () => keyFor(multiple(random()), e, 1n),
      's is n - 1': () => keyFor(multiple(random()), e, N - 1n),
      's is r': () => {
        const point = multiple(random());
        return keyFor(point, e, Fn.create(point.x));
      },
      's is minus r': () => {
        const point = multiple(random());
        return keyFor(point, e, Fn.neg(Fn.create(point.x)));
      },
      'both multiples are one point': () => {
        const nonce = random();
        const point = multiple(nonce);
        // e / s = nonce / 2, so that r / s times the key is the other half
        const s = Fn.mul(Fn.create(e), Fn.inv(Fn.mul(nonce, Fn.inv(2n))));
        return keyFor(point, e, s);
      },
      'x of R is not below n': () => {
        let x = N + 1n;
        while (lifted(x) === null) x++;
        return keyFor(lifted(x)!, e, random());
      },
      'x of R is the largest': () => {
        let x = P - 1n;
        while (lifted(x) === null) x--;
        return keyFor(lifted(x)!, e, random());
      },
      'r is small': () => {
        let x = 1n;
        while (lifted(x) === null) x++;
        return keyFor(lifted(x)!, e, random());
      },
      'r is just below n': () => {
        let x = N - 1n;
        while (lifted(x) === null) x--;
        return keyFor(lifted(x)!, e, random());
      },
    };
    for (const [title, make] of Object.entries(EDGES))
      it(`where ${title}, as noble does`, async () => {
        const claim = make();
        expect(await outcome(claim, honest(claim))).to.equal('true');
        expect(p384.verify(raw(claim), bytesOf(claim.e), encoded(claim.key), { lowS: false, prehash: false })).to.equal(
          true,
        );
      });
  });

  describe('says no', () => {
    const content = utf8ToBytes('what is signed');
    let claim: P384Claim;
    before(() => {
      claim = signed(random(), uintOf(sha384(content)), random());
      expect(verifyWithNode({ kind: 'p384', point: encoded(claim.key) }, content, raw(claim))).to.equal(true);
    });

    const WRONG: Readonly<Record<string, (was: P384Claim) => P384Claim>> = {
      'another digest': (was) => ({ ...was, e: was.e ^ 1n }),
      'another s': (was) => ({ ...was, s: was.s ^ 1n }),
      'another key': (was) => ({ ...was, key: multiple(random()) }),
      'the opposite key': (was) => ({ ...was, key: { x: was.key.x, y: P - was.key.y } }),
      'another r, the x of a point': (was) => ({ ...was, r: multiple(random()).x % N }),
    };
    for (const [title, change] of Object.entries(WRONG))
      it(`to ${title}, with every slope right [N5]`, async () => {
        const wrong = change(claim);
        expect(await outcome(wrong, hintsForAnything(wrong))).to.equal('false');
        expect(p384Hints(encoded(wrong.key), bytesOf(wrong.e), raw(wrong))).to.equal(null);
      });

    it('to whatever noble says no to, and to nothing else', async () => {
      const bit = () => 1n << BigInt(randomInt(384));
      for (let run = 0; run < 2 * SAMPLES; run++) {
        const { key, e, r, s } = signed(random(), random(), random());
        const changed = { key, e: run % 3 === 0 ? e ^ bit() : e, r, s: run % 3 === 1 ? Fn.create(s ^ bit()) : s };
        const hints = p384Hints(encoded(key), bytesOf(changed.e), raw(changed)) ?? hintsForAnything(changed);
        const noble = p384.verify(raw(changed), bytesOf(changed.e), encoded(key), { lowS: false, prehash: false });
        expect(noble).to.equal(run % 3 === 2);
        expect(await outcome(changed, hints)).to.equal(String(noble));
      }
    });

    it('to nothing that is right, but under hints with any bit flipped it gives no yes [N5]', async () => {
      const hints = honest(claim);
      expect(await outcome(claim, hints)).to.equal('true');
      for (let run = 0; run < SAMPLES; run++) {
        const flipped = hints.slice();
        flipped[randomInt(hints.length)]! ^= 1 << randomInt(8);
        expect(await outcome(claim, flipped)).to.match(/^Hint(Slope|Point|Multiplier|NoSlope|Length)\(/);
      }
    });

    it('to the opposite of R, as both signs cannot be right', async () => {
      const point = pointOf(claim)!;
      const opposite = { x: point.x, y: P - point.y };
      expect(await outcome(claim, hintsWith(claim, opposite, multiplierOf(claim)))).to.equal('false');
    });
  });

  describe('refuses', () => {
    let claim: P384Claim;
    let hints: Bytes;
    before(() => {
      claim = signed(random(), random(), random());
      hints = honest(claim);
    });

    it('r and s that are zero, or not below n', async () => {
      for (const one of [0n, N, N + 1n, (1n << 384n) - 1n])
        for (const name of ['r', 's'] as const) {
          const wrong = { ...claim, [name]: one };
          expect(await outcome(wrong, hints)).to.equal(`SignatureOutOfRange(${numbers(wrong.r, wrong.s)})`);
        }
      const high = { ...struct(claim), r: { high: 1n << 128n, low: 1n } };
      await expect(verifier.verify(high, hints)).to.be.revertedWithCustomError(verifier, 'SignatureOutOfRange');
    });

    it('keys off the curve, at infinity, or with a coordinate that is not below p', async () => {
      const { x, y } = claim.key;
      let small = 0n;
      while (lifted(small) === null) small++;
      const above = { x: small + P, y: lifted(small)!.y };
      for (const key of [{ x, y: y ^ 1n }, { x: x ^ 1n, y }, { x: 0n, y: 0n }, { x, y: P }, { x: P, y }, above])
        expect(await outcome({ ...claim, key }, hints)).to.equal(`KeyInvalid(${numbers(key.x, key.y)})`);
    });

    it('a point with another x, off the curve, or not below p', async () => {
      const { x, y } = pointOf(claim)!;
      for (const [place, value] of [
        [1, x + 1n],
        [1, N],
        [1, P],
        [2, y ^ 1n],
        [2, P],
        [2, 0n],
      ] as const) {
        const wrong = [x, y];
        wrong[place - 1] = value;
        expect(await outcome(claim, withNumber(hints, place, value))).to.equal(
          `HintPoint(${numbers(wrong[0]!, wrong[1]!)})`,
        );
      }
    });

    it('a multiplier of zero, of n, or one that does not halve', async () => {
      for (const one of [0n, N, 1n, multiplierOf(claim) + 1n, Fn.neg(multiplierOf(claim)), random()]) {
        const [r, s] = [Fn.mul(claim.r, Fn.create(one)), Fn.mul(claim.s, Fn.create(one))];
        expect(await outcome(claim, withNumber(hints, 0, one))).to.equal(`HintMultiplier(${numbers(r, s)})`);
      }
    });

    it('any slope that is another number [N5]', async () => {
      const last = hints.length / 48 - 4;
      const changes = [
        [0, (was: bigint) => (was + 1n) % P],
        [7, () => 0n],
        [14, (was: bigint) => P - was],
        [last, (was: bigint) => was ^ 1n],
      ] as const;
      for (const [index, change] of changes)
        expect(await outcome(claim, withNumber(hints, 3 + index, change))).to.equal(`HintSlope(${index})`);
    });

    it('a slope dropped, doubled, added or exchanged', async () => {
      const slopes = hints.length - 48;
      const wrong = (part: Bytes) => `HintLength(${part.length}, ${hints.length})`;
      const dropped = hints.slice(0, slopes);
      const cut = hints.slice(0, hints.length - 1);
      const added = new Uint8Array([...hints, ...new Uint8Array(48)]);
      for (const one of [dropped, cut, added]) expect(await outcome(claim, one)).to.equal(wrong(one));
      const exchanged = hints.slice();
      exchanged.set(hints.slice(HEAD + 48, HEAD + 96), HEAD);
      exchanged.set(hints.slice(HEAD, HEAD + 48), HEAD + 48);
      expect(await outcome(claim, exchanged)).to.equal('HintSlope(0)');
    });

    it('slopes that stand behind the hints', async () => {
      const data = verifier.interface.encodeFunctionData('verify', [struct(claim), hints]);
      const shorter = hints.length - 48;
      const length = shorter.toString(16).padStart(64, '0');
      const place = data.indexOf(hints.length.toString(16).padStart(64, '0'));
      const lying = data.slice(0, place) + length + data.slice(place + 64);
      const call = verifier.runner!.call!({ to: await verifier.getAddress(), data: lying });
      await expect(call).to.be.revertedWithCustomError(verifier, 'HintLength').withArgs(shorter, hints.length);
    });

    it('hints of no length, and more than any signature takes', async () => {
      const most = (3 + 14 + 192 + 3 * 49) * 48;
      for (const length of [0, HEAD - 1, most + 1])
        expect(await outcome(claim, new Uint8Array(length))).to.equal(`HintLength(${length}, ${most})`);
    });

    it('to add a point to itself or to its opposite, where any slope fits [N5]', async () => {
      for (const opposite of [false, true]) {
        const key = opposite ? { x: OFFSET.x, y: P - OFFSET.y } : OFFSET;
        const point = multiple(random());
        // r t = 2^192 - 1: the first digit of the key's share is 1, and is added to OFFSET
        const [r, multiplier] = [Fn.create(point.x), Fn.mul((1n << 192n) - 1n, Fn.inv(Fn.create(point.x)))];
        const bad = { key, e: 5n, r, s: Fn.mul(3n, Fn.inv(multiplier)) };
        const usual = { ...bad, key: multiple(7n) };
        const length = hintsWith(usual, point, multiplier).length;
        const tables = hintsWith({ ...bad, s: Fn.mul(r, 5n) }, point, Fn.inv(r)).slice(HEAD, HEAD + 14 * 48);
        const lying = new Uint8Array(length);
        lying.set(hintsWith(usual, point, multiplier).slice(0, HEAD));
        lying.set(tables, HEAD);
        expect(() => hintsWith(bad, point, multiplier)).to.throw(RangeError);
        expect(await outcome(bad, lying)).to.equal('HintNoSlope(14)');
      }
    });
  });

  it('is described', async () => {
    expect(await verifier.contractURI()).to.contain('Quorate P384Verifier');
  });
});
