/** A Nitro document in the form that the chain takes it (docs/contracts/nitro.md): certificates to bring, each under its issuer, and evidence with hints. */

import { sha384 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Bytes } from '../formats/bytes.ts';
import { refuse } from '../refusal.ts';
import { type EcdsaKey, ecdsaFromDer } from '../signatures/signature.ts';
import { type Certificate, decodeCertificate } from '../x509/certificate.ts';
import { decodeEnvelope } from './document.ts';
import { p384Hints } from './p384Hints.ts';

export type CertificateToBring = {
  readonly certificate: Bytes;
  /** Keccak-256 of what is signed: what the chain calls it. */
  readonly id: Bytes;
  readonly parent: Bytes;
  readonly hints: Bytes;
};

export function certificateId({ tbs }: Pick<Certificate, 'tbs'>): Bytes {
  return keccak_256(tbs);
}

/**
 * Those of a document below its root, issuers first. Most are known to the chain already.
 * @throws EvidenceRefused where one is malformed, or its signature does not hold
 */
export function certificatesToBring(document: Bytes): readonly CertificateToBring[] {
  const { cabundle, certificate } = decodeEnvelope(document).document;
  const chain = [...cabundle, certificate].map((encoded, index) => decodeCertificate(encoded, `certificate ${index}`));
  return chain.flatMap((one, index) => {
    const issuer = chain[index - 1];
    if (issuer === undefined) return [];
    const signature = ecdsaFromDer('p384', one.signature, `certificate ${index}`);
    const hints = p384Hints(pointOf(issuer.key), sha384(one.tbs), signature);
    if (hints === null)
      refuse('CHAIN_SIGNATURE', `certificate ${index} is not signed by the one above`, { certificate: index });
    return [{ certificate: one.encoded, id: certificateId(one), parent: certificateId(issuer), hints }];
  });
}

/**
 * What `NitroVerifier.verify` takes: two bytes of length, the document, hints for its signature.
 * @throws EvidenceRefused where the document is malformed, or its signature does not hold
 */
export function nitroEvidence(document: Bytes): Bytes {
  const { document: content, signed, signature } = decodeEnvelope(document);
  const leaf = decodeCertificate(content.certificate, 'the leaf');
  const hints = p384Hints(pointOf(leaf.key), sha384(signed), signature);
  if (hints === null) refuse('NITRO_SIGNATURE', 'the document is not signed by its leaf');
  return framed(document, hints);
}

export function framed(document: Bytes, hints: Bytes): Bytes {
  return concatBytes(Uint8Array.of(document.length >> 8, document.length & 0xff), document, hints);
}

function pointOf(key: EcdsaKey): Bytes {
  if (key.kind !== 'p384') refuse('CERTIFICATE_ALGORITHM', 'a key of another curve', { found: key.kind });
  return key.point;
}
