/** The signatures of a request, as the chain delivered them. */

import { decodeEventLog } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { quantity } from '../../host/adapters/rpc.ts';
import { SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { addressOf } from './deploymentRecord.ts';
import type { History } from './readLedger.ts';
import { reading, type Source } from './source.ts';

export type Delivered = { readonly signatures: readonly Hex[]; readonly transaction: Hex | null };

const NOTHING: Delivered = { signatures: [], transaction: null };

export async function signaturesOf(source: Source, history: History, id: Hex): Promise<readonly Hex[]> {
  return (await deliveredOf(source, history, id)).signatures;
}

/** No event of the ledger carries them: they are read where they were delivered. */
export async function deliveredOf({ rpc, record }: Source, { events }: History, id: Hex): Promise<Delivered> {
  const at = events.find(({ data }) => data.event === 'SignatureFulfilled' && data.id === id)?.block;
  if (at === undefined) return NOTHING;
  const address = addressOf(record, 'signingRequests');
  const filter = { address, fromBlock: quantity(at), toBlock: quantity(at), topics: [null, id] };
  return reading(async () => {
    const answer = await rpc('eth_getLogs', [filter]);
    const logs = answers.logs(answer, { from: at, to: at, of: [address] });
    for (const [index, { topics, data }] of logs.entries()) {
      const event = decodeEventLog({
        ...{ abi: SIGNING_REQUESTS_ABI, topics: topics as [Hex, ...Hex[]], data },
        strict: false,
      });
      if (event.eventName !== 'SignatureFulfilled') continue;
      const { transactionHash } = (answer as readonly { readonly transactionHash?: unknown }[])[index] ?? {};
      return { signatures: event.args.signatures ?? [], transaction: answers.hash(transactionHash) };
    }
    return NOTHING;
  });
}
