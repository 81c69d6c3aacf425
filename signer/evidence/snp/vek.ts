/** The certificate of the key that signs reports, VCEK or VLEK (AMD VCEK and KDS interface specification, table 8): of which chip and TCB it is. */

import { type Bytes, isEqual, toHex } from '../formats/bytes.ts';
import { decodeDer, smallInteger, TAG } from '../formats/der.ts';
import { refuse } from '../refusal.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { SnpTcb } from './tcb.ts';

export type Vek = {
  readonly kind: 'VCEK' | 'VLEK';
  /** Before the stepping: Milan, Genoa, Turin. */
  readonly product: string;
  readonly tcb: SnpTcb;
  /** Null of a VLEK, which belongs to a cloud and not to a chip. */
  readonly chip: Bytes | null;
};

const OID = {
  product: '1.3.6.1.4.1.3704.1.2',
  bootloader: '1.3.6.1.4.1.3704.1.3.1',
  tee: '1.3.6.1.4.1.3704.1.3.2',
  snp: '1.3.6.1.4.1.3704.1.3.3',
  microcode: '1.3.6.1.4.1.3704.1.3.8',
  fmc: '1.3.6.1.4.1.3704.1.3.9',
  chip: '1.3.6.1.4.1.3704.1.4',
} as const;
const KINDS = { 'SEV-VCEK': 'VCEK', 'SEV-VLEK': 'VLEK' } as const;

export function decodeVek(certificate: Certificate): Vek {
  const { commonName } = certificate;
  if (commonName !== 'SEV-VCEK' && commonName !== 'SEV-VLEK')
    refuse('VEK_EXTENSION', `${commonName} is neither VCEK nor VLEK`, { found: commonName });
  const kind = KINDS[commonName];
  const spl = (part: keyof SnpTcb) => smallInteger(decodeDer(value(certificate, OID[part]), TAG.integer, part), part);
  const hasFmc = certificate.extensions.values.has(OID.fmc);
  const rest = { bootloader: spl('bootloader'), tee: spl('tee'), snp: spl('snp'), microcode: spl('microcode') };
  const name = decodeDer(value(certificate, OID.product), TAG.ia5String, 'product name').content;
  const product = new TextDecoder().decode(name).split('-')[0] ?? '';
  return {
    kind,
    product,
    tcb: { fmc: hasFmc ? spl('fmc') : 0, ...rest },
    chip: kind === 'VCEK' ? chipOf(certificate) : null,
  };
}

/** > hwID: 64 bytes; Turin: 8. AMD has put it there both bare and as an OCTET STRING. */
function chipOf(certificate: Certificate): Bytes {
  const bytes = value(certificate, OID.chip);
  const chip = bytes.length === 66 || bytes.length === 10 ? decodeDer(bytes, TAG.octetString, 'hwID').content : bytes;
  if (chip.length !== 64 && chip.length !== 8)
    refuse('VEK_EXTENSION', `a hwID of ${chip.length} bytes`, { found: toHex(bytes) });
  return chip;
}

function value({ extensions }: Certificate, oid: string): Bytes {
  const found = extensions.values.get(oid);
  if (found === undefined) refuse('VEK_EXTENSION', 'the VEK certificate lacks an extension', { oid });
  return found;
}

/** A report has room for 64 bytes; a shorter id is followed by zeros. */
export function isOfChip(chipId: Bytes, chip: Bytes): boolean {
  const wanted = new Uint8Array(chipId.length);
  wanted.set(chip);
  return isEqual(chipId, wanted);
}
