/** Whether a consumer has taken the signatures of a request. */

import { encodeEventTopics, parseAbi } from 'viem';
import type { Request } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import type { History } from '../chain/readLedger.ts';
import { reading, type Source } from '../chain/source.ts';

export type Callback = {
  readonly consumer: Hex;
  readonly gas: number;
  /** Null: it was not called yet. */
  readonly delivered: boolean | null;
};

/** As contracts/requests/ISigningRequests.sol has them; a test holds both against each other. */
export const CALLBACK_ABI = parseAbi([
  'event CallbackDelivered(bytes32 indexed id, address indexed consumer)',
  'event CallbackFailed(bytes32 indexed id, address indexed consumer)',
]);

/** Null where nobody is to be called. It may fail, and be delivered later, and then never again. */
export async function callbackOf(
  source: Source,
  { events, head }: History,
  id: Hex,
  { consumer, callbackGas: gas }: Pick<Request, 'consumer' | 'callbackGas'>,
): Promise<Callback | null> {
  if (BigInt(consumer) === 0n) return null;
  const from = events.find(({ data }) => data.event === 'SignatureFulfilled' && data.id === id)?.block;
  if (from === undefined) return { consumer, gas, delivered: null };
  const address = addressOf(source.record, 'signingRequests');
  const count = async (eventName: 'CallbackDelivered' | 'CallbackFailed') => {
    const topics = encodeEventTopics({ abi: CALLBACK_ABI, eventName, args: { id } }) as Hex[];
    return (await logsOf(source, address, topics, { from, to: head.number })).length;
  };
  const [delivered, failed] = await reading(() => Promise.all([count('CallbackDelivered'), count('CallbackFailed')]));
  return { consumer, gas, delivered: delivered > 0 ? true : failed > 0 ? false : null };
}

export function callbackWords({ consumer, gas, delivered }: Callback): string {
  if (delivered === null) return `consumer ${consumer} was not called yet`;
  if (delivered) return `consumer ${consumer} has taken the signatures`;
  return `NOT DELIVERED: consumer ${consumer} has no code, reverts or runs out of its ${gas} gas; anybody may call SigningRequests.redeliver`;
}
