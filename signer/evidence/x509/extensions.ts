/** Extensions of certificates and of revocation lists: each at most once; what is critical is understood, or the certificate is refused. */

import { type Bytes, toHex } from '../formats/bytes.ts';
import { boolean, contextPrimitive, DerFields, decodeDer, oidText, smallInteger, TAG } from '../formats/der.ts';
import { refuse } from '../refusal.ts';

export type Extensions = {
  /** Null: no CA. */
  readonly ca: { readonly pathLength: number | null } | null;
  /** Bits as RFC 5280 numbers them; null where the extension is absent. */
  readonly keyUsage: ReadonlySet<number> | null;
  readonly subjectKeyId: Bytes | null;
  readonly authorityKeyId: Bytes | null;
  /** Values by object identifier, those above included. */
  readonly values: ReadonlyMap<string, Bytes>;
};

export const KEY_USAGE = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;

const OID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
} as const;
const UNDERSTOOD = new Set<string>(Object.values(OID));

export function decodeExtensions(content: Bytes, what: string): Extensions {
  const values = extensionValues(content, what);
  const read = <T>(oid: string, decode: (value: Bytes) => T): T | null => {
    const value = values.get(oid);
    return value === undefined ? null : decode(value);
  };
  return {
    ca: read(OID.basicConstraints, (value) => basicConstraints(value, what)),
    keyUsage: read(OID.keyUsage, keyUsage),
    subjectKeyId: read(OID.subjectKeyId, (value) => decodeDer(value, TAG.octetString, 'subjectKeyIdentifier').content),
    authorityKeyId: read(OID.authorityKeyId, authorityKeyId),
    values,
  };
}

/** `content` is that of the context tag: one SEQUENCE of extensions. */
export function extensionValues(content: Bytes, what: string): ReadonlyMap<string, Bytes> {
  const values = new Map<string, Bytes>();
  const list = new DerFields(decodeDer(content, TAG.sequence, 'extensions').content, `extensions of ${what}`);
  while (!list.isDone) {
    const fields = list.fields(TAG.sequence, 'extension');
    const oid = oidText(fields.next(TAG.oid, 'extnID'), 'extnID');
    const critical = fields.optional(TAG.boolean, 'critical');
    const isCritical = critical !== null && boolean(critical, 'critical');
    const value = fields.next(TAG.octetString, 'extnValue').content;
    fields.end();
    if (critical !== null && !isCritical) refuse('CERTIFICATE_EXTENSION', `${what} spells a default out`, { oid });
    if (values.has(oid)) refuse('CERTIFICATE_EXTENSION', `${what} has an extension twice`, { oid });
    if (isCritical && !UNDERSTOOD.has(oid))
      refuse('CERTIFICATE_EXTENSION', `${what} has an unknown critical extension`, { oid });
    values.set(oid, value);
  }
  return values;
}

function basicConstraints(value: Bytes, what: string): Extensions['ca'] {
  const fields = new DerFields(decodeDer(value, TAG.sequence, 'basicConstraints').content, 'basicConstraints');
  const isCa = fields.optional(TAG.boolean, 'cA');
  const length = fields.optional(TAG.integer, 'pathLenConstraint');
  fields.end();
  if (isCa === null || !boolean(isCa, 'cA')) {
    if (length !== null) refuse('CERTIFICATE_EXTENSION', `${what} has a path length and is no CA`);
    return null;
  }
  return { pathLength: length === null ? null : smallInteger(length, 'pathLenConstraint') };
}

function keyUsage(value: Bytes): ReadonlySet<number> {
  const [unused = 8, ...bytes] = decodeDer(value, TAG.bitString, 'keyUsage').content;
  const last = bytes.at(-1) ?? 0;
  const isMinimal =
    unused < 8 &&
    bytes.length > 0 &&
    bytes.length <= 2 &&
    ((last >> unused) & 1) === 1 &&
    (last & ((1 << unused) - 1)) === 0;
  if (!isMinimal) refuse('CERTIFICATE_EXTENSION', 'keyUsage is not minimal', { found: toHex(value) });
  const bits = bytes.flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte >> (7 - bit)) & 1).map((bit) => 8 * at + bit),
  );
  return new Set(bits);
}

/** The key's id alone: an issuer's name and serial number, which no vendor here states, are refused as left over. */
function authorityKeyId(value: Bytes): Bytes | null {
  const fields = new DerFields(
    decodeDer(value, TAG.sequence, 'authorityKeyIdentifier').content,
    'authorityKeyIdentifier',
  );
  const id = fields.optional(contextPrimitive(0), 'keyIdentifier');
  fields.end();
  return id?.content ?? new Uint8Array();
}
