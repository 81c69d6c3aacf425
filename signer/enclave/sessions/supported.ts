/** Schemes whose keys this enclave makes and uses. How each signs is in `signWith.ts`. */

import type { Scheme } from '../../formats/schemes.ts';

export const SUPPORTED_SCHEMES = ['bip340', 'ed25519', 'ecdsa-secp256k1'] as const satisfies readonly Scheme[];

/** Whether its signers need OT set-ups with each other. */
export function signsWithOt(scheme: Scheme): scheme is 'ecdsa-secp256k1' {
  return scheme === 'ecdsa-secp256k1';
}
