/** The protocol that makes and uses keys of a scheme. */

import { refuse } from '../../formats/refusal.ts';
import type { Scheme } from '../../formats/schemes.ts';
import type { Ciphersuite, SuiteName } from '../../protocol/ciphersuite/ciphersuite.ts';
import type { Suites } from '../../protocol/ciphersuite/suites.ts';

/** A suite bears the name of its scheme. */
export const SUPPORTED_SCHEMES = ['bip340', 'ed25519'] as const satisfies readonly (Scheme & SuiteName)[];

/** @throws Refused SCHEME_UNSUPPORTED */
export function suiteFor(suites: Suites, scheme: Scheme): Ciphersuite {
  const supported = SUPPORTED_SCHEMES.find((name) => name === scheme);
  return supported === undefined ? refuse('SCHEME_UNSUPPORTED', scheme) : suites[supported];
}
