/**
 * Logs that an RPC left out or made up: what was read once is read again every half minute, and the last blocks with it; many more of them
 * now and then, and everything when the contracts count more than the logs have shown.
 */

import type { BlockRef, Counts } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Settings } from '../settings.ts';
import type { Ledger } from './view/ledger.ts';

/** Milliseconds between two readings of the last blocks. */
export const OVERLAP_MILLIS = 30_000;

/** Blocks to be read again, both ends included. */
export type Rereading = { readonly from: number; readonly to: BlockRef };
type ScanSettings = Settings['scan'];

export class Gaps {
  readonly #clock: Clock;
  readonly #settings: ScanSettings;
  #rereading: Rereading | null = null;
  /** of the last overlap: when it was planned, and the head then */
  #overlappedAt: number;
  #overlapped: number | null = null;
  #sweptAt: number;
  #isCounted = false;
  /** readings because of what is missing: the last blocks first, then everything, more seldom each time */
  #searches = 0;
  #searchedAt = 0;
  #missing: string | null = null;

  constructor(clock: Clock, settings: ScanSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#overlappedAt = clock.now();
    this.#sweptAt = clock.now();
  }

  /** What is known to be missing, in words; null when nothing is. */
  get missing(): string | null {
    return this.#missing;
  }

  /** The contracts have not been asked yet how much there is. */
  get isUncounted(): boolean {
    return !this.#isCounted;
  }

  /** What to read again now. `isOdd`: the logs spoke of something whose beginning none has shown. From block `unconfirmed` on all was read once. */
  plan(head: BlockRef, isOdd: boolean, unconfirmed: number): Rereading | null {
    this.#rereading ??= this.#search(head) ?? this.#sweep(head) ?? this.#overlap(head, isOdd, unconfirmed);
    return this.#rereading;
  }

  /** What is before block `next` is read and kept. True when that is all. */
  done(next: number): boolean {
    const isAll = this.#rereading !== null && next > this.#rereading.to.number;
    this.#rereading = isAll || this.#rereading === null ? null : { ...this.#rereading, from: next };
    return isAll;
  }

  /** Blocks have left the chain: what was counted was counted there. */
  rewind(): void {
    this.#rereading = null;
    this.#overlapped = null;
    this.#isCounted = false;
  }

  /** How much the contracts have at the block that the ledger goes to. True when something is missing that was not known to be. */
  compare(counts: Counts, ledger: Counted): boolean {
    const wasMissing = this.#missing !== null;
    this.#isCounted = true;
    this.#missing = missingIn(ledger, counts);
    if (this.#missing === null) this.#searches = 0;
    return this.#missing !== null && !wasMissing;
  }

  #search(head: BlockRef): Rereading | null {
    if (this.#missing === null) return null;
    const { sweepMillis } = this.#settings;
    const pause = this.#searches < 2 ? 0 : Math.min(sweepMillis, OVERLAP_MILLIS * 2 ** (this.#searches - 2));
    if (this.#clock.now() - this.#searchedAt < pause) return null;
    this.#searchedAt = this.#clock.now();
    this.#searches += 1;
    return this.#last(head, this.#searches === 1 ? this.#settings.sweepBlocks : Number.POSITIVE_INFINITY);
  }

  #sweep(head: BlockRef): Rereading | null {
    const { sweepMillis, sweepBlocks } = this.#settings;
    if (this.#clock.now() - this.#sweptAt < sweepMillis) return null;
    this.#sweptAt = this.#clock.now();
    return this.#last(head, sweepBlocks);
  }

  /** Nothing while no block is new. */
  #overlap(head: BlockRef, isOdd: boolean, unconfirmed: number): Rereading | null {
    const isDue = this.#clock.now() - this.#overlappedAt >= OVERLAP_MILLIS && this.#overlapped !== head.number;
    if (!isDue && !isOdd) return null;
    this.#overlappedAt = this.#clock.now();
    this.#overlapped = head.number;
    return this.#last(head, Math.max(head.number - unconfirmed + 1, this.#settings.overlapBlocks));
  }

  #last(head: BlockRef, blocks: number): Rereading {
    return { from: Math.max(this.#settings.startBlock, head.number - blocks + 1), to: head };
  }
}

type Counted = Pick<Ledger, 'requests' | 'keys' | 'enclaves'>;

/** What contracts count and no log has shown, in words; null when nothing. */
export function missingIn({ requests, keys, enclaves }: Counted, counts: Counts): string | null {
  const lacks = [
    ...lack('requests', counts.requests - requests.size),
    ...lack('keys', counts.keys - keys.size),
    ...lack('enclaves', counts.enclaves - enclaves.size),
  ];
  return lacks.length === 0 ? null : lacks.join(', ');
}

/** More than are counted are no gap: what nobody asked for is refused by proof. */
function lack(what: string, count: number): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}
