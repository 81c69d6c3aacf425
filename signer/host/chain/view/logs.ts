/** Logs of the contracts: where to ask for them, and one of them as the event that the host knows. */

import { AbiEventSignatureNotFoundError, decodeEventLog } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { Retryable } from '../../errors.ts';
import type { ChainEvent } from '../../ports/chain.ts';
import type { Located } from '../deployment.ts';
import { sourcesOf } from './contracts.ts';

export type RawLog = { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex };
type Reader = { readonly read: (args: unknown) => object | null };

/** Addresses whose logs a host reads. */
export function addressesOf(deployment: Located): readonly Hex[] {
  return sourcesOf(deployment).map(({ address }) => address);
}

/** Null for a log that is none of the host's: a newer contract may emit more than this host knows. */
export function decodeLog(deployment: Located, log: RawLog): ChainEvent | null {
  const address = log.address.toLowerCase();
  const source = sourcesOf(deployment).find((one) => one.address === address);
  const found = source && decode(source.abi, log);
  if (source === undefined || found == null) return null;
  const reader = (source.events as Readonly<Record<string, Reader | undefined>>)[found.eventName];
  const fields = reader?.read(found.args) ?? null;
  return fields && ({ event: found.eventName, ...fields } as ChainEvent);
}

function decode(abi: Parameters<typeof decodeEventLog>[0]['abi'], { topics, data }: RawLog) {
  if (topics.length === 0) return null;
  try {
    const { eventName, args } = decodeEventLog({ abi, topics: topics as [Hex, ...Hex[]], data });
    return { eventName: eventName ?? '', args: args as unknown };
  } catch (cause) {
    if (cause instanceof AbiEventSignatureNotFoundError) return null;
    throw new Retryable('RPC_REFUSED', 'a log does not have the form that its topic promises', { cause });
  }
}
