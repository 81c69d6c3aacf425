/** How evidence of a kind is verified here as its contract would. */

import type { Policy, Roots, VerifiedEvidence, Verifier } from '../../evidence/verified.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Askable } from '../../host/life/present/presented.ts';

/** What the chain has to say to it, and the verification. */
export type Judged = {
  readonly roots: Partial<Roots>;
  readonly policy: Policy;
  /** @throws EvidenceRefused */
  readonly verify: (verifier: Verifier) => VerifiedEvidence;
};

/** @param verifier the contract @throws Retryable */
export type Judge = (evidence: Uint8Array, verifier: Hex, ports: Askable) => Promise<Judged>;
