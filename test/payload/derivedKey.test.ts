/** Derived keys and Taproot output keys, against the whole key that only a test has, for every parity (A26, A27, A39). */

import { existsSync, readFileSync } from 'node:fs';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { birthDomain } from '../../signer/formats/ids.ts';
import { addTweak } from '../../signer/payload/addTweak.ts';
import { deriveKey, outputKey } from '../../signer/payload/derivedKey.ts';
import type { Facts } from '../enclave/path/support/facts.ts';
import { address, facts, word } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import { derivedSecret, taprootKeys } from './support/spends.ts';

const VECTORS = new URL('../../../shared/vectors/bip341/wallet-test-vectors.json', import.meta.url);
const { Point } = secp256k1;

function derive({ key, request }: Facts) {
  return deriveKey({ prefix: key.publicKeyPrefix, x: key.publicKeyX }, key.birth, request);
}

/** BIP-327's ApplyTweak on a secret: an x-only tweak starts from the even key. */
function applied(secret: bigint, tweaks: ReturnType<typeof outputKey>['tweaks']): bigint {
  const order = Point.Fn.ORDER;
  return tweaks.reduce((before, { kind, scalar }) => {
    const isOdd = Point.BASE.multiply(before).y % 2n === 1n;
    const base = kind === 'xonly' && isOdd ? order - before : before;
    return (base + BigInt(`0x${bytesToHex(scalar)}`)) % order;
  }, secret);
}

describe('deriveKey and outputKey', () => {
  it('lead, by their tweaks, from the whole key to the key that verifies, for every parity', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed < 40; seed++) {
      const all = facts();
      const root = Point.BASE.multiply(BigInt(`0x${bytesToHex(word(seed))}`)).toBytes(true);
      all.key.publicKeyPrefix = root[0]!;
      all.key.publicKeyX = root.slice(1);
      const derived = derive(all);
      const output = outputKey(derived);
      const secret = applied(BigInt(`0x${bytesToHex(word(seed))}`), output.tweaks);
      const point = Point.BASE.multiply(secret);
      expect(point.toBytes(true).slice(1)).to.deep.equal(output.key);
      seen.add([root[0], derived.point.y % 2n, point.y % 2n].join());
    }
    expect(seen.size).to.equal(8);
  });

  it('derive from the birth that the chain stores, not from what a contract’s address would give', () => {
    const all = facts();
    const { chainId, contracts } = all.configuration;
    const root = { prefix: all.key.publicKeyPrefix, x: all.key.publicKeyX };
    const ofAddress = birthDomain(chainId, contracts.keyRegistry.address, all.request.keyId, root);
    expect(derive(all).key).to.deep.equal(deriveKey(root, all.key.birth, all.request).key);
    expect(derive(all).key).not.to.deep.equal(deriveKey(root, ofAddress, all.request).key);
    all.configuration = { ...all.configuration, contracts: { ...contracts, keyRegistry: contracts.signingRequests } };
    expect(derive(all).key).to.deep.equal(taprootKeys(all).internal);
  });

  it('agree with a derivation by ethers and by the whole key', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const all = facts();
      all.request.requester = address(seed);
      const expected = taprootKeys(all);
      const derived = derive(all);
      expect(derived.key).to.deep.equal(expected.internal);
      expect(derived.point.equals(Point.BASE.multiply(derivedSecret(all)))).to.equal(true);
      expect(outputKey(derived).key).to.deep.equal(expected.output);
    }
  });

  it('give output keys that sign as BIP-340 demands', () => {
    const { output, secret } = taprootKeys(facts());
    const key = hexToBytes(secret.toString(16).padStart(64, '0'));
    expect(schnorr.verify(schnorr.sign(word(9), key), word(9), output)).to.equal(true);
  });

  it('give the output key of each BIP-341 vector without script tree', function () {
    if (!existsSync(VECTORS)) {
      this.test!.title += ` [skipped: ${VECTORS.pathname} is absent]`;
      this.skip();
    }
    const vectors = JSON.parse(readFileSync(VECTORS, 'utf8'));
    type Vector = { given: { internalPubkey: string; scriptTree: unknown }; intermediary: { tweakedPubkey: string } };
    const plain = (vectors.scriptPubKey as Vector[]).filter(({ given }) => given.scriptTree === null);
    expect(plain).to.have.lengthOf.at.least(1);
    for (const { given, intermediary } of plain) {
      const key = hexToBytes(given.internalPubkey);
      const point = Point.fromBytes(Uint8Array.of(2, ...key));
      expect(bytesToHex(outputKey({ point, key, tweaks: [] }).key)).to.equal(intermediary.tweakedPubkey);
      const odd = outputKey({ point: point.negate(), key, tweaks: [] });
      expect(bytesToHex(odd.key), 'the odd point has the same x-only key').to.equal(intermediary.tweakedPubkey);
    }
  });

  it('refuse a root key that is no point', () => {
    const bends: ((all: Facts) => unknown)[] = [
      ({ key }) => (key.publicKeyPrefix = 0),
      ({ key }) => (key.publicKeyPrefix = 1),
      ({ key }) => (key.publicKeyPrefix = 4),
      ({ key }) => (key.publicKeyPrefix = 255),
      ({ key }) => (key.publicKeyX = word(0)),
      ({ key }) => (key.publicKeyX = word(0xff)), // beyond the field
      ({ key }) => (key.publicKeyX = Uint8Array.of(...new Uint8Array(31), 5)), // 5^3 + 7 is no square
    ];
    for (const bend of bends) {
      const all = facts();
      bend(all);
      expect(outcome(() => derive(all))).to.equal('PUBLIC_KEY_INVALID');
    }
  });

  it('refuse tweaks that no key can have', () => {
    const order = Point.Fn.ORDER;
    const tweak = (scalar: bigint) => hexToBytes(scalar.toString(16).padStart(64, '0'));
    const add = (scalar: bigint) => outcome(() => addTweak(Point.BASE.multiply(5n), tweak(scalar)));
    expect([0n, order - 5n, order, order + 1n, 2n ** 256n - 1n].map(add)).to.deep.equal(
      Array(5).fill('TWEAK_OUT_OF_RANGE'),
    );
    expect([1n, order - 6n, order - 4n, order - 1n].map(add)).to.deep.equal(Array(4).fill('accepted'));
    expect(addTweak(Point.BASE.multiply(5n), tweak(7n)).equals(Point.BASE.multiply(12n))).to.equal(true);
  });
});
