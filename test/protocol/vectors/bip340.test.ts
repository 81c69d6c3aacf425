/** BIP-340's own vectors: the verifier that decides whether a signature is released. */
import { equal } from 'node:assert/strict';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { fast, portable } from '../suites.ts';
import { bytes, describeVectors } from './shared.ts';

for (const [engine, { bip340 }] of Object.entries({ fast, portable })) {
  describeVectors(`BIP-340, ${engine} engine`, 'bip340/test-vectors.csv', (text) => {
    for (const line of text.trim().split('\n').slice(1)) {
      const [index, , publicKey, , message, signature, result, comment] = line.split(',') as string[];
      it(`${index}: ${result === 'TRUE' ? 'accepts' : 'refuses'} ${comment || 'the signature'}`, () => {
        equal(verifies(bip340, publicKey!, message!, signature!), result === 'TRUE');
      });
    }
  });
}

function verifies(suite: Ciphersuite, x: string, message: string, signature: string): boolean {
  try {
    const publicKey = suite.group.decodeElement(concatBytes(Uint8Array.of(2), bytes(x)));
    return suite.isSignature(publicKey, bytes(message), bytes(signature));
  } catch {
    return false;
  }
}
