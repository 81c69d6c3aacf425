/** Evidence that proves nothing: one precise code, and the values that disagreed. The table in docs/attestation.md is this list. */

export const REFUSAL_CODES = [
  // What kind it is, and how large
  'EVIDENCE_UNKNOWN',
  'EVIDENCE_TOO_LARGE',
  // Encodings
  'DER_MALFORMED',
  'CBOR_MALFORMED',
  'CBOR_NOT_MINIMAL',
  'CBOR_INDEFINITE',
  'CBOR_DUPLICATE_KEY',
  'CBOR_TRAILING_BYTES',
  'PEM_MALFORMED',
  'JSON_MALFORMED',
  // Keys and signatures
  'KEY_INVALID',
  'SIGNATURE_MALFORMED',
  'SIGNATURE_OUT_OF_RANGE',
  // Certificates
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_ALGORITHM',
  'CERTIFICATE_EXTENSION',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  'CERTIFICATE_REVOKED',
  'CHAIN_LENGTH',
  'CHAIN_DUPLICATE',
  'CHAIN_ROOT',
  'CHAIN_ORDER',
  'CHAIN_KEY_ID',
  'CHAIN_NOT_CA',
  'CHAIN_LEAF_IS_CA',
  'CHAIN_KEY_USAGE',
  'CHAIN_PATH_LENGTH',
  'CHAIN_SIGNATURE',
  'CRL_MALFORMED',
  'CRL_ISSUER',
  'CRL_SIGNATURE',
  'CRL_EXPIRED',
  'CRL_NOT_YET_VALID',
  // Nitro
  'NITRO_HEADER',
  'NITRO_ALGORITHM',
  'NITRO_SIGNATURE',
  'NITRO_FIELD',
  'NITRO_DIGEST',
  'NITRO_MODULE',
  'NITRO_PCR_MISSING',
  'NITRO_PCR_INDEX',
  'NITRO_PCR_LENGTH',
  'NITRO_DEBUG',
  'NITRO_TIMESTAMP_UNIT',
  'NITRO_STALE',
  'NITRO_FUTURE',
  // Quotes
  'QUOTE_TRUNCATED',
  'QUOTE_TRAILING_BYTES',
  'QUOTE_VERSION',
  'QUOTE_TEE_TYPE',
  'QUOTE_KEY_TYPE',
  'QUOTE_BODY',
  'QUOTE_QE_VENDOR',
  'QUOTE_CERTIFICATION',
  'QUOTE_SIGNATURE',
  'QE_REPORT_SIGNATURE',
  'QE_REPORT_DATA',
  'QE_SIGNER',
  'QE_PRODUCT',
  'QE_MISCSELECT',
  'QE_ATTRIBUTES',
  'QE_SVN',
  'PCK_ISSUER',
  'PCK_EXTENSION',
  // Collateral
  'COLLATERAL_ABSENT',
  'COLLATERAL_MALFORMED',
  'COLLATERAL_SIGNER',
  'TCB_INFO_SIGNATURE',
  'TCB_INFO_MALFORMED',
  'TCB_INFO_ID',
  'TCB_INFO_EXPIRED',
  'TCB_INFO_NOT_YET_VALID',
  'TCB_INFO_ROLLBACK',
  'TCB_INFO_FMSPC',
  'TCB_INFO_PCEID',
  'TCB_LEVEL_NONE',
  'TCB_STATUS',
  'QE_IDENTITY_SIGNATURE',
  'QE_IDENTITY_MALFORMED',
  'QE_IDENTITY_ID',
  'QE_IDENTITY_EXPIRED',
  'QE_IDENTITY_NOT_YET_VALID',
  'QE_IDENTITY_ROLLBACK',
  // TDX and SGX
  'TDX_MODULE_UNKNOWN',
  'TDX_MODULE_SIGNER',
  'TDX_MODULE_ATTRIBUTES',
  'TDX_MODULE_SVN',
  'TD_DEBUG',
  'TD_ATTRIBUTES',
  'TD_MIGRATABLE',
  'TD_SEPT_VE_DISABLE',
  'TD_SERVICE_TD',
  'SGX_DEBUG',
  'SGX_ATTRIBUTES',
  // SEV-SNP
  'SNP_LENGTH',
  'SNP_VERSION',
  'SNP_MILAN',
  'SNP_PRODUCT',
  'SNP_ALGORITHM',
  'SNP_SIGNING_KEY',
  'SNP_SIGNATURE',
  'SNP_POLICY',
  'SNP_DEBUG',
  'SNP_MIGRATABLE',
  'SNP_VMPL',
  'SNP_CHIP',
  'SNP_TCB',
  'SNP_TCB_TOO_LOW',
  'VEK_ABSENT',
  'VEK_ISSUER',
  'VEK_EXTENSION',
  // What the verifier was told to expect
  'MEASUREMENT_DIFFERS',
  'REPORT_DATA_DIFFERS',
  'NONCE_DIFFERS',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** What disagreed, by name; bytes as hexadecimal digits. */
export type Values = Readonly<Record<string, string | number | boolean | null>>;

/** `Subject` is what was verified, where it all holds and only a policy says no; else null. */
export type EvidenceRefusal<Subject = unknown> = {
  readonly refusal: true;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly values: Values;
  readonly subject: Subject | null;
};

/** Thrown while evidence is read or checked; `refusable` turns it into a value, and no caller of this floor sees it. */
export class EvidenceRefused extends Error {
  override readonly name = 'EvidenceRefused';
  readonly code: RefusalCode;
  readonly values: Values;
  constructor(code: RefusalCode, detail: string, values: Values = {}, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.values = values;
  }
}

export function refuse(code: RefusalCode, detail: string, values: Values = {}, options?: ErrorOptions): never {
  throw new EvidenceRefused(code, detail, values, options);
}

export function refusable<T>(stage: () => T, subject: T | null = null): T | EvidenceRefusal<T> {
  try {
    return stage();
  } catch (error) {
    if (!(error instanceof EvidenceRefused)) throw error;
    return { refusal: true, code: error.code, detail: error.message, values: error.values, subject };
  }
}

export function isRefusal(value: unknown): value is EvidenceRefusal {
  return typeof value === 'object' && value !== null && (value as { refusal?: unknown }).refusal === true;
}
