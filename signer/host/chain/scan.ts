/**
 * Reads the events of finalised blocks into the store: in chunks, from a durable cursor, again where blocks overlap (an RPC may
 * leave a log out), and back to the common ancestor where a scanned block has left the chain.
 */

import { isRetryable, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { BlockRef, Chain, LocatedEvent } from '../ports/chain.ts';
import type { Store } from '../ports/store.ts';

export type ScanSettings = {
  /** block of the deployment */
  readonly startBlock: number;
  readonly chunkBlocks: number;
  /** blocks before the cursor that each scan reads again */
  readonly overlapBlocks: number;
};
export type ScanPorts = { readonly chain: Chain; readonly store: Store; readonly log: Log; readonly metrics: Metrics };

/** `rebuild` when the events no longer only grew at the end; else `fresh` in chain order. */
export type Scanned = {
  readonly fresh: readonly LocatedEvent[];
  readonly rebuild: boolean;
  readonly caughtUp: boolean;
};

/** One step towards `head`: at most one chunk of new blocks. */
export async function scan(ports: ScanPorts, settings: ScanSettings, head: BlockRef): Promise<Scanned> {
  const rewound = await rewindReorg(ports);
  const cursor = ports.store.cursor();
  const next = cursor === null ? settings.startBlock : cursor.number + 1;
  if (cursor?.hash === head.hash) return { fresh: [], rebuild: rewound, caughtUp: true };
  if (cursor !== null && head.number < cursor.number) return { fresh: [], rebuild: rewound, caughtUp: false };
  const from = Math.max(settings.startBlock, next - settings.overlapBlocks);
  if (from > head.number) return { fresh: [], rebuild: rewound, caughtUp: true };
  const { events, last } = await readChunk(
    ports.chain,
    from,
    Math.min(head.number, next + settings.chunkBlocks - 1),
    next,
  );
  const { fresh, late } = keep(ports, events, last, next);
  return { fresh, rebuild: rewound || late, caughtUp: last.number === head.number };
}

/** Reads old blocks again for logs that were left out; true if there were any. */
export async function sweep(ports: ScanPorts, from: number, to: number): Promise<boolean> {
  const events = await ports.chain.events(from, to);
  const found = ports.store.transaction(() => events.filter((event) => ports.store.addEvent(event)));
  reportLate(ports, found.length);
  return found.length > 0;
}

type Chunk = { readonly events: readonly LocatedEvent[]; readonly last: BlockRef };

/** Halves the range until the provider accepts it; the part that reaches `next` must succeed. */
async function readChunk(chain: Chain, from: number, to: number, next: number): Promise<Chunk> {
  const last = await blockAt(chain, to);
  try {
    const events = await chain.events(from, last.number);
    const after = await blockAt(chain, last.number);
    if (after.hash !== last.hash) throw new Retryable('CHAIN_MOVED', `block ${last.number} changed during the scan`);
    return { events, last };
  } catch (error) {
    if (!isRetryable(error, 'RANGE_TOO_LONG') || from >= last.number) throw error;
    const middle = Math.floor((from + last.number) / 2);
    return middle >= next ? readChunk(chain, from, middle, next) : readChunk(chain, middle + 1, last.number, next);
  }
}

async function blockAt(chain: Chain, number: number): Promise<BlockRef> {
  const block = await chain.blockAt(number);
  if (block === null) throw new Retryable('CHAIN_MOVED', `no block ${number} although a higher one is final`);
  return block;
}

function keep(ports: ScanPorts, events: readonly LocatedEvent[], last: BlockRef, next: number) {
  const { store } = ports;
  const added = store.transaction(() => {
    const found = events.filter((event) => store.addEvent(event));
    if (last.number >= next) store.setCursor(last);
    return found;
  });
  const late = added.filter((event) => event.block < next);
  reportLate(ports, late.length);
  return { fresh: added, late: late.length > 0 };
}

function reportLate({ log, metrics }: ScanPorts, count: number): void {
  if (count === 0) return;
  metrics.add('quorate_late_logs_total', {}, count);
  log('warn', 'found logs that the RPC had left out', { count });
}

/** Same hash at the cursor means the same chain below it; else the newest checkpoint that still holds is where we go on. */
async function rewindReorg({ chain, store, log, metrics }: ScanPorts): Promise<boolean> {
  const [cursor, ...older] = store.checkpoints();
  if (cursor === undefined) return false;
  const now = await chain.blockAt(cursor.number);
  if (now === null || now.hash === cursor.hash) return false; // a provider that lags is not a reorg
  const ancestor = await newestThatHolds(chain, older);
  store.rewind(ancestor);
  metrics.add('quorate_reorgs_total');
  log('warn', 'a scanned block left the chain', { block: cursor.number, ancestor });
  return true;
}

/** -1 if none does: everything is read again. */
async function newestThatHolds(chain: Chain, checkpoints: readonly BlockRef[]): Promise<number> {
  for (const block of checkpoints) {
    if ((await chain.blockAt(block.number))?.hash === block.hash) return block.number;
  }
  return -1;
}
