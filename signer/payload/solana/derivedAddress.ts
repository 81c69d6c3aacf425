/** Addresses that programs derive, so that no key signs for them. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ASSOCIATED_TOKEN } from './programs.ts';

type Bytes = Uint8Array;

/** > PDA_MARKER */
const MARKER = utf8ToBytes('ProgramDerivedAddress');

export type Holding = { readonly wallet: Bytes; readonly program: Bytes; readonly mint: Bytes };

/** The token account that is `wallet`'s by derivation. */
export function associatedAccount({ wallet, program, mint }: Holding): Bytes | undefined {
  return programAddress([wallet, program, mint], ASSOCIATED_TOKEN);
}

/** > The first of the bumps from 255 down that gives no point of the curve. Undefined: none does. */
export function programAddress(seeds: readonly Bytes[], program: Bytes): Bytes | undefined {
  for (let bump = 255; bump >= 0; bump--) {
    const address = sha256(concatBytes(...seeds, Uint8Array.of(bump), program, MARKER));
    if (!isOnCurve(address)) return address;
  }
  return undefined;
}

/** As curve25519-dalek decompresses, which the runtime asks: it takes a y beyond the field, and the negative of zero. */
export function isOnCurve(bytes: Bytes): boolean {
  try {
    ed25519.Point.fromBytes(bytes, true);
    return true;
  } catch {
    return false; // what the library throws for, and all that is asked
  }
}
