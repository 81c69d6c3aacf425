/** What the finalised chain says, read by an RPC of the configuration, without a running host. */

import { readConfig, readDeployment } from '../host/adapters/assemble.ts';
import { openChain as connectChain } from '../host/adapters/openChain.ts';
import { systemClock } from '../host/adapters/systemClock.ts';
import { createLedger, type Ledger } from '../host/chain/ledger.ts';
import { describe, Fatal, isRetryable } from '../host/errors.ts';
import type { Chain, LocatedEvent } from '../host/ports/chain.ts';

export function openChain(file: string): { readonly chain: Chain; readonly startBlock: number } {
  const config = readConfig(file);
  const deployment = readDeployment(config);
  const silent = { log: () => {}, metrics: { add: () => {} }, problems: { set: () => {}, clear: () => {} } };
  const chain = connectChain(config.chain.rpc, deployment, { clock: systemClock, ...silent });
  return { chain, startBlock: config.chain.startBlock };
}

export async function readLedger(file: string): Promise<Ledger> {
  const { chain, startBlock } = openChain(file);
  try {
    const { number } = await chain.finalized();
    return createLedger(await readRange(chain, startBlock, number));
  } catch (cause) {
    const advice = 'Check chain.rpc with `quorate doctor`; reading old events needs a node that keeps them.';
    throw isRetryable(cause)
      ? new Fatal('CONFIG_INVALID', `cannot read the chain: ${describe(cause)}`, advice, { cause })
      : cause;
  }
}

/** Halves what is too long for the provider. */
async function readRange(chain: Chain, from: number, to: number): Promise<readonly LocatedEvent[]> {
  if (from > to) return [];
  try {
    return await chain.events(from, to);
  } catch (error) {
    if (!isRetryable(error, 'RANGE_TOO_LONG') || from === to) throw error;
    const middle = Math.floor((from + to) / 2);
    return [...(await readRange(chain, from, middle)), ...(await readRange(chain, middle + 1, to))];
  }
}
