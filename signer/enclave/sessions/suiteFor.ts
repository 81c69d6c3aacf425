/** The protocol that makes and uses keys of a scheme. */

import { Refused } from '../../formats/refusal.ts';
import type { Scheme } from '../../formats/schemes.ts';
import type { Ciphersuite } from '../../protocol/ciphersuite/ciphersuite.ts';
import type { Suites } from '../../protocol/ciphersuite/suites.ts';

/** @throws Refused SCHEME_UNSUPPORTED */
export function suiteFor(suites: Suites, scheme: Scheme): Ciphersuite {
  switch (scheme) {
    case 'bip340':
    case 'ed25519':
      return suites[scheme];
    case 'ecdsa-secp256k1':
      throw new Refused('SCHEME_UNSUPPORTED', scheme);
  }
}
