/** Sends what is due, the most urgent first, as long as a gas account may take one more. */

import { isRetryable } from '../errors.ts';
import type { Problems } from '../problems.ts';
import { redact } from '../redact.ts';
import type { Price } from './fees.ts';
import type { Gather } from './gather.ts';
import type { Lane } from './lane.ts';
import type { Load } from './load.ts';
import type { Outcomes } from './outcomes.ts';
import type { Pricing } from './pricing.ts';
import type { Delivery, Send } from './send.ts';

type Parts = {
  readonly outcomes: Outcomes;
  readonly gather: Gather;
  readonly pricing: Pricing;
  readonly send: Send;
};

export function createSendDue(
  { outcomes, gather, pricing, send }: Parts,
  problems: Problems,
  lanes: readonly Lane[],
): () => Promise<void> {
  let slot = 0;
  /** What would revert is not sent: those that belong together are tried in halves, a single one by how it stands. */
  const gasFor = async (lane: Lane, load: Load): Promise<bigint | null> => {
    try {
      return await send.gasFor(lane, load);
    } catch (error) {
      if (!isRetryable(error, 'TRANSACTION_REVERTS')) throw error;
      await outcomes.reverts(load.goals, redact(error.message)); // its cause says the same, at length
      return null;
    }
  };
  const heed = (lane: Lane, { goals }: Load, delivery: Delivery, cost: bigint): 'next' | 'stop' => {
    if (delivery === 'refused') outcomes.failed(goals, 'refused');
    if (delivery === 'empty') {
      lane.lacks = cost;
      problems.set('gas', `the gas account ${lane.account} cannot pay: send it some of the chain's currency`);
      outcomes.unsent(goals);
    }
    return delivery === 'later' || delivery === 'underpriced' ? 'stop' : 'next';
  };
  const post = async (lane: Lane, load: Load): Promise<'next' | 'stop'> => {
    const gas = await gasFor(lane, load);
    if (gas === null) return 'next';
    const price: Price | 'waits' | 'dear' = await pricing.first(gas, lane.counted(lane.next));
    if (price === 'waits') return 'stop';
    if (price === 'dear') outcomes.failed(load.goals, 'too-dear');
    if (price === 'dear') return 'next';
    const delivery = await send.first(lane, load, gas, price); // when it fails nothing was written down, and all is as before
    slot += 1;
    outcomes.sent(load.goals);
    return heed(lane, load, delivery, gas * price.maxFeePerGas);
  };
  return async () => {
    for (;;) {
      const lane = lanes.find(({ maySend }) => maySend);
      const load = lane === undefined ? null : await gather(slot);
      if (lane === undefined || load === null || (await post(lane, load)) === 'stop') return;
    }
  };
}
