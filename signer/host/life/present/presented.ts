/** Evidence as the chain takes it. */

import { isRefusal, refusable } from '../../../evidence/refusal.ts';
import type { Hex } from '../../../formats/hex.ts';
import { Retryable } from '../../errors.ts';
import type { Chain } from '../../ports/chain.ts';
import type { Pcs } from '../../ports/pcs.ts';
import type { BringCollateral } from '../../posting/goals/bringCollateral.ts';

export type Presented = {
  readonly evidence: Hex;
  /** What has to be on chain before it is worth posting, the first of it; null: all is there. */
  readonly first: BringCollateral | null;
};

/** Who is asked about evidence. */
export type Askable = {
  readonly chain: Pick<Chain, 'verifierOf' | 'call'>;
  readonly pcs: Pcs;
};

/**
 * @param at seconds since 1970, of a block of late
 * @throws Retryable EVIDENCE_UNUSABLE, COLLATERAL_UNAVAILABLE, and what the chain throws
 */
export type Present = (evidence: Hex, at: number, ports: Askable) => Promise<Presented>;

/** The TEE may be broken, or this host too old for its evidence: no reason to end. */
export function usable<T>(read: () => T): T {
  const found = refusable(read);
  if (!isRefusal(found)) return found;
  throw new Retryable('EVIDENCE_UNUSABLE', `the enclave's evidence: ${found.code}: ${found.detail}`);
}
