/** Brings the ledger up to the newest finalised block. */

import type { Context } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';
import { applyEvent, createLedger } from './ledger.ts';
import { scan, sweep } from './scan.ts';

/** Chunks that one tick reads at most: the first reading of a long chain must not look like a host that hangs. */
const CHUNKS = 20;

/** @throws Retryable when the chain cannot be read; what was read by then is kept */
export async function observe(context: Context): Promise<void> {
  const { chain, settings, store } = context;
  const head = await chain.finalized();
  let isCaughtUp = false;
  for (let chunk = 0; !isCaughtUp && chunk < CHUNKS; chunk += 1) {
    const { fresh, rebuild, caughtUp } = await scan(context, settings.scan, head);
    if (rebuild) context.ledger = createLedger(store.events());
    else for (const { data } of fresh) applyEvent(context.ledger, data);
    const cursor = store.cursor();
    isCaughtUp = caughtUp || context.head?.number === cursor?.number;
    context.head = cursor;
  }
  report(context, head, isCaughtUp);
  if (isCaughtUp) await sweepSometimes(context);
}

function report(context: Context, { number }: BlockRef, isCaughtUp: boolean): void {
  const { metrics, clock, problems, head, wake } = context;
  context.isCaughtUp ||= isCaughtUp;
  problems.delete('history');
  if (!isCaughtUp) {
    problems.set('history', `reads old blocks: ${head?.number ?? 0} of ${number}`);
    wake();
  }
  if (head === null) return;
  metrics.set('quorate_head_block', head.number);
  metrics.set('quorate_head_age_seconds', Math.max(0, clock.now() / 1_000 - head.timestamp));
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
