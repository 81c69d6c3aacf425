/** The enclave says no: one precise code and what disagreed. The table in docs/formats.md is this list. */

/**
 * Whether a refused request is refused for ever, by this image only, or for now.
 *
 * DANGER: what is final is signed and ends the request on chain. It follows from the request's own bytes, its key and nothing else:
 * nothing that a host shows, withholds or delays may lead to it, and nothing that the chain may say later can undo it.
 */
export type RefusalKind = 'final' | 'unsupported' | 'passing';

const KINDS = {
  // Frames and calls
  FRAME_TOO_LARGE: 'passing',
  FRAME_MALFORMED: 'passing',
  FRAME_QUEUE_FULL: 'passing',
  STREAM_ENDED: 'passing',
  CALL_UNKNOWN: 'passing',
  CALL_MALFORMED: 'passing',
  // Configuration and proofs
  CONFIGURATION_MALFORMED: 'passing',
  HEADER_MALFORMED: 'passing',
  RLP_TRUNCATED: 'passing',
  RLP_TRAILING_BYTES: 'passing',
  RLP_NOT_MINIMAL: 'passing',
  RLP_WRONG_KIND: 'passing',
  RLP_INTEGER_TOO_LONG: 'passing',
  RLP_LEADING_ZERO: 'passing',
  RLP_TOO_DEEP: 'passing',
  TRIE_TOO_MANY_NODES: 'passing',
  TRIE_NODE_TOO_LARGE: 'passing',
  TRIE_NODE_TOO_SHORT: 'passing',
  TRIE_NODE_MALFORMED: 'passing',
  TRIE_HEX_PREFIX: 'passing',
  TRIE_BRANCH_VALUE: 'passing',
  TRIE_BRANCH_SPARSE: 'passing',
  TRIE_EXTENSION_EMPTY: 'passing',
  TRIE_EXTENSION_CHILD: 'passing',
  TRIE_EMBEDDED_TOO_LONG: 'passing',
  TRIE_WRONG_DEPTH: 'passing',
  ACCOUNT_NOT_PROVEN: 'passing',
  ACCOUNT_ABSENT: 'passing',
  ACCOUNT_MALFORMED: 'passing',
  ACCOUNT_CODE_HASH: 'passing',
  STORAGE_STORED_ZERO: 'passing',
  PROOF_NODE_REPEATED: 'passing',
  SLOT_NOT_PROVEN: 'passing',
  WORD_MALFORMED: 'passing',
  // Keys, committees and sessions
  KEY_STATUS: 'passing',
  KEY_EPOCH: 'passing',
  KEY_ATTEMPT: 'passing',
  KEY_THRESHOLD: 'passing',
  KEY_SIZE: 'passing',
  KEY_PAUSED: 'passing',
  CEREMONY_KIND: 'passing',
  CEREMONY_STATUS: 'passing',
  NETWORK_PAUSED: 'passing',
  SCHEME_UNKNOWN: 'unsupported',
  COMMITTEE_BOUNDS: 'passing',
  COMMITTEE_HASH: 'passing',
  COMMITTEE_IDENTITY_REPEATED: 'passing',
  SELF_NOT_MEMBER: 'passing',
  MEMBER_ID: 'passing',
  MEMBER_STATUS: 'passing',
  MEMBER_EXPIRED: 'passing',
  MEMBER_OPERATOR: 'passing',
  MEMBER_IDENTITY: 'passing',
  MEASUREMENT_STATUS: 'passing',
  BOOT_RECORD_ABSENT: 'passing',
  BOOT_NONCE_NOT_OWN: 'passing',
  BOOT_ENCRYPTION_KEY_NOT_OWN: 'passing',
  SET_SIZE: 'passing',
  SET_PARTY: 'passing',
  SET_ORDER: 'passing',
  SET_WITHOUT_SELF: 'passing',
  SET_LEADER: 'passing',
  // Requests
  REQUEST_STATE: 'passing',
  REQUEST_DEADLINE: 'passing',
  REQUEST_TOO_LATE: 'passing',
  REQUEST_KEY: 'passing',
  REQUEST_OVERTAKEN: 'passing',
  REQUEST_REPEATED: 'passing',
  REQUEST_COUNT: 'passing',
  // Payloads
  KIND_NOT_ALLOWED: 'passing',
  KIND_UNKNOWN: 'unsupported',
  KIND_NOT_SUPPORTED: 'unsupported',
  KIND_NOT_SIGNED: 'final',
  REPLACES_UNPROVEN: 'unsupported',
  DIGEST_COUNT: 'final',
  DIGEST_MISMATCH: 'final',
  EFFECT_COUNT: 'final',
  EFFECT_MISMATCH: 'final',
  PAYLOAD_TOO_LARGE: 'unsupported',
  PUBLIC_KEY_INVALID: 'passing',
  TWEAK_OUT_OF_RANGE: 'final',
  PSBT_MALFORMED: 'final',
  PSBT_VERSION: 'unsupported',
  PSBT_FIELD_MISSING: 'final',
  PSBT_FIELD_REPEATED: 'final',
  PSBT_FIELD_UNKNOWN: 'unsupported',
  SIGHASH_TYPE: 'unsupported',
  TRANSACTION_MALFORMED: 'final',
  TRANSACTION_VERSION: 'unsupported',
  TRANSACTION_COUNT: 'unsupported',
  SCRIPT_TOO_LONG: 'final',
  AMOUNT_OUT_OF_RANGE: 'final',
  INPUT_REPEATED: 'final',
  INPUT_ALREADY_SIGNED: 'final',
  INPUT_PREVIOUS: 'final',
  INPUT_NOT_OWN: 'final',
  INPUT_INTERNAL_KEY: 'final',
  FEE_NEGATIVE: 'final',
  PATH_NOT_EMPTY: 'final',
  MESSAGE_MALFORMED: 'final',
  MESSAGE_VERSION: 'unsupported',
  MESSAGE_HEADER: 'final',
  MESSAGE_ACCOUNT_REPEATED: 'final',
  MESSAGE_LOOKUP_TABLE: 'unsupported',
  MESSAGE_COUNT: 'unsupported',
  MESSAGE_NOT_OWN: 'final',
  MESSAGE_OWN_ACCOUNT: 'final',
  MESSAGE_NONCE: 'final',
  MESSAGE_BUDGET: 'final',
  MESSAGE_DERIVATION: 'final',
  MESSAGE_MEMO: 'final',
  // Life of an enclave
  SESSION_ENDED: 'passing',
  NOT_BOOTED: 'passing',
  ALREADY_BOOTED: 'passing',
  SEALED_INVALID: 'passing',
  CHECKPOINT_ABSENT: 'passing',
  CHECKPOINT_KEPT: 'passing',
  CHECKPOINT_REJECTED: 'passing',
  UPDATE_STALE: 'passing',
  UPDATE_REJECTED: 'passing',
  UPDATE_CONFLICT: 'passing',
  PERIOD_MISSING: 'passing',
  ENCLAVE_FROZEN: 'passing',
  BLOCK_NOT_FINAL: 'passing',
  BLOCK_UNKNOWN: 'passing',
  BEAT_OLD: 'passing',
  BEAT_SPENT: 'passing',
  GENERATION_UNKNOWN: 'passing',
  SESSION_UNKNOWN: 'passing',
  SESSION_REPEATED: 'passing',
  SESSION_LIMIT: 'passing',
  SHARE_MISSING: 'passing',
  SHARE_DIFFERS: 'passing',
  SHARE_EXISTS: 'passing',
  SHARE_LIMIT: 'passing',
  SCHEME_UNSUPPORTED: 'unsupported',
  ENVELOPE_TOO_LARGE: 'passing',
  ENVELOPE_MALFORMED: 'passing',
  ENVELOPE_MISROUTED: 'passing',
  ENVELOPE_UNOPENED: 'passing',
  ENVELOPE_UNSIGNED: 'passing',
  ENVELOPE_UNEXPECTED: 'passing',
  ENVELOPE_AHEAD: 'passing',
  ENVELOPE_DUPLICATE: 'passing',
} as const satisfies Readonly<Record<string, RefusalKind>>;

export type RefusalCode = keyof typeof KINDS;
export const REFUSAL_CODES = Object.keys(KINDS) as readonly RefusalCode[];

export function refusalKind(code: RefusalCode): RefusalKind {
  return KINDS[code];
}

/** Thrown wherever something does not hold, caught where a call is answered. */
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
