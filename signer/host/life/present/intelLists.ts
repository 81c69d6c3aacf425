/** Revocation lists of Intel's onto the chain, certificates of TCB signers, and what the chain calls them. */

import { encodeFunctionData } from 'viem';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { INTEL_CERTIFICATES_ABI } from '../../chain/abi.ts';
import { readView } from '../../chain/readView.ts';
import type { Chain } from '../../ports/chain.ts';
import type { ListOf } from '../../ports/pcs.ts';
import type { BringCollateral } from '../../posting/goals/bringCollateral.ts';
import { newerIfDue } from './due.ts';
import type { Askable } from './presented.ts';

const abi = INTEL_CERTIFICATES_ABI;
/** Of an AuthorityView. */
const NEXT_UPDATE = 5;

/** @param index of the authority whose list it is */
export async function bringList(
  of: ListOf,
  index: number,
  keeper: Hex,
  at: number,
  { chain, pcs }: Askable,
): Promise<BringCollateral | null> {
  const args = [BigInt(index)] as const;
  const { thisUpdate: issueDate, nextUpdate } = await readView(chain, keeper, abi, 'authorityAt', args);
  const found = await newerIfDue(`the revocation list of ${of}`, { issueDate, nextUpdate }, at, async () => {
    const list = await pcs.revocationList(of);
    return { issueDate: list.thisUpdate, nextUpdate: list.nextUpdate, encoded: list.encoded };
  });
  if (found === null) return null;
  const data = encodeFunctionData({ abi, functionName: 'bringCrl', args: [...args, toHex(found.encoded)] });
  const view = encodeFunctionData({ abi, functionName: 'authorityAt', args });
  return { kind: 'bring-collateral', keeper, data, there: { view, word: NEXT_UPDATE, least: found.enough } };
}

/** 0 where it is not known, or is the root. @param id SHA-256 of the certificate */
export async function authorityOf(id: Uint8Array, keeper: Hex, chain: Pick<Chain, 'call'>): Promise<number> {
  return Number(await readView(chain, keeper, abi, 'authorityOf', [toHex(id)]));
}

/** @param certificate DER @param id SHA-256 of it */
export function bringingSigner(certificate: Uint8Array, id: Uint8Array, keeper: Hex): BringCollateral {
  const data = encodeFunctionData({ abi, functionName: 'bringSigner', args: [toHex(certificate)] });
  const view = encodeFunctionData({ abi, functionName: 'authorityOf', args: [toHex(id)] });
  return { kind: 'bring-collateral', keeper, data, there: { view, word: 0, least: 1 } };
}
