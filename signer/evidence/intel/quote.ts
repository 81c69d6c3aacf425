/** What TDX and SGX quotes share: header, ECDSA signature data, certification (Intel SGX/TDX DCAP quoting library API, appendix A). Nothing is verified here. */

import { type Bytes, isEqual, toHex } from '../formats/bytes.ts';
import { Layout } from '../formats/layout.ts';
import { refuse } from '../refusal.ts';

export const MOST_QUOTE_BYTES = 16_384;
export const HEADER_BYTES = 48;
export const SGX_REPORT_BYTES = 384;

export const TEE_TYPE = { sgx: 0x00, tdx: 0x81 } as const;
const ECDSA_P256 = 2;
/** > 939A7233-F79C-4CA9-940A-0DB3957F0607: Intel's QE. */
const INTEL_QE = Uint8Array.of(
  0x93,
  0x9a,
  0x72,
  0x33,
  0xf7,
  0x9c,
  0x4c,
  0xa9,
  0x94,
  0x0a,
  0x0d,
  0xb3,
  0x95,
  0x7f,
  0x06,
  0x07,
);

/** The PCK certificate chain as PEM. */
const CERTIFICATION_PCK_CHAIN = 5;
/** QE report, its signature, auth data, and certification of those. */
const CERTIFICATION_QE_REPORT = 6;

export type Quote = {
  readonly version: number;
  readonly body: Bytes;
  /** Header and body: what the attestation key signs. */
  readonly signed: Bytes;
  readonly signature: Bytes;
  /** x ‖ y */
  readonly attestationKey: Bytes;
  readonly qeReport: Bytes;
  readonly qeReportSignature: Bytes;
  readonly qeAuthData: Bytes;
  /** PEM, leaf first; a NUL at its end is cut off. */
  readonly pckChain: Bytes;
};

export function quoteLayout(bytes: Bytes): Layout {
  if (bytes.length > MOST_QUOTE_BYTES)
    refuse('EVIDENCE_TOO_LARGE', `a quote of ${bytes.length} bytes`, { most: MOST_QUOTE_BYTES });
  return new Layout(bytes, 'QUOTE_TRUNCATED', 'QUOTE_TRAILING_BYTES');
}

/** @returns the version */
export function decodeHeader(layout: Layout, teeType: number, versions: readonly number[]): number {
  const version = layout.u16('version');
  if (!versions.includes(version))
    refuse('QUOTE_VERSION', `version ${version} is not one of ${versions.join(', ')}`, {
      found: version,
      wanted: versions.join(' '),
    });
  const keyType = layout.u16('attestation key type');
  if (keyType !== ECDSA_P256)
    refuse('QUOTE_KEY_TYPE', `attestation key type ${keyType}`, { found: keyType, wanted: ECDSA_P256 });
  const found = layout.u32('TEE type');
  if (found !== teeType) refuse('QUOTE_TEE_TYPE', `TEE type ${found}`, { found, wanted: teeType });
  layout.take(4, 'SVNs of QE and PCE');
  const vendor = layout.take(16, 'QE vendor');
  if (!isEqual(vendor, INTEL_QE))
    refuse('QUOTE_QE_VENDOR', 'another QE vendor', { found: toHex(vendor), wanted: toHex(INTEL_QE) });
  layout.take(20, 'user data');
  return version;
}

/** Version 3: all in a row. From 4 on, what belongs to the QE is certification data of a type of its own. */
export function decodeSignatureData(bytes: Bytes, layout: Layout, version: number, body: Bytes): Quote {
  const signed = bytes.subarray(0, layout.at);
  const data = nested(layout, 'signature data');
  layout.end('the signature data');
  const signature = data.take(64, 'signature');
  const attestationKey = data.take(64, 'attestation key');
  const qe = version === 3 ? data : certification(data, CERTIFICATION_QE_REPORT, 'QE report certification');
  const qeReport = qe.take(SGX_REPORT_BYTES, 'QE report');
  const qeReportSignature = qe.take(64, 'signature of the QE report');
  const qeAuthData = qe.take(qe.u16('size of the auth data'), 'auth data');
  const pck = certification(qe, CERTIFICATION_PCK_CHAIN, 'PCK chain').rest('PCK chain');
  qe.end('the certification data');
  if (qe !== data) data.end('the certification data');
  return {
    version,
    body,
    signed,
    signature,
    attestationKey,
    qeReport,
    qeReportSignature,
    qeAuthData,
    pckChain: withoutNul(pck),
  };
}

function certification(layout: Layout, wanted: number, what: string): Layout {
  const found = layout.u16(`type of ${what}`);
  if (found !== wanted) refuse('QUOTE_CERTIFICATION', `certification data of type ${found}`, { found, wanted });
  return nested(layout, what);
}

function nested(layout: Layout, what: string): Layout {
  const content = layout.take(layout.u32(`size of ${what}`), what);
  return new Layout(content, 'QUOTE_TRUNCATED', 'QUOTE_TRAILING_BYTES');
}

/** Some quoting enclaves end the text like a C string. */
function withoutNul(text: Bytes): Bytes {
  return text.at(-1) === 0 ? text.subarray(0, -1) : text;
}
