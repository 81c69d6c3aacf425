/** The newest finalised block, for those who cannot do with an older one. */

import type { Context } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';
import { sleep } from '../ports/clock.ts';

/** Times that a provider which lags is asked again within the time of an invitation. */
const PATIENCE = 10;

/** Waits a while for block `wanted` to become final; returns an older block if it does not. */
export async function headFrom({ chain, clock, settings, shown }: Context, wanted: number): Promise<BlockRef> {
  const least = Math.max(wanted, shown);
  let head = await chain.finalized();
  for (let tries = 0; head.number < least && tries < PATIENCE; tries += 1) {
    await sleep(clock, settings.times.invite / PATIENCE);
    head = await chain.finalized();
  }
  return head;
}
