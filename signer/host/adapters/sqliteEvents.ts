/** What was seen: cursors and events, and a copy of those that were taken back, until they have been read again. */

import type { DatabaseSync } from 'node:sqlite';
import type { Hex } from '../../formats/hex.ts';
import type { BlockRef, ChainEvent, LocatedEvent } from '../ports/chain.ts';
import type { Store } from '../ports/store.ts';

type EventTables = Pick<
  Store,
  | 'cursor'
  | 'checkpoints'
  | 'setCursor'
  | 'rewind'
  | 'setAside'
  | 'restore'
  | 'addEvent'
  | 'removeEvent'
  | 'events'
  | 'eventsIn'
>;
type CursorRow = { readonly number: number; readonly hash: Hex; readonly parent: Hex; readonly timestamp: number };
type EventRow = { readonly block: number; readonly position: number; readonly hash: Hex; readonly data: string };

/** Cursors to keep for finding where a reorg began. */
const CHECKPOINTS = 128;

export function createEventTables(database: DatabaseSync): EventTables {
  return { ...cursors(database), ...events(database), ...aside(database) };
}

function cursors(database: DatabaseSync) {
  const newest = database.prepare('SELECT * FROM cursors ORDER BY number DESC');
  const put = database.prepare('INSERT OR REPLACE INTO cursors (number, hash, parent, timestamp) VALUES (?, ?, ?, ?)');
  const trim = database.prepare(
    `DELETE FROM cursors WHERE number <= (SELECT number FROM cursors ORDER BY number DESC LIMIT 1 OFFSET ${CHECKPOINTS})`,
  );
  const aside = database.prepare('SELECT max(number) AS last FROM aside_cursors');
  const checkpoints = () => (newest.all() as CursorRow[]).map(cursorOf);
  return {
    cursor: () => checkpoints()[0] ?? null,
    checkpoints,
    setCursor: ({ number, hash, parentHash, timestamp }: BlockRef) => {
      put.run(number, hash, parentHash, timestamp);
      trim.run();
      const { last } = aside.get() as { last: number | null };
      if (last !== null && number >= last) database.exec(FORGET);
    },
  };
}

function events(database: DatabaseSync) {
  const add = database.prepare('INSERT OR IGNORE INTO events (block, position, hash, data) VALUES (?, ?, ?, ?)');
  const all = database.prepare('SELECT * FROM events ORDER BY block, position');
  const some = database.prepare('SELECT * FROM events WHERE block BETWEEN ? AND ? ORDER BY block, position');
  const remove = database.prepare('DELETE FROM events WHERE block = ? AND position = ? AND hash = ? AND data = ?');
  return {
    addEvent: ({ block, index, blockHash, data }: LocatedEvent) =>
      add.run(block, index, blockHash, JSON.stringify(data)).changes === 1,
    *events() {
      for (const row of all.iterate() as Iterable<EventRow>) yield eventOf(row);
    },
    eventsIn: (from: number, to = from) => (some.all(from, to) as EventRow[]).map(eventOf),
    removeEvent: ({ block, index, blockHash, data }: LocatedEvent) =>
      void remove.run(block, index, blockHash, JSON.stringify(data)),
  };
}

const FORGET = 'DELETE FROM aside_cursors; DELETE FROM aside_events; DELETE FROM aside;';

/** One copy, of what began lowest: what is read in its place and taken back too is nothing to keep. */
function aside(database: DatabaseSync) {
  const above = database.prepare('SELECT above FROM aside');
  const kept = database.prepare('SELECT * FROM aside_cursors ORDER BY number DESC');
  const putAbove = database.prepare('INSERT INTO aside (only, above) VALUES (1, ?)');
  const copy = [
    database.prepare('INSERT INTO aside_cursors SELECT * FROM cursors WHERE number > ?'),
    database.prepare('INSERT INTO aside_events SELECT * FROM events WHERE block > ?'),
  ];
  const remove = [
    database.prepare('DELETE FROM cursors WHERE number > ?'),
    database.prepare('DELETE FROM events WHERE block > ?'),
  ];
  const putBack = [
    database.prepare('INSERT OR IGNORE INTO cursors SELECT * FROM aside_cursors WHERE number <= ?'),
    database.prepare('INSERT OR IGNORE INTO events SELECT * FROM aside_events WHERE block <= ?'),
  ];
  const setAside = () => {
    const row = above.get() as { above: number } | undefined;
    return row === undefined ? null : { above: row.above, cursors: (kept.all() as CursorRow[]).map(cursorOf) };
  };
  return {
    setAside,
    rewind: (block: number) => {
      const known = above.get() as { above: number } | undefined;
      if (known === undefined || block < known.above) {
        database.exec(FORGET);
        for (const statement of copy) statement.run(block);
        putAbove.run(block);
      }
      for (const statement of remove) statement.run(block);
    },
    restore: (block: number) => {
      for (const statement of putBack) statement.run(block);
      database.exec(FORGET);
    },
  };
}

function cursorOf({ number, hash, parent, timestamp }: CursorRow): BlockRef {
  return { number, hash, parentHash: parent, timestamp };
}

function eventOf({ block, hash, position, data }: EventRow): LocatedEvent {
  return { block, blockHash: hash, index: position, data: JSON.parse(data) as ChainEvent };
}
