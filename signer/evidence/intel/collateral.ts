/** What Intel publishes about platforms, as verifiers keep it: eight texts in one JSON object, of which each carries its own signature. */

import { type Bytes, fromHex, utf8 } from '../formats/bytes.ts';
import { object, string } from '../formats/json.ts';
import { decodePem } from '../formats/pem.ts';
import { refuse } from '../refusal.ts';
import { type Certificate, decodeCertificate } from '../x509/certificate.ts';
import { decodeRevocationList, type RevocationList } from '../x509/revocationList.ts';
import { decodeQeIdentity, type QeIdentity } from './qeIdentity.ts';
import { decodeSigned, type SignedText } from './signedText.ts';
import { decodeTcbInfo, type TcbInfo } from './tcbInfo.ts';

export type Collateral = {
  readonly tcbInfo: SignedText<TcbInfo>;
  readonly qeIdentity: SignedText<QeIdentity>;
  readonly rootCrl: RevocationList;
  readonly pckCrl: RevocationList;
};

export const MOST_COLLATERAL_BYTES = 1 << 20;

const FIELDS = [
  'tcb_info',
  'tcb_info_signature',
  'tcb_info_issuer_chain',
  'qe_identity',
  'qe_identity_signature',
  'qe_identity_issuer_chain',
  'root_ca_crl',
  'pck_crl',
] as const;
/** Not needed: the list is checked under the CA that issued the PCK certificate, and both of those come with the quote. */
const IGNORED = ['pck_crl_issuer_chain', 'pck_certificate_chain'];

export function decodeCollateral(bytes: Bytes): Collateral {
  if (bytes.length > MOST_COLLATERAL_BYTES)
    refuse('EVIDENCE_TOO_LARGE', `collateral of ${bytes.length} bytes`, { most: MOST_COLLATERAL_BYTES });
  const fields = object(parse(utf8(bytes)), 'collateral', 'COLLATERAL_MALFORMED');
  const unknown = Object.keys(fields).find(
    (name) => !IGNORED.includes(name) && !FIELDS.some((known) => known === name),
  );
  if (unknown !== undefined) refuse('COLLATERAL_MALFORMED', `an unknown field: ${unknown}`, { field: unknown });
  const text = (name: (typeof FIELDS)[number]) => string(fields[name], name, 'COLLATERAL_MALFORMED');
  const hex = (name: (typeof FIELDS)[number]) => bytesOf(text(name), name);
  const signed = <T>(name: 'tcb_info' | 'qe_identity', decode: (text: Bytes) => T) =>
    decodeSigned(text(name), hex(`${name}_signature`), chainOf(text(`${name}_issuer_chain`), name), decode);
  return {
    tcbInfo: signed('tcb_info', decodeTcbInfo),
    qeIdentity: signed('qe_identity', decodeQeIdentity),
    rootCrl: decodeRevocationList(hex('root_ca_crl'), 'the revocation list of the root'),
    pckCrl: decodeRevocationList(hex('pck_crl'), 'the revocation list of PCK certificates'),
  };
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (cause) {
    return refuse('COLLATERAL_MALFORMED', 'collateral is not JSON', {}, { cause });
  }
}

function bytesOf(text: string, field: string): Bytes {
  const bytes = fromHex(text);
  if (bytes === null) refuse('COLLATERAL_MALFORMED', `${field} is not of hexadecimal digits`, { field });
  return bytes;
}

function chainOf(pem: string, name: string): readonly Certificate[] {
  return decodePem(pem, `issuer chain of ${name}`).map((encoded) => decodeCertificate(encoded, `issuer of ${name}`));
}
