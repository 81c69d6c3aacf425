/** Why a link does not hold: a code of this floor, or of the floor below that found it, and what disagreed. */

import type { Rejection } from '../finality/rejection.ts';
import { Refused } from '../formats/refusal.ts';

export const BROKEN_CODES = [
  // bundle
  'BUNDLE_MALFORMED',
  'BUNDLE_REPEATED',
  // what the auditor gave
  'CONFIGURATION_OTHER',
  'CONFIGURATION_UNNAMED',
  'CHAIN_OTHER',
  'CONTRACT_OTHER',
  'CONTRACT_CODE',
  'CONTRACT_UNRECORDED',
  // finality
  'PERIOD_KIND',
  'FINALITY_KIND',
  'HEADER_OTHER',
  // request, key, members
  'REQUEST_ID',
  'REQUEST_NOT_FULFILLED',
  'KEY_NOT_ACTIVE',
  'KEY_SCHEME',
  'COMMITTEE_OTHER',
  'REGISTRATION_ABSENT',
  'REGISTRATION_OTHER',
  'MEASUREMENT_OTHER',
  'MEASUREMENT_UNVOTED',
  'MEASUREMENT_CONTRACTS',
  'MEASUREMENT_CONFIGURATION',
  // authorisation
  'ROW_EPOCH',
  'ROW_KIND',
  'ROW_MODULE',
  'VOTE_MISSING',
  'PROPOSAL_MISSING',
  'OPERATION_REQUESTER',
  'OPERATION_FORM',
  'OPERATION_NOT_DONE',
  'OPERATION_OTHER',
  'MANDATE_FEES',
  'MANDATE_VOTED',
  'PROPOSAL_SALT',
  'PROPOSAL_UNKNOWN',
  'PROPOSAL_NOT_EXECUTED',
  'PROPOSAL_TIMELOCK',
  'CHECKPOINT_INDEX',
  'VOTES_AGAINST',
  'QUORUM_MISSED',
  // signatures
  'SIGNATURE_COUNT',
  'SIGNATURE_WRONG',
  // remainder
  'NODE_UNNEEDED',
] as const;
export type BrokenCode = (typeof BROKEN_CODES)[number];

/** Thrown inside this floor, a finding at its border (`verifyBundle`). */
export class Broken extends Error {
  readonly code: BrokenCode;

  constructor(code: BrokenCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

export function broken(code: BrokenCode, detail: string): never {
  throw new Broken(code, detail);
}

/** A rejection of the light client, with its own code. */
export class Rejected extends Error {
  readonly code: string;

  constructor({ code, field, expected, found }: Rejection) {
    super(`${field}: ${found}, expected ${expected}`);
    this.code = code;
  }
}

/** Null for what is a bug. */
export function reasonOf(error: unknown): string | null {
  if (error instanceof Broken || error instanceof Rejected || error instanceof Refused)
    return `${error.code}: ${error.message}`;
  return null;
}
