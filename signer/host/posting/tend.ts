/** What becomes of a transaction: mined, stuck, replaced by another of the same account, or taken back by a reorg. */

import type { Context } from '../context.ts';
import { describe, isRetryable } from '../errors.ts';
import type { Receipt } from '../ports/chain.ts';
import type { Posting, Sent } from '../ports/store.ts';
import { bumped, priceOf } from './fees.ts';
import { standingOf } from './settled.ts';

/** False when the posting is no longer under way. */
export async function tendSent(context: Context, posting: Posting, sent: Sent): Promise<boolean> {
  const { chain, store, clock, settings, metrics, wallet, log } = context;
  const isNonceUsed = (await chain.nonce(wallet.gasAccount)) > sent.nonce;
  const receipt = await anyReceipt(context, sent);
  if (receipt?.success) {
    store.putPosting({ ...posting, state: 'mined', minedAt: receipt.block });
    metrics.add('quorate_postings_total', { kind: posting.goal.kind, outcome: 'mined' });
    log('info', 'a transaction is mined', { posting: posting.id, block: receipt.block });
    return false;
  }
  if (receipt !== null || isNonceUsed) {
    retryLater(context, posting, receipt === null ? 'nonce-taken' : 'reverted');
    return false;
  }
  if (clock.now() - sent.sentAt >= settings.times.bump) await bump(context, posting, sent);
  return true;
}

async function anyReceipt({ chain }: Context, { hashes }: Sent): Promise<Receipt | null> {
  for (const hash of hashes) {
    const receipt = await chain.receipt(hash);
    if (receipt !== null) return receipt;
  }
  return null;
}

/** Whether it is still needed is looked up before it is sent again. */
function retryLater({ store, clock, settings, metrics, log }: Context, posting: Posting, outcome: string): void {
  log('warn', 'a transaction did not do its work', { posting: posting.id, outcome });
  metrics.add('quorate_postings_total', { kind: posting.goal.kind, outcome });
  const failures = posting.failures + 1;
  const notBefore = clock.now() + settings.times.poll;
  store.putPosting({ ...posting, state: 'wanted', failures, notBefore, sent: null, minedAt: null });
}

/** The same nonce with a higher fee; an empty transaction when the goal has been reached meanwhile. */
async function bump(context: Context, posting: Posting, sent: Sent): Promise<void> {
  const { chain, wallet, store, clock, metrics, log } = context;
  const old = { maxFeePerGas: BigInt(sent.maxFeePerGas), maxPriorityFeePerGas: BigInt(sent.maxPriorityFeePerGas) };
  const price = bumped(old, priceOf(await chain.fees()));
  const isIdle = (await standingOf(context, posting.goal)) !== 'open';
  const work = isIdle ? { to: wallet.gasAccount, data: '0x' as const } : { to: posting.to, data: posting.data };
  const { raw, hash } = await wallet.signTransaction({
    ...work,
    value: 0n,
    gas: BigInt(sent.gas),
    nonce: sent.nonce,
    ...price,
  });
  store.putPosting({
    ...posting,
    sent: {
      ...{ ...sent, raw, hashes: [...sent.hashes, hash], sentAt: clock.now() },
      maxFeePerGas: price.maxFeePerGas.toString(),
      maxPriorityFeePerGas: price.maxPriorityFeePerGas.toString(),
    },
  });
  metrics.add('quorate_fee_bumps_total');
  log('info', 'raises the fee of a transaction', { posting: posting.id, hash, nonce: sent.nonce });
  try {
    await chain.send(raw);
  } catch (error) {
    if (!isRetryable(error)) throw error;
    log('warn', 'the raised transaction was not taken', {
      posting: posting.id,
      code: error.code,
      reason: describe(error),
    });
  }
}

/** Done once its block is final; wanted again when that block is final without it. */
export async function tendMined(context: Context, posting: Posting): Promise<void> {
  const { head, store } = context;
  if (head === null || posting.sent === null || posting.minedAt === null || posting.minedAt > head.number) return;
  const receipt = await anyReceipt(context, posting.sent);
  if (receipt?.success) store.putPosting({ ...posting, state: 'done' });
  else retryLater(context, posting, 'taken-back');
}
