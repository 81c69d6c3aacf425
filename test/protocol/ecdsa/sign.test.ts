/** Threshold ECDSA by honest parties: every set signs, and other libraries verify. */
import { deepEqual, equal, notDeepEqual } from 'node:assert/strict';
import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import * as bitcoin from '@bitcoinerlab/secp256k1';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { derivedPublicKey } from '../../../signer/protocol/ecdsa/session.ts';
import type { Element } from '../../../signer/protocol/math/group.ts';
import { lagrange } from '../../../signer/protocol/math/polynomial.ts';
import { boot, dealAll, generateEcdsa, ready, signEcdsa, suite } from '../ecdsaKeys.ts';
import { idsTo, type Shares } from '../keys.ts';
import { resultOf } from '../simulate.ts';
import { hex } from '../vectors/shared.ts';

const message = () => randomBytes(100);
/** 10,000 take five minutes: `QUORATE_MANY=1`. */
const MANY = process.env.QUORATE_MANY ? 10_000 : 40;

describe('threshold ECDSA', () => {
  const shares = generateEcdsa(3, 5);
  const enclaves = ready(5);

  for (const ids of subsets([1, 2, 3, 4, 5], 3))
    it(`is signed by the set ${ids}, all of whom get the same signature`, () => {
      const text = message();
      const outcomes = [...signEcdsa(enclaves, shares, ids, { digest: sha256(text), tweaks: [] }).values()];
      const [signature, ...others] = outcomes.map(resultOf);
      for (const other of others) deepEqual(other, signature);
      verifiedByAll(publicKeyOf(shares), text, signature!);
    });

  it(`is signed ${MANY} times by two of three, and every signature verifies everywhere`, function () {
    this.timeout(3_600_000);
    const two = generateEcdsa(2, 3);
    const three = ready(3);
    const sets = subsets([1, 2, 3], 2);
    for (let k = 0; k < MANY; k++) {
      const text = message();
      const ids = sets[k % sets.length]!;
      const tweaks =
        k % 4 === 0 ? [{ kind: 'plain' as const, scalar: suite.group.scalars.reduce(randomBytes(64)) }] : [];
      const signed = signEcdsa(three, two, ids, { digest: sha256(text), tweaks });
      verifiedByAll(derivedPublicKey(suite, publicKeyOf(two), tweaks), text, resultOf(signed.get(ids[0] as never)));
    }
  });

  it('is signed by eleven of twenty', () => {
    const many = generateEcdsa(11, 20);
    const ids = [1, 2, 4, 5, 7, 8, 11, 13, 17, 19, 20];
    const pairs = boot(idsTo(20));
    dealAll(pairs, ids);
    const text = message();
    const outcomes = signEcdsa(pairs, many, ids, { digest: sha256(text), tweaks: [] });
    verifiedByAll(publicKeyOf(many), text, resultOf(outcomes.get(20 as never)));
  });

  it('is signed by more than the threshold too', () => {
    const text = message();
    const outcomes = signEcdsa(enclaves, shares, [1, 2, 3, 4, 5], { digest: sha256(text), tweaks: [] });
    verifiedByAll(publicKeyOf(shares), text, resultOf(outcomes.get(5 as never)));
  });

  it('is signed with other parts of the key each time, which only their sum connects to it', () => {
    const seen = [0, 1].flatMap(() => {
      const parts: Element[] = [];
      const request = { digest: sha256(message()), tweaks: [] };
      signEcdsa(enclaves, shares, [1, 2, 3], request, (_from, to, round, bytes) => {
        // After the echo of three, and R.
        if (to === 1 && round === 'ecdsa/multiplications')
          parts.push(suite.group.decodeWide(bytes.slice(3 * 32 + 65, 3 * 32 + 2 * 65)));
        return bytes;
      });
      return parts;
    });
    const own = [2, 3].map((id) => {
      const { secret } = shares.get(id as never)!;
      const { scalars, multiplyBase } = suite.group;
      return multiplyBase(scalars.multiply(secret.reveal(), lagrange(scalars, id as never, [1, 2, 3] as never)));
    });
    equal(new Set([...seen, ...own].map(hex)).size, 6);
  });

  it('is signed under derived keys, whose tweaks add up', () => {
    const tweaks = [1, 2].map(() => ({ kind: 'plain' as const, scalar: suite.group.scalars.reduce(randomBytes(64)) }));
    const key = derivedPublicKey(suite, publicKeyOf(shares), tweaks);
    const text = message();
    const outcomes = signEcdsa(enclaves, shares, [1, 3, 5], { digest: sha256(text), tweaks });
    verifiedByAll(key, text, resultOf(outcomes.get(1 as never)));
    notDeepEqual(key, publicKeyOf(shares));
  });
});

function publicKeyOf(shares: Shares): Element {
  return [...shares.values()][0]!.publicKey;
}

/** noble, another build of libsecp256k1, OpenSSL, and recovery as Ethereum does it. */
function verifiedByAll(key: Element, text: Uint8Array, signature: Uint8Array): void {
  equal(signature.length, 65);
  const [rs, digest] = [signature.slice(0, 64), sha256(text)];
  equal(secp256k1.verify(rs, digest, key, { prehash: false, lowS: true }), true);
  equal(bitcoin.verify(digest, key, rs, true), true);
  const [x, y] = [suite.group.encodeWide(key).slice(1, 33), suite.group.encodeWide(key).slice(33)];
  const jwk = { kty: 'EC', crv: 'secp256k1', x: base64(x), y: base64(y) };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  equal(nodeVerify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, rs), true);
  const recovered = secp256k1.recoverPublicKey(Uint8Array.of(signature[64]! - 27, ...rs), digest, { prehash: false });
  equal(hex(recovered), hex(key));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function subsets(ids: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return ids.flatMap((id, k) => subsets(ids.slice(k + 1), size - 1).map((rest) => [id, ...rest]));
}
