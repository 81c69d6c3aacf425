/** Reads the events of a range of blocks, in pieces as long as the provider gives: the one way to them, for hosts and command line. */

import { isRetryable, Retryable } from '../errors.ts';
import type { BlockRef, Chain, LocatedEvent } from '../ports/chain.ts';

/** In chain order, and the block that they were read up to. */
export type Piece = { readonly events: readonly LocatedEvent[]; readonly last: BlockRef };

/** Pieces in a row that were given before a longer one is tried again. */
const PATIENCE = 32;

export class RangeReader {
  readonly #chain: Pick<Chain, 'blockAt' | 'events'>;
  readonly #longest: number;
  #length: number;
  #given = 0;

  /** `longest` in blocks */
  constructor(chain: Pick<Chain, 'blockAt' | 'events'>, longest: number) {
    this.#chain = chain;
    this.#longest = longest;
    this.#length = longest;
  }

  /** The first piece of `from` to `to`, both included. `known` is a block that need not be asked for: the caller follows what becomes of it. */
  async read(from: number, to: number, known: BlockRef | null = null): Promise<Piece> {
    for (;;) {
      const end = Math.min(to, from + this.#length - 1);
      try {
        const piece = known?.number === end ? await this.#piece(from, known) : await this.#checked(from, end);
        this.#grow();
        return piece;
      } catch (error) {
        if (!isRetryable(error, 'RANGE_TOO_LONG') || from === end) throw error;
        this.#length = Math.ceil((end - from) / 2);
        this.#given = 0;
      }
    }
  }

  /** Of a block that the caller knows: whether the chain still has it, the next block's parent says. */
  async #piece(from: number, last: BlockRef): Promise<Piece> {
    const events = await this.#chain.events(from, last.number);
    requireInside(events, from, last);
    return { events, last };
  }

  async #checked(from: number, end: number): Promise<Piece> {
    const piece = await this.#piece(from, await this.#block(end));
    const after = await this.#block(end);
    if (after.hash !== piece.last.hash) throw new Retryable('CHAIN_MOVED', `block ${end} changed while it was read`);
    return piece;
  }

  async #block(number: number): Promise<BlockRef> {
    const block = await this.#chain.blockAt(number);
    if (block === null) throw new Retryable('CHAIN_MOVED', `no block ${number} although a higher one is final`);
    return block;
  }

  #grow(): void {
    this.#given += 1;
    if (this.#given < PATIENCE) return;
    this.#given = 0;
    this.#length = Math.min(this.#longest, 2 * this.#length);
  }
}

/** What was not asked for would be kept where no scan looks for it again. */
function requireInside(events: readonly LocatedEvent[], from: number, { number, hash }: BlockRef): void {
  for (const { block, blockHash } of events) {
    if (block >= from && block <= number && (block !== number || blockHash === hash)) continue;
    throw new Retryable(
      'RPC_REFUSED',
      `asked for blocks ${from} to ${number}, the RPC gave a log of block ${block} ${blockHash}`,
    );
  }
}
