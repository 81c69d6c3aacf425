/** Brings the ledger up to the newest finalised block. */

import type { Context } from '../context.ts';
import { applyEvent, createLedger } from './ledger.ts';
import { scan, sweep } from './scan.ts';

/** @throws Retryable when the chain cannot be read; what was read by then is kept */
export async function observe(context: Context): Promise<void> {
  const { chain, settings, store, clock, metrics } = context;
  const head = await chain.finalized();
  for (let isCaughtUp = false; !isCaughtUp; ) {
    const { fresh, rebuild, caughtUp } = await scan(context, settings.scan, head);
    if (rebuild) context.ledger = createLedger(store.events());
    else for (const { data } of fresh) applyEvent(context.ledger, data);
    const cursor = store.cursor();
    isCaughtUp = caughtUp || context.head?.number === cursor?.number;
    context.head = cursor;
  }
  await sweepSometimes(context);
  if (context.head === null) return;
  metrics.set('quorate_head_block', context.head.number);
  metrics.set('quorate_head_age_seconds', Math.max(0, clock.now() / 1_000 - context.head.timestamp));
}

async function sweepSometimes(context: Context): Promise<void> {
  const { head, clock, settings, store } = context;
  const { sweepMillis, sweepBlocks, startBlock, chunkBlocks } = settings.scan;
  if (head === null || clock.now() - context.sweptAt < sweepMillis) return;
  context.sweptAt = clock.now();
  let found = false;
  for (let from = Math.max(startBlock, head.number - sweepBlocks); from <= head.number; from += chunkBlocks) {
    if (await sweep(context, from, Math.min(head.number, from + chunkBlocks - 1))) found = true;
  }
  if (found) context.ledger = createLedger(store.events());
}
