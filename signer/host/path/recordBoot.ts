/** This life of the enclave onto the chain, in place of its earlier ones: from then on only it may sign, as long as beats follow. */

import { hexToBytes } from 'viem';
import { slotsForBootRecord } from '../../proof/slots.ts';
import type { Life, Self } from '../life/life.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { RecordBoot } from '../posting/goals/recordBoot.ts';
import type { Poster } from '../posting/poster.ts';

/** @returns what is wanted now: the record after the one that `block` proves */
export async function recordBoot(
  { operator }: Pick<Wallet, 'operator'>,
  life: Pick<Life, 'ask' | 'prove'>,
  poster: Pick<Poster, 'want'>,
  { id }: Pick<Self, 'id'>,
  block: BlockRef,
): Promise<RecordBoot> {
  await life.prove(block, slotsForBootRecord(hexToBytes(id)));
  const boot = await life.ask('recordBoot', { operator, block: block.hash });
  const { nonce, encryptionKey, counter, identitySignature: signature } = boot;
  const goal = { kind: 'record-boot', enclave: id, nonce, encryptionKey, counter, signature } as const;
  poster.want(goal, 0);
  return goal;
}
