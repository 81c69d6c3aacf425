/**
 * One's own evidence, verified here as the contracts will once a host has brought what they lack: the same checks, under the root, the policy, the salt
 * and the revocations that they have.
 */

import { hexToBytes } from 'viem';
import { teeOf } from '../../evidence/identity.ts';
import { isRefusal, refusable } from '../../evidence/refusal.ts';
import { requireAccepted } from '../../evidence/requireAccepted.ts';
import { verifyWithNode } from '../../evidence/signatures/node.ts';
import type { Roots, VerifiedEvidence } from '../../evidence/verified.ts';
import { type Hex, toHex } from '../../formats/hex.ts';
import type { Askable } from '../../host/life/present/presented.ts';
import type { Judge, Judged } from './judge.ts';
import { judgeIntel } from './judgeIntel.ts';
import { judgeNitro } from './judgeNitro.ts';

const JUDGES: ReadonlyMap<Hex, Judge> = new Map([
  [toHex(teeOf('nitro')), judgeNitro],
  [toHex(teeOf('tdx')), judgeIntel('tdx')],
  [toHex(teeOf('sgx')), judgeIntel('sgx')],
]);

const NO_ROOTS: Roots = { intel: [], aws: [], amd: [] };

/**
 * @param evidence as the TEE gave it @param verifier the contract @param at seconds since 1970: the chain's time
 * @throws Error with the code of docs/attestation.md, and what collateral and chain throw
 */
export async function judgeEvidence(
  tee: Hex,
  evidence: Hex,
  verifier: Hex,
  at: number,
  ports: Askable,
): Promise<VerifiedEvidence> {
  const judge = JUDGES.get(tee);
  if (judge === undefined) throw new Error(`nobody here verifies evidence of TEE ${tee}`);
  const judged: Promise<Judged> = judge(hexToBytes(evidence), verifier, ports);
  const { roots, policy, verify } = await judged;
  const trust = { roots: { ...NO_ROOTS, ...roots }, policy, at, verifySignature: verifyWithNode };
  const found = refusable(() => requireAccepted(verify(trust), policy));
  if (isRefusal(found)) throw new Error(`${found.code}: ${found.detail} ${JSON.stringify(found.values)}`);
  return found;
}
