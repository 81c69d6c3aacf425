/** Signatures in plain JavaScript: what a bundle without node:crypto uses, and the second opinion of the tests. Public values only. */

import { p256, p384 } from '@noble/curves/nist.js';
import { verifyRsaPss } from './rsaPss.ts';
import type { VerifySignature } from './signature.ts';

export const verifyWithNoble: VerifySignature = (key, message, signature) => {
  switch (key.kind) {
    case 'p256':
      return p256.verify(signature, message, key.point, { lowS: false });
    case 'p384':
      return p384.verify(signature, message, key.point, { lowS: false });
    case 'rsa':
      return verifyRsaPss(key, message, signature);
  }
};
