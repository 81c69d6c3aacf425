/** Text that Intel signs: the signature is over the bytes as they were received, and only the same bytes are read. */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Bytes } from '../formats/bytes.ts';
import { type RefusalCode, refuse } from '../refusal.ts';
import { requireSignature } from '../signatures/signature.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type RevocationList, requireNotRevoked } from '../x509/revocationList.ts';
import { type Trust, verifyChain } from '../x509/verifyChain.ts';

export type SignedText<T> = {
  readonly content: T;
  readonly text: Bytes;
  readonly signature: Bytes;
  /** Leaf first. */
  readonly chain: readonly Certificate[];
};

export const MOST_TEXT_BYTES = 1 << 17;

export function decodeSigned<T>(
  text: string,
  signature: Bytes,
  chain: readonly Certificate[],
  decode: (text: Bytes) => T,
): SignedText<T> {
  const bytes = utf8ToBytes(text);
  if (bytes.length > MOST_TEXT_BYTES)
    refuse('EVIDENCE_TOO_LARGE', `a signed text of ${bytes.length} bytes`, { most: MOST_TEXT_BYTES });
  return { content: decode(bytes), text: bytes, signature, chain };
}

const SIGNER = 'Intel SGX TCB Signing';

/** > signed by the TCB Signing certificate, which the root has issued; P-256 with SHA-256 over the JSON's bytes. */
export function verifySigned(
  { text, signature, chain }: SignedText<unknown>,
  trust: Trust,
  rootCrl: RevocationList,
  code: RefusalCode,
): void {
  if (chain.length !== 2)
    refuse('CHAIN_LENGTH', `an issuer chain of ${chain.length} certificates`, { found: chain.length, wanted: 2 });
  const signer = verifyChain(chain, trust);
  if (signer.commonName !== SIGNER || signer.key.kind !== 'p256')
    refuse('COLLATERAL_SIGNER', `signed by ${signer.commonName}`, { found: signer.commonName, wanted: SIGNER });
  requireNotRevoked(signer, rootCrl);
  requireSignature(trust.verify, signer.key, text, signature, code, 'collateral');
}
