/** How tests verify: vendors' roots or given ones, a time, a changed policy; and what came out, as a code or as accepted. */

import { sha256 } from '@noble/hashes/sha2.js';
import { isRefusal, type RefusalCode } from '../../../signer/evidence/refusal.ts';
import { VENDOR_ROOTS } from '../../../signer/evidence/roots.ts';
import { verifyWithNode } from '../../../signer/evidence/signatures/node.ts';
import {
  DEFAULT_POLICY,
  type Policy,
  type Roots,
  type VerifiedEvidence,
  type Verifier,
} from '../../../signer/evidence/verified.ts';
import { type Evidence, verifyEvidence } from '../../../signer/evidence/verifyEvidence.ts';
import type { Bytes } from '../../../signer/tee/issuers/der.ts';

export function verifierAt(at: number, roots: Roots = VENDOR_ROOTS, policy: Partial<Policy> = {}): Verifier {
  return { roots, at, verifySignature: verifyWithNode, policy: { ...DEFAULT_POLICY, ...policy } };
}

export function accepted(evidence: Evidence, verifier: Verifier): VerifiedEvidence {
  const outcome = verifyEvidence(evidence, verifier);
  if (isRefusal(outcome)) throw new Error(`${outcome.code}: ${outcome.detail} ${JSON.stringify(outcome.values)}`);
  return outcome;
}

export function verdict(evidence: Evidence, verifier: Verifier): RefusalCode | 'accepted' {
  const outcome = verifyEvidence(evidence, verifier);
  return isRefusal(outcome) ? outcome.code : 'accepted';
}

export function rootsOf(roots: { intel?: Bytes; aws?: Bytes; amd?: Roots['amd'] }): Roots {
  return {
    intel: roots.intel === undefined ? [] : [sha256(roots.intel)],
    aws: roots.aws === undefined ? [] : [sha256(roots.aws)],
    amd: roots.amd ?? [],
  };
}
