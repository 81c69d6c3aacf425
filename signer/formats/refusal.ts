/** The enclave says no: one precise code and what disagreed. The table in docs/formats.md is this list. */

export const REFUSAL_CODES = [
  // Frames and calls
  'FRAME_TOO_LARGE',
  'FRAME_MALFORMED',
  'FRAME_QUEUE_FULL',
  'STREAM_ENDED',
  'CALL_UNKNOWN',
  'CALL_MALFORMED',
  // Configuration and proofs
  'CONFIGURATION_MALFORMED',
  'HEADER_MALFORMED',
  'RLP_TRUNCATED',
  'RLP_TRAILING_BYTES',
  'RLP_NOT_MINIMAL',
  'RLP_WRONG_KIND',
  'RLP_INTEGER_TOO_LONG',
  'RLP_LEADING_ZERO',
  'RLP_TOO_DEEP',
  'TRIE_TOO_MANY_NODES',
  'TRIE_NODE_TOO_LARGE',
  'TRIE_NODE_TOO_SHORT',
  'TRIE_NODE_MALFORMED',
  'TRIE_HEX_PREFIX',
  'TRIE_BRANCH_VALUE',
  'TRIE_BRANCH_SPARSE',
  'TRIE_EXTENSION_EMPTY',
  'TRIE_EXTENSION_CHILD',
  'TRIE_EMBEDDED_TOO_LONG',
  'TRIE_WRONG_DEPTH',
  'ACCOUNT_NOT_PROVEN',
  'ACCOUNT_ABSENT',
  'ACCOUNT_MALFORMED',
  'ACCOUNT_CODE_HASH',
  'STORAGE_STORED_ZERO',
  'PROOF_NODE_REPEATED',
  'SLOT_NOT_PROVEN',
  'WORD_MALFORMED',
  // Keys, committees and sessions
  'KEY_STATUS',
  'KEY_EPOCH',
  'KEY_ATTEMPT',
  'KEY_THRESHOLD',
  'KEY_SIZE',
  'KEY_PAUSED',
  'CEREMONY_KIND',
  'CEREMONY_STATUS',
  'NETWORK_PAUSED',
  'SCHEME_UNKNOWN',
  'COMMITTEE_BOUNDS',
  'COMMITTEE_HASH',
  'COMMITTEE_IDENTITY_REPEATED',
  'SELF_NOT_MEMBER',
  'MEMBER_ID',
  'MEMBER_STATUS',
  'MEMBER_EXPIRED',
  'MEMBER_OPERATOR',
  'MEMBER_IDENTITY',
  'MEASUREMENT_STATUS',
  'BOOT_RECORD_ABSENT',
  'BOOT_NONCE_NOT_OWN',
  'BOOT_ENCRYPTION_KEY_NOT_OWN',
  'SET_SIZE',
  'SET_PARTY',
  'SET_ORDER',
  'SET_WITHOUT_SELF',
  'SET_LEADER',
  // Requests
  'REQUEST_STATE',
  'REQUEST_DEADLINE',
  'REQUEST_TOO_LATE',
  'REQUEST_KEY',
  'REQUEST_OVERTAKEN',
  // Payloads
  'KIND_NOT_ALLOWED',
  'KIND_UNKNOWN',
  'KIND_NOT_SUPPORTED',
  'REPLACES_UNPROVEN',
  'DIGEST_COUNT',
  'DIGEST_MISMATCH',
  'EFFECT_COUNT',
  'EFFECT_MISMATCH',
  'PAYLOAD_TOO_LARGE',
  'PUBLIC_KEY_INVALID',
  'TWEAK_OUT_OF_RANGE',
  'PSBT_MALFORMED',
  'PSBT_FIELD_MISSING',
  'PSBT_FIELD_REPEATED',
  'PSBT_FIELD_UNKNOWN',
  'SIGHASH_TYPE',
  'TRANSACTION_MALFORMED',
  'TRANSACTION_VERSION',
  'TRANSACTION_COUNT',
  'SCRIPT_TOO_LONG',
  'AMOUNT_OUT_OF_RANGE',
  'INPUT_REPEATED',
  'INPUT_ALREADY_SIGNED',
  'INPUT_NOT_OWN',
  'INPUT_INTERNAL_KEY',
  'FEE_NEGATIVE',
  // Life of an enclave
  'SESSION_ENDED',
  'NOT_BOOTED',
  'ALREADY_BOOTED',
  'SEALED_INVALID',
  'HEAD_OLDER',
  'HEAD_CONFLICT',
  'BLOCK_UNKNOWN',
  'GENERATION_UNKNOWN',
  'SESSION_UNKNOWN',
  'SESSION_REPEATED',
  'SESSION_LIMIT',
  'SHARE_MISSING',
  'SHARE_DIFFERS',
  'SHARE_EXISTS',
  'SHARE_LIMIT',
  'SCHEME_UNSUPPORTED',
  'ENVELOPE_TOO_LARGE',
  'ENVELOPE_MALFORMED',
  'ENVELOPE_MISROUTED',
  'ENVELOPE_UNOPENED',
  'ENVELOPE_UNSIGNED',
  'ENVELOPE_AHEAD',
  'ENVELOPE_DUPLICATE',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Whether a refused request is refused for ever, by this image only, or for now. */
export type RefusalKind = 'final' | 'unsupported' | 'passing';

export type Refusal = { readonly refusal: true; readonly code: RefusalCode; readonly detail: string };

/** Thrown inside a stage, turned into a Refusal at its border by `refusable`; never leaves the stage. */
export class Refused extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}

export function refuse(code: RefusalCode, detail: string, options?: ErrorOptions): never {
  throw new Refused(code, detail, options);
}

export function refusable<T>(stage: () => T): T | Refusal {
  try {
    return stage();
  } catch (error) {
    if (error instanceof Refused) return { refusal: true, code: error.code, detail: error.message };
    throw error;
  }
}

/** What a stage returned, unless it is a refusal: that is thrown on, to the border of the call. */
export function orRefuse<T>(outcome: T | Refusal): T {
  if (isRefusal(outcome)) throw new Refused(outcome.code, outcome.detail);
  return outcome;
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { refusal?: unknown }).refusal === true;
}
