/** Logs of one contract over any range, in as many questions as the provider wants. */

import type { Hex } from '../formats/hex.ts';
import * as answers from '../host/adapters/answers.ts';
import { quantity } from '../host/adapters/rpc.ts';
import { isRetryable } from '../host/errors.ts';
import type { Source } from './source.ts';

type Range = { readonly from: number; readonly to: number };
type Topics = readonly (Hex | null)[];

export async function logsOf({ rpc }: Pick<Source, 'rpc'>, address: Hex, topics: Topics, range: Range) {
  const found: ReturnType<typeof answers.logs>[number][] = [];
  let length = Math.max(1, range.to - range.from + 1);
  for (let from = range.from; from <= range.to; ) {
    const to = Math.min(range.to, from + length - 1);
    try {
      const filter = { address, topics, fromBlock: quantity(from), toBlock: quantity(to) };
      found.push(...answers.logs(await rpc('eth_getLogs', [filter]), { from, to, of: [address] }));
      from = to + 1;
    } catch (error) {
      if (!isRetryable(error, 'RANGE_TOO_LONG') || length === 1) throw error;
      length = Math.ceil(length / 2);
    }
  }
  return found.filter(({ isRemoved }) => !isRemoved);
}
