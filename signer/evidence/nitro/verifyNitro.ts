/** A Nitro attestation document: signed by a leaf under AWS's root, of an enclave that is not in debug mode, and fresh. */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type Bytes, isZero, toHex0x } from '../formats/bytes.ts';
import { isoText } from '../formats/time.ts';
import { measurementOf, platformIdOf } from '../identity.ts';
import { refuse } from '../refusal.ts';
import { requireSignature } from '../signatures/signature.ts';
import type { Policy, VerifiedEvidence, Verifier } from '../verified.ts';
import { decodeCertificate } from '../x509/certificate.ts';
import { verifyChain } from '../x509/verifyChain.ts';
import { decodeEnvelope, type NitroDocument } from './document.ts';

/** Image, kernel and boot, application; and the certificate that signed the image. */
const MEASURED_PCRS = [0, 1, 2, 8] as const;

export function verifyNitro(bytes: Bytes, verifier: Verifier): VerifiedEvidence {
  const { policy, at, verifySignature } = verifier;
  const { document, signed, signature } = decodeEnvelope(bytes);
  const leaf = verifyLeaf(document, verifier);
  requireSignature(verifySignature, leaf.key, signed, signature, 'NITRO_SIGNATURE', 'the document');
  const instance = requireModule(document.moduleId, leaf.commonName);
  const measured = measuredPcrs(document);
  requireFresh(document.timestamp, at, policy);
  const seconds = Math.floor(document.timestamp / 1000);
  return {
    kind: 'nitro',
    measurement: measurementOf('nitro', ...measured),
    fields: fieldsOf(document, leaf.notAfter),
    reportData: document.userData ?? new Uint8Array(),
    platformId: platformIdOf('aws', policy.platformSalt, utf8ToBytes(instance)),
    notBefore: seconds,
    validUntil: seconds + policy.registrationSeconds,
    tcbStatus: null,
    advisories: [],
    evaluationNumber: null,
  };
}

function verifyLeaf({ certificate, cabundle }: NitroDocument, { roots, policy, at, verifySignature }: Verifier) {
  const leaf = decodeCertificate(certificate, 'the leaf');
  const bundle = cabundle.map((encoded, index) => decodeCertificate(encoded, `cabundle ${index}`));
  const trust = { roots: roots.aws, revoked: policy.revoked, at, verify: verifySignature };
  verifyChain([leaf, ...bundle.toReversed()], trust);
  if (leaf.key.kind !== 'p384') refuse('NITRO_ALGORITHM', 'the leaf has no key of P-384', { found: leaf.key.kind });
  return leaf;
}

/** The leaf's name is the module's, then region and domain. */
function requireModule(moduleId: string, commonName: string | null): string {
  const instance = /^(i-[0-9a-f]{1,32})-enc[0-9a-f]{1,32}$/.exec(moduleId)?.[1];
  if (instance === undefined || !commonName?.startsWith(`${moduleId}.`))
    refuse('NITRO_MODULE', 'module_id is not the one that the leaf names', { moduleId, leaf: commonName });
  return instance;
}

/** > PCRs of an enclave in debug mode are zero. */
function measuredPcrs({ pcrs }: NitroDocument): readonly Bytes[] {
  const measured = MEASURED_PCRS.map((index) => {
    const register = pcrs.get(index);
    if (register === undefined) refuse('NITRO_PCR_MISSING', `PCR${index} is missing`, { pcr: index });
    return register;
  });
  const zero = measured.slice(0, 3).findIndex(isZero);
  if (zero >= 0) refuse('NITRO_DEBUG', `PCR${zero} is zero: the enclave runs in debug mode`, { pcr: zero });
  return measured;
}

/** Nitro Enclaves exist since 2020: whatever lies before, or as far ahead as seconds taken for milliseconds, is no millisecond count of a document. */
const FIRST_TIMESTAMP = Date.UTC(2020, 0);
const LAST_TIMESTAMP = Date.UTC(2200, 0);

function requireFresh(timestamp: number, at: number, { documentSeconds, clockSeconds }: Policy): void {
  if (timestamp < FIRST_TIMESTAMP || timestamp > LAST_TIMESTAMP)
    refuse('NITRO_TIMESTAMP_UNIT', 'the timestamp does not count milliseconds', { timestamp });
  const age = at - Math.floor(timestamp / 1000);
  const values = { timestamp, at: isoText(at), age, most: documentSeconds };
  if (age > documentSeconds)
    refuse('NITRO_STALE', `the document is ${age} seconds old, at most ${documentSeconds}`, values);
  if (age < -clockSeconds) refuse('NITRO_FUTURE', `the document is ${-age} seconds ahead`, values);
}

function fieldsOf(document: NitroDocument, leafNotAfter: number): VerifiedEvidence['fields'] {
  const { moduleId, timestamp, pcrs, publicKey, userData, nonce } = document;
  const registers = [...pcrs].map(([index, register]) => [`pcr${index}`, toHex0x(register)]);
  const hexOrNull = (bytes: Bytes | null) => (bytes === null ? null : toHex0x(bytes));
  const rest = { publicKey: hexOrNull(publicKey), userData: hexOrNull(userData), nonce: hexOrNull(nonce) };
  return { moduleId, timestamp, ...Object.fromEntries(registers), ...rest, leafNotAfter };
}
