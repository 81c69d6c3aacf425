/** Logs of one contract over any range, in as many questions as the provider wants. */

import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { quantity } from '../../host/adapters/rpc.ts';
import { RangeReader } from '../../host/chain/range.ts';
import type { Source } from './source.ts';

type Range = { readonly from: number; readonly to: number };
type Topics = readonly (Hex | null)[];
type Log = ReturnType<typeof answers.logs>[number];

export async function logsOf({ rpc }: Pick<Source, 'rpc'>, address: Hex, topics: Topics, range: Range) {
  const reader = new RangeReader(
    async (from, to) => {
      const filter = { address, topics, fromBlock: quantity(from), toBlock: quantity(to) };
      return { to, logs: answers.logs(await rpc('eth_getLogs', [filter]), { from, to, of: [address] }) };
    },
    Math.max(1, range.to - range.from + 1),
  );
  const found: Log[] = [];
  for (let from = range.from; from <= range.to; ) {
    const { to, logs } = await reader.read(from, range.to);
    found.push(...logs.filter(({ isRemoved }) => !isRemoved));
    from = to + 1;
  }
  return found;
}
