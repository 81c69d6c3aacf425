/** Whether a nonce of the deployer went to exactly this creation, constructor arguments included, and its code is there. */

import { getCreateAddress, type Provider, type TransactionResponse } from 'ethers';
import { isCodeOf, type Name } from './builds.ts';

/** Blocks from where the nonce was noted: what was sent later than hours afterwards was something else, or is made again. */
const SEARCHED = 2_000;

export type Creation = { readonly from: string; readonly nonce: number; readonly data: string };

export async function isCreated(
  provider: Provider,
  name: Name,
  creation: Creation,
  firstBlock: number,
): Promise<boolean> {
  if (!(await isCodeOf(name, await provider.getCode(getCreateAddress(creation))))) return false;
  const sent = await transactionOf(provider, creation, firstBlock);
  return sent !== null && sent.to === null && sent.data === creation.data;
}

/** Blocks and not a hash, for no hash is known of what was sent to a node that then died. */
export async function transactionOf(
  provider: Provider,
  { from, nonce }: Pick<Creation, 'from' | 'nonce'>,
  firstBlock: number,
): Promise<TransactionResponse | null> {
  const last = Math.min(await provider.getBlockNumber(), firstBlock + SEARCHED);
  for (let number = firstBlock; number <= last; ++number) {
    const block = await provider.getBlock(number, true);
    const sent = block?.prefetchedTransactions.find((each) => each.from === from && each.nonce === nonce);
    if (sent !== undefined) return sent;
  }
  return null;
}
