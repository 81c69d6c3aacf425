/** An SGX quote, version 3, with the collateral that rates its platform. */

import { type Bytes, masked, toHex, toHex0x } from '../formats/bytes.ts';
import { measurementOf } from '../identity.ts';
import type { Collateral } from '../intel/collateral.ts';
import {
  decodeHeader,
  decodeSignatureData,
  type Quote,
  quoteLayout,
  SGX_REPORT_BYTES,
  TEE_TYPE,
} from '../intel/quote.ts';
import { decodeSgxReport, type SgxReport } from '../intel/sgxReport.ts';
import { converge } from '../intel/status.ts';
import { levelOf } from '../intel/tcbInfo.ts';
import { verifyQuote } from '../intel/verifyQuote.ts';
import { refuse } from '../refusal.ts';
import type { VerifiedEvidence, Verifier } from '../verified.ts';

export function decodeSgxQuote(bytes: Bytes): Quote {
  const layout = quoteLayout(bytes);
  const version = decodeHeader(layout, TEE_TYPE.sgx, [3]);
  return decodeSignatureData(bytes, layout, version, layout.take(SGX_REPORT_BYTES, 'body'));
}

export function verifySgx(quote: Quote, collateral: Collateral, verifier: Verifier): VerifiedEvidence {
  const report = decodeSgxReport(quote.body);
  const { platform, qe, ...verified } = verifyQuote(quote, 'sgx', collateral, verifier);
  requireSgxAttributes(report.attributes);
  const level = levelOf(collateral.tcbInfo.content, platform, null);
  const { status, advisories } = converge(qe, level);
  return {
    kind: 'sgx',
    measurement: sgxMeasurement(report),
    fields: { version: quote.version, fmspc: platform.fmspc, ...fieldsOf(report) },
    reportData: report.reportData,
    ...verified,
    tcbStatus: status,
    advisories,
  };
}

/** Of the first byte of the flags (Intel SDM, volume 3D, 35.7.1). */
const INIT = 1 << 0;
const DEBUG = 1 << 1;
const PROVISION_KEY = 1 << 4;
const EINITTOKEN_KEY = 1 << 5;

function requireSgxAttributes(attributes: Bytes): void {
  const [flags = 0] = attributes;
  const values = { found: toHex(attributes) };
  if (flags & DEBUG) refuse('SGX_DEBUG', 'the enclave is in debug mode', values);
  if (!(flags & INIT) || flags & (PROVISION_KEY | EINITTOKEN_KEY))
    refuse('SGX_ATTRIBUTES', 'the enclave is not initialised, or has keys of Intel enclaves', values);
}

/** Of XFRM, AVX and AVX-512 are the machine's to offer; all else is the image's. */
const MEASURED_ATTRIBUTES = Uint8Array.of(
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
  0x1b,
  255,
  255,
  255,
  255,
  255,
  255,
  255,
);

function sgxMeasurement(report: SgxReport): Bytes {
  const { mrenclave, mrsigner, isvProdId, isvSvn, configId, configSvn, miscSelect, isvExtProdId, isvFamilyId } = report;
  const numbers = Uint8Array.from([isvProdId, isvSvn, configSvn].flatMap((number) => [number >> 8, number & 0xff]));
  const attributes = masked(report.attributes, MEASURED_ATTRIBUTES);
  return measurementOf(
    'sgx',
    mrenclave,
    mrsigner,
    numbers,
    attributes,
    miscSelect,
    configId,
    isvExtProdId,
    isvFamilyId,
  );
}

function fieldsOf({ reportData: _, ...report }: SgxReport): VerifiedEvidence['fields'] {
  return Object.fromEntries(
    Object.entries(report).map(([name, value]) => [name, typeof value === 'number' ? value : toHex0x(value)]),
  );
}
