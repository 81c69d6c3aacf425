/**
 * Reads the events of finalised blocks into the store: new blocks in pieces, from a durable cursor; all of them a second time, of every
 * provider, for what one has left out or made up; and back to the common ancestor where a block that was read has left the chain.
 */

import { Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { BlockRef, Chain, LocatedEvent } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Settings } from '../settings.ts';
import type { Deployment } from './deployment.ts';
import type { Rereading } from './gaps.ts';
import { eventReader, type Heard, hearingReader, type Piece, type RangeReader } from './range.ts';
import { Reorgs } from './reorgs.ts';
import { type Changes, compare, isDisputed } from './secondReading.ts';

export type ScanPorts = {
  readonly chain: Chain;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** What was read and is not kept yet. */
export type Batch = { readonly fresh: Piece[]; readonly old: Heard[] };
/** What was not known before at the end of the chain, and whether anything before it is other than it was known to be. */
export type Kept = { readonly fresh: readonly LocatedEvent[]; readonly isOther: boolean };

/** `waits`: the provider is behind what was read, or the chain moved meanwhile. */
export type Progress = 'arrived' | 'more' | 'waits';

/** Pieces and events that one step reads at most: the first reading of a long chain must not look like a host that hangs. */
const PIECES = 20;
/** Facts: number of the block up to which all was read a second time, and the providers that were asked then. */
const CONFIRMED = 'read twice up to';
const HEARD = 'read from';
const EVENTS = 5_000;

/** Of other providers than before, all that is known is read a second time again: those may have agreed on what never was. */
export function askAnew(store: Pick<Store, 'fact' | 'setFact'>, rpcs: readonly string[]): void {
  const heard = JSON.stringify([...rpcs].sort());
  if (store.fact(HEARD) === heard) return;
  store.setFact(CONFIRMED, '-1');
  store.setFact(HEARD, heard);
}

export class Scan {
  readonly #ports: ScanPorts;
  readonly #startBlock: number;
  readonly #reader: RangeReader<Piece>;
  readonly #hearing: RangeReader<Heard>;
  readonly #reorgs: Reorgs;
  #cursor: BlockRef | null;
  /** number of the block after which what was read is set aside; null when nothing is */
  #asideAbove: number | null;

  constructor(ports: ScanPorts, deployment: Pick<Deployment, 'chainId' | 'genesisHash'>, settings: Settings['scan']) {
    this.#ports = ports;
    this.#startBlock = settings.startBlock;
    this.#reader = eventReader(ports.chain, settings.chunkBlocks);
    this.#hearing = hearingReader(ports.chain, settings.chunkBlocks);
    this.#reorgs = new Reorgs(ports, deployment);
    this.#cursor = ports.store.cursor();
    this.#asideAbove = ports.store.setAside()?.above ?? null;
  }

  /** Highest block that was read and kept. */
  get cursor(): BlockRef | null {
    return this.#cursor;
  }

  /** First block that was not read a second time, up to the cursor. */
  get unconfirmed(): number {
    const fact = Number(this.#ports.store.fact(CONFIRMED) ?? this.#startBlock - 1);
    return Math.max(this.#startBlock, Math.min(fact, this.#cursor?.number ?? -1) + 1);
  }

  /** Goes back to what the store has, where a disk that was full has not kept all that was read. True if it did. */
  goBack(): boolean {
    const kept = this.#ports.store.cursor();
    if (kept?.hash === this.#cursor?.hash) return false;
    this.#ports.log('warn', 'what was read was not kept, and is read again', { block: kept?.number ?? -1 });
    this.#cursor = kept;
    this.#asideAbove = this.#ports.store.setAside()?.above ?? null;
    return true;
  }

  /** Whether what was read is still part of the chain that ends with `head`. One call at most, none when only one block is new. */
  async isContinuous(head: BlockRef, cursor = this.#cursor): Promise<boolean> {
    if (cursor === null || head.number < cursor.number) return true; // a provider that lags is not a reorg
    if (head.number === cursor.number) return head.hash === cursor.hash;
    return (await this.#first(cursor.number + 1, head)).parentHash === cursor.hash;
  }

  /** Who has which block where they differ, in words. */
  get witnesses(): string {
    return this.#reorgs.witnesses;
  }

  /** Sets aside what has left the chain. False while that is not sure: nothing may be read on top of it. */
  async followReorg(): Promise<boolean> {
    const { store, log, metrics } = this.#ports;
    const read = store.checkpoints();
    const ancestor = await this.#reorgs.ancestorOf(read);
    if (ancestor === null) return false;
    store.transaction(() => {
      store.rewind(ancestor);
      store.setFact(CONFIRMED, String(Math.min(this.unconfirmed - 1, ancestor)));
    });
    this.#cursor = store.cursor();
    this.#asideAbove = store.setAside()?.above ?? null;
    metrics.add('quorate_reorgs_total');
    log('warn', 'a block that was read left the chain', { block: read[0]?.number ?? 0, ancestor });
    return true;
  }

  /** Takes back what was set aside when the chain has it again, as long as nothing was read in its place. True if it did. */
  async takeBack(head: BlockRef): Promise<boolean> {
    const { store, chain, log } = this.#ports;
    if (this.#asideAbove === null || this.#asideAbove !== (this.#cursor?.number ?? -1)) return false;
    const last = store.setAside()?.cursors.find(({ number }) => number <= head.number);
    if (last === undefined || (await chain.blockAt(last.number))?.hash !== last.hash) return false;
    store.transaction(() => store.restore(last.number));
    this.#cursor = store.cursor();
    this.#asideAbove = null;
    log('warn', 'the chain has again what had left it', { block: last.number });
    return true;
  }

  /** New blocks up to `head` into `batch`, after what `isContinuous` has been asked about. */
  async readNew(head: BlockRef, { fresh }: Batch): Promise<Progress> {
    let cursor = this.#cursor;
    for (let events = 0; fresh.length < PIECES && events < EVENTS; events += fresh.at(-1)?.events.length ?? 0) {
      const next = cursor === null ? this.#startBlock : cursor.number + 1;
      if (next > head.number) return cursor?.number === head.number ? 'arrived' : 'waits';
      if (fresh.length > 0 && !(await this.isContinuous(head, cursor))) return 'waits';
      const piece = await this.#reader.read(next, head.number, head);
      fresh.push(piece);
      cursor = piece.last;
    }
    return cursor?.number === head.number ? 'arrived' : 'more';
  }

  /** Old blocks into `batch`. The number of the first that was not read. */
  async readOld({ from, to }: Rereading, { old }: Batch): Promise<number> {
    let next = from;
    while (old.length < PIECES && next <= to.number) {
      const piece = await this.#hear(next, to);
      old.push(piece);
      next = piece.last.number + 1;
    }
    return next;
  }

  /** Where there is nobody else to ask, what it disputes is asked of it again: the second answer counts. */
  async #hear(from: number, to: BlockRef): Promise<Heard> {
    const heard = await this.#hearing.read(from, to.number, to);
    const isAlone = heard.answers.length === 1;
    if (!isAlone || !isDisputed(this.#ports.store.eventsIn(from, heard.last.number), heard)) return heard;
    return { ...heard, answers: await this.#ports.chain.eventsOfAll(from, heard.last) };
  }

  /** All of it or nothing, in one transaction; what was known already is not counted. */
  keep({ fresh, old }: Batch): Kept {
    const { store, log, metrics } = this.#ports;
    if (fresh.length + old.length === 0) return { fresh: [], isOther: false };
    const { late, gone, ahead } = store.transaction(() => {
      const changes = old.map((heard) => this.#reread(heard));
      const ahead = unknown(store, fresh);
      for (const { last } of fresh) store.setCursor(last);
      return { late: sum(changes, 'added'), gone: sum(changes, 'removed'), ahead };
    });
    this.#cursor = fresh.at(-1)?.last ?? this.#cursor;
    if (late > 0) {
      metrics.add('quorate_late_logs_total', {}, late);
      log('warn', 'found logs that the RPC had left out', { count: late });
    }
    if (gone > 0) {
      metrics.add('quorate_disputed_logs_total', {}, gone);
      log('warn', 'gave up logs that a second reading did not show', { count: gone });
    }
    return { fresh: ahead, isOther: late + gone > 0 };
  }

  #reread(heard: Heard): Changes {
    const { store } = this.#ports;
    const { from, last } = heard;
    const changes = compare(store.eventsIn(from, last.number), heard);
    for (const event of changes.removed) store.removeEvent(event);
    for (const event of changes.added) store.addEvent(event);
    if (changes.isEnough && from <= this.unconfirmed && last.number >= this.unconfirmed)
      store.setFact(CONFIRMED, String(last.number));
    return changes;
  }

  async #first(number: number, head: BlockRef): Promise<BlockRef> {
    if (number === head.number) return head;
    const block = await this.#ports.chain.blockAt(number);
    if (block === null) throw new Retryable('CHAIN_MOVED', `no block ${number} although a higher one is final`);
    return block;
  }
}

function sum(changes: readonly Changes[], what: 'added' | 'removed'): number {
  return changes.reduce((all, change) => all + change[what].length, 0);
}

function unknown(store: Store, pieces: readonly Piece[]): LocatedEvent[] {
  return pieces.flatMap(({ events }) => events.filter((event) => store.addEvent(event)));
}
