/** Project Wycheproof's signatures of P-384 (test/vectors/README.md says where they are from). */

import { readFileSync } from 'node:fs';
import type { Bytes } from '../../../signer/evidence/formats/bytes.ts';

/** Bytes in hex; `sig` is DER. */
export type WycheproofTest = {
  readonly tcId: number;
  readonly comment: string;
  readonly msg: string;
  readonly sig: string;
  readonly result: 'valid' | 'acceptable' | 'invalid';
};
/** `spki`: SubjectPublicKeyInfo in DER */
export type WycheproofGroup = { readonly spki: string; readonly tests: readonly WycheproofTest[] };

const FILE = new URL('../../vectors/wycheproof/ecdsa_secp384r1_sha384.json', import.meta.url);

export const WYCHEPROOF_P384 = (
  JSON.parse(readFileSync(FILE, 'utf8')) as { readonly groups: readonly WycheproofGroup[] }
).groups;

export function hexBytes(hex: string): Bytes {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
