/** The document inside a Nitro attestation, and its COSE envelope (AWS Nitro Enclaves, "Verifying the root of trust"; RFC 9052). Nothing is verified here. */

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Bytes, isEqual, toHex } from '../formats/bytes.ts';
import { type Cbor, decodeCbor } from '../formats/cbor.ts';
import { refuse } from '../refusal.ts';

export type NitroDocument = {
  readonly moduleId: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly pcrs: ReadonlyMap<number, Bytes>;
  readonly certificate: Bytes;
  /** Root first. */
  readonly cabundle: readonly Bytes[];
  readonly publicKey: Bytes | null;
  readonly userData: Bytes | null;
  readonly nonce: Bytes | null;
};
export type NitroEnvelope = { readonly document: NitroDocument; readonly signed: Bytes; readonly signature: Bytes };

/** > The attestation document is at most 16 kB. */
export const MOST_DOCUMENT_BYTES = 16_384;
const MOST_BUNDLE = 8;
const MOST_FIELD_BYTES = 1_024;
const PCR_BYTES = 48;
const MOST_PCR = 31;

const TAG_18 = 0xd2;
/** {1: -35}: ES384, and nothing else. */
const PROTECTED = Uint8Array.of(0xa1, 0x01, 0x38, 0x22);

export function decodeEnvelope(bytes: Bytes): NitroEnvelope {
  if (bytes.length > MOST_DOCUMENT_BYTES)
    refuse('EVIDENCE_TOO_LARGE', `a document of ${bytes.length} bytes`, { most: MOST_DOCUMENT_BYTES });
  const envelope = decodeCbor(bytes[0] === TAG_18 ? bytes.subarray(1) : bytes);
  if (envelope.kind !== 'array' || envelope.items.length !== 4) refuse('NITRO_HEADER', 'no COSE_Sign1 of four parts');
  const [header, unprotected, payload, signature] = envelope.items;
  const signedHeader = bytesOf(header, 'protected header');
  if (!isEqual(signedHeader, PROTECTED))
    refuse('NITRO_ALGORITHM', 'the protected header does not say ES384 and nothing else', {
      found: toHex(signedHeader),
      wanted: toHex(PROTECTED),
    });
  if (unprotected?.kind !== 'map' || unprotected.entries.length > 0)
    refuse('NITRO_HEADER', 'the unprotected header says something, and nobody signed it');
  const content = bytesOf(payload, 'payload');
  return {
    document: decodeDocument(content),
    signed: signatureStructure(content),
    signature: bytesOf(signature, 'signature'),
  };
}

/** > Sig_structure = ["Signature1", body_protected, external_aad, payload] */
function signatureStructure(payload: Bytes): Bytes {
  const context = utf8ToBytes('Signature1');
  const head = Uint8Array.of(0x84, 0x60 + context.length, ...context, 0x40 + PROTECTED.length, ...PROTECTED, 0x40);
  return concatBytes(head, stringHead(payload.length), payload);
}

function stringHead(length: number): Bytes {
  if (length < 24) return Uint8Array.of(0x40 + length);
  return length < 256 ? Uint8Array.of(0x58, length) : Uint8Array.of(0x59, length >> 8, length & 0xff);
}

const FIELDS = [
  'module_id',
  'digest',
  'timestamp',
  'pcrs',
  'certificate',
  'cabundle',
  'public_key',
  'user_data',
  'nonce',
];

function decodeDocument(payload: Bytes): NitroDocument {
  const item = decodeCbor(payload);
  if (item.kind !== 'map') refuse('NITRO_FIELD', 'the payload is no map');
  const fields = new Map(item.entries.map(([key, value]) => [key.kind === 'text' ? key.value : '', value]));
  for (const name of fields.keys())
    if (!FIELDS.includes(name)) refuse('NITRO_FIELD', `an unknown field: ${name}`, { field: name });
  const digest = textOf(fields.get('digest'), 'digest');
  if (digest !== 'SHA384') refuse('NITRO_DIGEST', `digest is ${digest}`, { found: digest, wanted: 'SHA384' });
  return {
    moduleId: textOf(fields.get('module_id'), 'module_id'),
    timestamp: integerOf(fields.get('timestamp'), 'timestamp'),
    pcrs: pcrsOf(fields.get('pcrs')),
    certificate: bytesOf(fields.get('certificate'), 'certificate'),
    cabundle: bundleOf(fields.get('cabundle')),
    publicKey: optionalBytes(fields.get('public_key'), 'public_key'),
    userData: optionalBytes(fields.get('user_data'), 'user_data'),
    nonce: optionalBytes(fields.get('nonce'), 'nonce'),
  };
}

function pcrsOf(item: Cbor | undefined): ReadonlyMap<number, Bytes> {
  if (item?.kind !== 'map') refuse('NITRO_FIELD', 'pcrs is no map', { field: 'pcrs' });
  const pcrs = new Map<number, Bytes>();
  for (const [key, value] of item.entries) {
    if (key.kind !== 'integer' || key.value < 0 || key.value > MOST_PCR)
      refuse('NITRO_PCR_INDEX', `a PCR has no number from 0 to ${MOST_PCR}`, {
        found: key.kind === 'integer' ? key.value : key.kind,
      });
    const register = bytesOf(value, `pcr ${key.value}`);
    if (register.length !== PCR_BYTES)
      refuse('NITRO_PCR_LENGTH', `PCR${key.value} has ${register.length} bytes`, {
        pcr: key.value,
        found: register.length,
        wanted: PCR_BYTES,
      });
    pcrs.set(key.value, register);
  }
  return pcrs;
}

function bundleOf(item: Cbor | undefined): readonly Bytes[] {
  if (item?.kind !== 'array' || item.items.length === 0 || item.items.length > MOST_BUNDLE)
    refuse('NITRO_FIELD', `cabundle is no list of 1 to ${MOST_BUNDLE}`, { field: 'cabundle' });
  return item.items.map((certificate) => bytesOf(certificate, 'cabundle'));
}

function bytesOf(item: Cbor | undefined, field: string): Bytes {
  if (item?.kind !== 'bytes') refuse('NITRO_FIELD', `${field} is no byte string`, { field, found: item?.kind ?? null });
  return item.value;
}

/** Absent and null are the same. */
function optionalBytes(item: Cbor | undefined, field: string): Bytes | null {
  if (item === undefined || item.kind === 'null') return null;
  const bytes = bytesOf(item, field);
  if (bytes.length > MOST_FIELD_BYTES)
    refuse('NITRO_FIELD', `${field} has ${bytes.length} bytes`, { field, most: MOST_FIELD_BYTES });
  return bytes;
}

function textOf(item: Cbor | undefined, field: string): string {
  if (item?.kind !== 'text') refuse('NITRO_FIELD', `${field} is no text`, { field, found: item?.kind ?? null });
  return item.value;
}

function integerOf(item: Cbor | undefined, field: string): number {
  if (item?.kind !== 'integer' || item.value < 0) refuse('NITRO_FIELD', `${field} is no unsigned integer`, { field });
  return item.value;
}
