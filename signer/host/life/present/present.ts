/** Evidence in the form in which the chain verifies it, and what has to be there before: a kind of TEE is a row. */

import { teeOf } from '../../../evidence/identity.ts';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { presentNitro } from './nitro.ts';
import type { Collateral, Present, Presented } from './presented.ts';

const KINDS: ReadonlyMap<Hex, Present> = new Map([[toHex(teeOf('nitro')), presentNitro]]);

const asItIs: Present = async (evidence) => ({ evidence, first: null });

/** @param tee as the enclave names it @throws Retryable EVIDENCE_UNUSABLE, and what the chain throws */
export function presentEvidence(tee: Hex, evidence: Hex, chain: Collateral): Promise<Presented> {
  return (KINDS.get(tee) ?? asItIs)(evidence, chain);
}
