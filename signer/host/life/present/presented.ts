/** Evidence as the chain takes it. */

import type { Hex } from '../../../formats/hex.ts';
import type { Chain } from '../../ports/chain.ts';
import type { BringCertificate } from '../../posting/goals/bringCertificate.ts';

export type Presented = {
  readonly evidence: Hex;
  /** What has to be on chain before it is worth posting, the first of it; null: all is there. */
  readonly first: BringCertificate | null;
};

/** What the chain is asked about evidence. */
export type Collateral = Pick<Chain, 'nitroCertificates' | 'isBrought'>;

/** @throws Retryable EVIDENCE_UNUSABLE, and what the chain throws */
export type Present = (evidence: Hex, chain: Collateral) => Promise<Presented>;
