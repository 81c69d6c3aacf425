/** What the finalised chain says, read without a running host. */

import { missingIn } from '../../host/chain/gaps.ts';
import { eventReader, type Piece } from '../../host/chain/range.ts';
import { createLedger, type Ledger } from '../../host/chain/view/ledger.ts';
import { describe, Fatal, isRetryable } from '../../host/errors.ts';
import type { BlockRef, Chain, Counts, LocatedEvent } from '../../host/ports/chain.ts';
import type { Source } from './source.ts';

/** Blocks that are asked for at once; fewer where the provider wants it. */
const LONGEST = 10_000;

export type History = {
  readonly ledger: Ledger;
  /** In chain order. */
  readonly events: readonly LocatedEvent[];
  /** The block up to which all of it was read. */
  readonly head: BlockRef;
};

/** @throws Fatal CONFIG_INVALID when the chain cannot be read, or not all of it */
export async function readLedger({ chain, startBlock }: Source): Promise<Ledger> {
  return readFinal(chain, startBlock);
}

export async function readFinal(chain: Chain, startBlock: number): Promise<Ledger> {
  return (await readHistory(chain, startBlock)).ledger;
}

export async function readHistory(chain: Chain, startBlock: number): Promise<History> {
  try {
    const head = await chain.finalized();
    const events = await readAll(chain, startBlock, head);
    const ledger = createLedger(events);
    if (head.number >= startBlock) requireAll(ledger, await chain.counts(head));
    return { ledger, events, head };
  } catch (cause) {
    const advice = 'Check the RPC with `quorate doctor`; reading old events needs a node that keeps them.';
    throw isRetryable(cause)
      ? new Fatal('CONFIG_INVALID', `cannot read the chain: ${describe(cause)}`, advice, { cause })
      : cause;
  }
}

async function readAll(chain: Chain, startBlock: number, head: BlockRef): Promise<readonly LocatedEvent[]> {
  const reader = eventReader(chain, LONGEST);
  const pieces: Piece[] = [];
  for (let next = startBlock; next <= head.number; next = (pieces.at(-1)?.last.number ?? head.number) + 1)
    pieces.push(await reader.read(next, head.number, head));
  return pieces.flatMap(({ events }) => events);
}

/** An RPC that leaves out logs shows fewer than the contracts count. */
function requireAll(ledger: Ledger, counts: Counts): void {
  const missing = missingIn(ledger, counts);
  if (missing === null) return;
  const advice = 'Name another RPC; `quorate doctor` tells which of them can be used.';
  throw new Fatal(
    'CONFIG_INVALID',
    `the RPC leaves out logs: the contracts count ${missing} that none has shown`,
    advice,
  );
}
