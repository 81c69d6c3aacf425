/** A range of blocks in pieces as long as the provider gives: the one way to logs, for hosts and command line. */

import { isRetryable, Retryable } from '../errors.ts';
import type { BlockRef, Chain, LocatedEvent } from '../ports/chain.ts';

/** In chain order, and the block that they were read up to. */
export type Piece = { readonly events: readonly LocatedEvent[]; readonly last: BlockRef };
/** What each provider shows of the same blocks; null of one that does not have the last of them, or does not answer. */
export type Heard = {
  readonly from: number;
  readonly last: BlockRef;
  readonly answers: readonly (readonly LocatedEvent[] | null)[];
};
/** Blocks `from` to `to`, both included; `known` is that last one where the caller has it. RANGE_TOO_LONG asks for fewer. */
type Ask<Read> = (from: number, to: number, known: BlockRef | null) => Promise<Read>;

/** Pieces in a row that were given before a longer one is tried again. */
const PATIENCE = 32;

export class RangeReader<Read> {
  readonly #ask: Ask<Read>;
  readonly #longest: number;
  #length: number;
  #given = 0;

  /** `longest` in blocks */
  constructor(ask: Ask<Read>, longest: number) {
    this.#ask = ask;
    this.#longest = longest;
    this.#length = longest;
  }

  /** The first piece of `from` to `to`, both included. `known` is a block that need not be asked for: the caller follows what becomes of it. */
  async read(from: number, to: number, known: BlockRef | null = null): Promise<Read> {
    for (;;) {
      const end = Math.min(to, from + this.#length - 1);
      try {
        const read = await this.#ask(from, end, known?.number === end ? known : null);
        this.#grow();
        return read;
      } catch (error) {
        if (!isRetryable(error, 'RANGE_TOO_LONG') || from === end) throw error;
        this.#length = Math.ceil((end - from) / 2);
        this.#given = 0;
      }
    }
  }

  #grow(): void {
    this.#given += 1;
    if (this.#given < PATIENCE) return;
    this.#given = 0;
    this.#length = Math.min(this.#longest, 2 * this.#length);
  }
}

/** As the preferred provider shows them. Whether the chain still has a block that the caller knows, the next block's parent says. */
export function eventReader(chain: Pick<Chain, 'blockAt' | 'events'>, longest: number): RangeReader<Piece> {
  return new RangeReader(async (from, to, known) => {
    const last = known ?? (await blockAt(chain, to));
    const events = await chain.events(from, to);
    requireInside(events, from, last);
    if (known === null && (await blockAt(chain, to)).hash !== last.hash)
      throw new Retryable('CHAIN_MOVED', `block ${to} changed while it was read`);
    return { events, last };
  }, longest);
}

/** As each provider shows them that has the last block too. */
export function hearingReader(chain: Pick<Chain, 'blockAt' | 'eventsOfAll'>, longest: number): RangeReader<Heard> {
  return new RangeReader(async (from, to, known) => {
    const last = known ?? (await blockAt(chain, to));
    return { from, last, answers: await chain.eventsOfAll(from, last) };
  }, longest);
}

async function blockAt(chain: Pick<Chain, 'blockAt'>, number: number): Promise<BlockRef> {
  const block = await chain.blockAt(number);
  if (block === null) throw new Retryable('CHAIN_MOVED', `no block ${number} although a higher one is final`);
  return block;
}

/** What was not asked for would be kept where no scan looks for it again. */
export function requireInside(events: readonly LocatedEvent[], from: number, { number, hash }: BlockRef): void {
  for (const { block, blockHash } of events) {
    if (block >= from && block <= number && (block !== number || blockHash === hash)) continue;
    throw new Retryable(
      'RPC_REFUSED',
      `asked for blocks ${from} to ${number}, the RPC gave a log of block ${block} ${blockHash}`,
    );
  }
}
