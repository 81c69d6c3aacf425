/** What the finalised chain says, read by an RPC of the configuration, without a running host. */

import { readConfig, readDeployment } from '../host/adapters/assemble.ts';
import { openChain as connectChain } from '../host/adapters/openChain.ts';
import { systemClock } from '../host/adapters/systemClock.ts';
import { missingIn } from '../host/chain/gaps.ts';
import { type Piece, RangeReader } from '../host/chain/range.ts';
import { createLedger, type Ledger } from '../host/chain/view/ledger.ts';
import { describe, Fatal, isRetryable } from '../host/errors.ts';
import type { BlockRef, Chain, Counts, LocatedEvent } from '../host/ports/chain.ts';

/** Blocks that are asked for at once; fewer where the provider wants it. */
const LONGEST = 10_000;

export function openChain(file: string): { readonly chain: Chain; readonly startBlock: number } {
  const config = readConfig(file);
  const deployment = readDeployment(config);
  const silent = { log: () => {}, metrics: { add: () => {} }, problems: { set: () => {}, clear: () => {} } };
  const chain = connectChain(config.chain.rpc, deployment, { clock: systemClock, ...silent });
  return { chain, startBlock: config.chain.startBlock };
}

/** @throws Fatal CONFIG_INVALID when the chain cannot be read, or not all of it */
export async function readLedger(file: string): Promise<Ledger> {
  const { chain, startBlock } = openChain(file);
  return readFinal(chain, startBlock);
}

export async function readFinal(chain: Chain, startBlock: number): Promise<Ledger> {
  try {
    const head = await chain.finalized();
    const ledger = createLedger(await readAll(chain, startBlock, head));
    if (head.number >= startBlock) requireAll(ledger, await chain.counts(head));
    return ledger;
  } catch (cause) {
    const advice = 'Check chain.rpc with `quorate doctor`; reading old events needs a node that keeps them.';
    throw isRetryable(cause)
      ? new Fatal('CONFIG_INVALID', `cannot read the chain: ${describe(cause)}`, advice, { cause })
      : cause;
  }
}

async function readAll(chain: Chain, startBlock: number, head: BlockRef): Promise<readonly LocatedEvent[]> {
  const reader = new RangeReader(chain, LONGEST);
  const pieces: Piece[] = [];
  for (let next = startBlock; next <= head.number; next = (pieces.at(-1)?.last.number ?? head.number) + 1)
    pieces.push(await reader.read(next, head.number, head));
  return pieces.flatMap(({ events }) => events);
}

/** An RPC that leaves out logs shows fewer than the contracts count. */
function requireAll(ledger: Ledger, counts: Counts): void {
  const missing = missingIn(ledger, counts);
  if (missing === null) return;
  const advice = 'Name another RPC in chain.rpc; `quorate doctor` tells which of them can be used.';
  throw new Fatal(
    'CONFIG_INVALID',
    `the RPC leaves out logs: the contracts count ${missing} that none has shown`,
    advice,
  );
}
