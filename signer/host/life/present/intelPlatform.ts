/** What a quote says of its platform, read and not verified: enough to know which collateral it needs. */

import { utf8 } from '../../../evidence/formats/bytes.ts';
import { decodePem } from '../../../evidence/formats/pem.ts';
import { decodePckPlatform } from '../../../evidence/intel/pckCertificate.ts';
import { refuse } from '../../../evidence/refusal.ts';
import { decodeSgxQuote } from '../../../evidence/sgx/verifySgx.ts';
import { decodeTdxQuote } from '../../../evidence/tdx/verifyTdx.ts';
import { type Certificate, decodeCertificate } from '../../../evidence/x509/certificate.ts';
import type { IntelTee, ListOf } from '../../ports/pcs.ts';

export type QuotedPlatform = {
  /** PEM, as the chain takes it. */
  readonly chain: Uint8Array;
  readonly pck: Certificate;
  readonly ca: Certificate;
  /** Whose list names revoked PCK certificates of this one's CA. */
  readonly listOf: Exclude<ListOf, 'root'>;
  /** 12 hexadecimal digits. */
  readonly fmspc: string;
};

const LISTS = { 'Intel SGX PCK Platform CA': 'platform', 'Intel SGX PCK Processor CA': 'processor' } as const;

/** @throws EvidenceRefused */
export function quotedPlatform(kind: IntelTee, quote: Uint8Array): QuotedPlatform {
  const { pckChain: chain } = kind === 'tdx' ? decodeTdxQuote(quote) : decodeSgxQuote(quote);
  const [pck, ca, ...rest] = decodePem(utf8(chain) ?? '\0', 'the PCK chain').map((one) =>
    decodeCertificate(one, 'a certificate of the PCK chain'),
  );
  if (pck === undefined || ca === undefined || rest.length !== 1)
    refuse('CHAIN_LENGTH', 'not a PCK certificate, its CA and the root', { wanted: 3 });
  return { chain, pck, ca, listOf: listOf(ca), fmspc: decodePckPlatform(pck).fmspc };
}

function listOf({ commonName }: Certificate): QuotedPlatform['listOf'] {
  const known = Object.entries(LISTS).find(([name]) => name === commonName);
  if (known === undefined) refuse('PCK_ISSUER', `issued by ${commonName}`, { found: commonName });
  return known[1];
}
