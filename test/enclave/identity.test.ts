/** Identities on libsecp256k1 against noble: the same addresses, the same signatures, the same recoveries, for good values and bad. */

import { expect } from 'chai';
import { getBytes, hexlify, recoverAddress, Signature } from 'ethers';
import fc from 'fast-check';
import { SIGNATURE_BYTES, signHash } from '../../signer/enclave/identity.ts';
import { Malformed } from '../../signer/protocol/reader.ts';
import { seeded } from '../simulation/random.ts';
import { identities, nobleIdentities } from './support/identities.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FIELD = 2n ** 256n - 2n ** 32n - 977n;
const random = seeded('identity');
const rng = (length: number) => random.bytes(length);

const wordOf = (value: bigint) => getBytes(`0x${value.toString(16).padStart(64, '0')}`);
const word = fc.uint8Array({ minLength: 32, maxLength: 32 });
const edges = [
  0n,
  1n,
  2n,
  ORDER / 2n,
  ORDER / 2n + 1n,
  ORDER - 1n,
  ORDER,
  ORDER + 1n,
  FIELD - ORDER,
  FIELD,
  2n ** 256n - 1n,
];
const anyWord = fc.oneof(word, fc.constantFrom(...edges).map(wordOf));
const scalar = anyWord.filter(
  (bytes) => BigInt(hexlify(bytes)) % ORDER === BigInt(hexlify(bytes)) && bytes.some(Boolean),
);

describe('an identity', () => {
  it('signs as noble does, byte for byte, and as Ethereum reads it', () => {
    fc.assert(
      fc.property(scalar, anyWord, (key, hash) => {
        const [ours, oracle] = [identities.of(key), nobleIdentities.of(key)];
        expect(ours.address).to.deep.equal(oracle.address);
        const signature = signHash(ours, hash);
        expect(signature).to.deep.equal(signHash(oracle, hash));
        expect(recoverAddress(hash, Signature.from(hexlify(signature))).toLowerCase()).to.equal(hexlify(ours.address));
        expect(identities.recover(hash, signature)).to.deep.equal(ours.address);
      }),
      { numRuns: 100 },
    );
  });

  it('is recovered just where noble recovers it', () => {
    const shaped = fc.tuple(anyWord, anyWord, fc.integer({ min: 24, max: 36 }), anyWord);
    let recovered = 0;
    fc.assert(
      fc.property(shaped, ([r, s, v, hash]) => {
        const signature = Uint8Array.of(...r, ...s, v);
        const found = identities.recover(hash, signature);
        expect(found).to.deep.equal(nobleIdentities.recover(hash, signature));
        if (found) recovered += 1;
      }),
      { numRuns: 1000, seed: 7 },
    );
    expect(recovered).to.be.greaterThan(10);
  });

  it('has one signature for one hash: not its mirror, another v, another length', () => {
    const identity = identities.generate(rng);
    const hash = rng(32);
    const right = signHash(identity, hash);
    const s = BigInt(hexlify(right.subarray(32, 64)));
    const mirror = Uint8Array.of(...right.subarray(0, 32), ...wordOf(ORDER - s), right[64]! ^ 7);
    const others = [
      mirror,
      right.with(64, right[64]! - 27),
      right.with(64, right[64]! + 4),
      right.slice(0, 64),
      Uint8Array.of(...right, 0),
    ];
    for (const other of others) expect(identities.recover(hash, other)).to.equal(undefined);
    const { engine, key } = identity;
    const mirrored = { signature: mirror.slice(0, 64), recovery: mirror[64]! - 27 };
    expect(engine.recover(hash, mirrored)).to.deep.equal(engine.publicKey(key.reveal()));
  });

  it('is no longer itself with any bit of its signature changed', () => {
    const identity = identities.generate(rng);
    const hash = rng(32);
    const right = signHash(identity, hash);
    for (let bit = 0; bit < 8 * SIGNATURE_BYTES; bit++) {
      const bent = right.with(bit >> 3, right[bit >> 3]! ^ (1 << (bit & 7)));
      expect(identities.recover(hash, bent)).not.to.deep.equal(identity.address);
    }
  });

  it('has a key: not zero, not the order, not beyond, not of another length', () => {
    for (const bad of [0n, ORDER, ORDER + 1n, 2n ** 256n - 1n].map(wordOf).concat(rng(31), rng(33))) {
      expect(() => identities.of(bad)).to.throw(Malformed);
    }
    expect(identities.of(wordOf(1n)).address).to.deep.equal(getBytes('0x7e5f4552091a69125d5dfcb7b8c2659029395bdf'));
  });

  it('goes on after whatever it was asked to recover', () => {
    const identity = identities.generate(rng);
    for (const at of edges) {
      identities.recover(rng(32), Uint8Array.of(...wordOf(at), ...wordOf(at), 27));
      const hash = rng(32);
      expect(identities.recover(hash, signHash(identity, hash))).to.deep.equal(identity.address);
    }
  });
});
