/** What the light client does not believe: one precise code, the field, and the two values that disagreed. */

export const REJECTION_CODES = [
  // Configuration and sealed state
  'CONFIG_MALFORMED',
  'STORE_MALFORMED',
  // Bytes
  'BYTES_TOO_MANY',
  'BYTES_TOO_FEW',
  'BYTES_KIND',
  'SSZ_SIZE',
  'SSZ_OFFSET',
  'INTEGER_TOO_LARGE',
  'JSON_MALFORMED',
  // Forks
  'FORK_UNKNOWN',
  'FORK_FORMAT',
  'FORK_FIELD',
  // Headers
  'TRUSTED_ROOT',
  'EXECUTION_BRANCH',
  'EXECUTION_PADDING',
  // Committees
  'COMMITTEE_BRANCH',
  'COMMITTEE_KEY',
  'COMMITTEE_AGGREGATE',
  'NEXT_COMMITTEE_UNKNOWN',
  'NEXT_COMMITTEE_BRANCH',
  'NEXT_COMMITTEE_NOT_FINAL',
  'NEXT_COMMITTEE_PERIOD',
  // Order
  'SIGNED_IN_FUTURE',
  'SIGNED_BEFORE_ATTESTED',
  'FINALISED_AFTER_ATTESTED',
  'PERIOD_SKIPPED',
  'PERIOD_PAST',
  // Finality
  'FINALITY_MISSING',
  'FINALITY_BRANCH',
  // Signature
  'PARTICIPATION_TOO_LOW',
  'SIGNATURE_MALFORMED',
  'SIGNATURE_INFINITY',
  'SIGNATURE_INVALID',
  // Verified, and yet of no use
  'FINALITY_CONFLICT',
  'NEXT_COMMITTEE_DIFFERS',
  'FINALITY_OLDER',
  'NOTHING_NEW',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export type Disagreement = { readonly field: string; readonly expected: string; readonly found: string };
export type Rejection = Disagreement & { readonly rejection: true; readonly code: RejectionCode };

/** Thrown inside this floor, turned into a Rejection at its border by `rejectable`; never leaves it. */
export class Rejected extends Error {
  readonly code: RejectionCode;
  readonly disagreement: Disagreement;

  constructor(code: RejectionCode, disagreement: Disagreement, options?: ErrorOptions) {
    const { field, expected, found } = disagreement;
    super(`${field}: ${found}, expected ${expected}`, options);
    this.code = code;
    this.disagreement = disagreement;
  }
}

export function reject(
  code: RejectionCode,
  field: string,
  expected: string | number,
  found: string | number,
  options?: ErrorOptions,
): never {
  throw new Rejected(code, { field, expected: `${expected}`, found: `${found}` }, options);
}

export function rejectable<T>(stage: () => T): T | Rejection {
  try {
    return stage();
  } catch (error) {
    if (error instanceof Rejected) return { rejection: true, code: error.code, ...error.disagreement };
    throw error;
  }
}

export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && (value as { rejection?: unknown }).rejection === true;
}
