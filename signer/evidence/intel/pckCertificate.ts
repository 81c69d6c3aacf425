/** What a PCK certificate says of its platform (Intel SGX PCK Certificate and CRL specification, 1.3.5): extension 1.2.840.113741.1.13.1. */

import { type Bytes, toHex } from '../formats/bytes.ts';
import { type Der, DerFields, decodeDer, oidText, smallInteger, TAG } from '../formats/der.ts';
import { refuse } from '../refusal.ts';
import type { Certificate } from '../x509/certificate.ts';

export type PckPlatform = {
  /** Hexadecimal digits, lower case. */
  readonly fmspc: string;
  readonly pceId: string;
  /** Which machine, pseudonymously: 16 bytes. */
  readonly ppid: Bytes;
  /** SVNs of components 1 to 16. */
  readonly components: readonly number[];
  readonly pceSvn: number;
};

const OID = '1.2.840.113741.1.13.1';
const COMPONENTS = 16;

export function decodePckPlatform({ extensions, commonName }: Certificate): PckPlatform {
  const value = extensions.values.get(OID);
  if (value === undefined) refuse('PCK_EXTENSION', `${commonName} says nothing about its platform`, { oid: OID });
  const fields = namedValues(decodeDer(value, TAG.sequence, 'PCK extension'), OID);
  const tcb = namedValues(take(fields, 2, TAG.sequence), `${OID}.2`);
  const components = Array.from({ length: COMPONENTS }, (_, at) => svn(take(tcb, at + 1, TAG.integer), 0xff));
  const pceSvn = svn(take(tcb, COMPONENTS + 1, TAG.integer), 0xffff);
  sized(take(tcb, COMPONENTS + 2, TAG.octetString), 16);
  if (tcb.size !== COMPONENTS + 2)
    refuse('PCK_EXTENSION', `${tcb.size} TCB values`, { found: tcb.size, wanted: COMPONENTS + 2 });
  return {
    ppid: sized(take(fields, 1, TAG.octetString), 16),
    pceId: toHex(sized(take(fields, 3, TAG.octetString), 2)),
    fmspc: toHex(sized(take(fields, 4, TAG.octetString), 6)),
    components,
    pceSvn,
  };
}

/** SEQUENCE OF SEQUENCE { oid, value }, each oid the prefix and one number, each number once. */
function namedValues(list: Der, prefix: string): ReadonlyMap<number, Der> {
  const values = new Map<number, Der>();
  for (const items = new DerFields(list.content, 'PCK extension'); !items.isDone; ) {
    const item = items.fields(TAG.sequence, 'a PCK value');
    const oid = oidText(item.next(TAG.oid, 'oid'), 'oid');
    const value = item.any('value');
    item.end();
    const number = Number(oid.slice(prefix.length + 1));
    if (!oid.startsWith(`${prefix}.`) || !Number.isInteger(number) || values.has(number))
      refuse('PCK_EXTENSION', 'a value of the PCK extension is foreign, or stands twice', { oid });
    values.set(number, value);
  }
  return values;
}

function take(values: ReadonlyMap<number, Der>, number: number, tag: number): Der {
  const value = values.get(number);
  if (value?.tag !== tag)
    refuse('PCK_EXTENSION', `value ${number} of the PCK extension is missing, or of another type`, { number });
  return value;
}

function sized({ content }: Der, length: number): Bytes {
  if (content.length !== length)
    refuse('PCK_EXTENSION', `a value has ${content.length} bytes, not ${length}`, { found: toHex(content) });
  return content;
}

function svn(der: Der, most: number): number {
  const value = smallInteger(der, 'SVN');
  if (value > most) refuse('PCK_EXTENSION', `an SVN of ${value}`, { found: value, most });
  return value;
}
