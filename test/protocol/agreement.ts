/** All honest parties agree: on the key, and on signatures that everybody's verifier accepts. */
import { deepEqual, equal } from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { tweakedPublicKey } from '../../signer/protocol/frost/signingKey.ts';
import { taprootTweak } from '../../signer/protocol/frost/taproot.ts';
import { generate, sign } from './keys.ts';
import { resultOf } from './simulate.ts';
import { fast as portableSuites } from './suites.ts';

const messages = [randomBytes(32), randomBytes(32)];

describe('two of three', () => {
  it('sign with a BIP-340 key, for the key itself and for its Taproot output', () => {
    const suite = portableSuites.bip340;
    const shares = generate(suite, 2, 3);
    const { publicKey } = [...shares.values()][0]!;
    for (const tweaks of [[], [taprootTweak(publicKey.slice(1))]]) {
      const outcomes = [...sign(suite, shares, [1, 3], { messages, tweaks }).values()].map(resultOf);
      deepEqual(outcomes[0], outcomes[1]);
      const x = tweakedPublicKey(suite, publicKey, tweaks).slice(1);
      for (const [m, message] of messages.entries()) equal(schnorr.verify(outcomes[0]![m]!, message, x), true);
    }
  });

  it('sign with an Ed25519 key', () => {
    const suite = portableSuites.ed25519;
    const shares = generate(suite, 2, 3);
    const { publicKey } = [...shares.values()][0]!;
    const outcomes = [...sign(suite, shares, [2, 3], { messages, tweaks: [] }).values()].map(resultOf);
    deepEqual(outcomes[0], outcomes[1]);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
    for (const [m, message] of messages.entries()) {
      equal(ed25519.verify(outcomes[0]![m]!, message, publicKey, { zip215: false }), true);
      equal(verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), outcomes[0]![m]!), true);
    }
  });
});
