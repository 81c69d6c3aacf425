/** Evidence in the form in which the chain verifies it, and what has to be there before: a kind of TEE is a row. */

import { teeOf } from '../../../evidence/identity.ts';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { presentIntel } from './intel.ts';
import { presentNitro } from './nitro.ts';
import type { Askable, Present, Presented } from './presented.ts';

const KINDS: ReadonlyMap<Hex, Present> = new Map([
  [toHex(teeOf('nitro')), presentNitro],
  [toHex(teeOf('tdx')), presentIntel('tdx')],
  [toHex(teeOf('sgx')), presentIntel('sgx')],
]);

const asItIs: Present = async (evidence) => ({ evidence, first: null });

/**
 * @param tee as the enclave names it @param at seconds since 1970, of a block of late
 * @throws Retryable EVIDENCE_UNUSABLE, COLLATERAL_UNAVAILABLE, and what the chain throws
 */
export function presentEvidence(tee: Hex, evidence: Hex, at: number, ports: Askable): Promise<Presented> {
  return (KINDS.get(tee) ?? asItIs)(evidence, at, ports);
}
