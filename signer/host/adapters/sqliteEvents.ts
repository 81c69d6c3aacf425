/** What was seen: cursors and events. */

import type { DatabaseSync } from 'node:sqlite';
import type { Hex } from '../../formats/hex.ts';
import type { BlockRef, ChainEvent } from '../ports/chain.ts';
import type { Store } from '../ports/store.ts';

type EventTables = Pick<Store, 'cursor' | 'checkpoints' | 'setCursor' | 'rewind' | 'addEvent' | 'events'>;
type CursorRow = { readonly number: number; readonly hash: Hex; readonly parent: Hex; readonly timestamp: number };
type EventRow = { readonly block: number; readonly position: number; readonly hash: Hex; readonly data: string };

/** Cursors to keep for finding where a reorg began. */
const CHECKPOINTS = 128;

export function createEventTables(database: DatabaseSync): EventTables {
  const newest = database.prepare('SELECT * FROM cursors ORDER BY number DESC');
  const put = database.prepare('INSERT OR REPLACE INTO cursors (number, hash, parent, timestamp) VALUES (?, ?, ?, ?)');
  const trim = database.prepare(
    `DELETE FROM cursors WHERE number NOT IN (SELECT number FROM cursors ORDER BY number DESC LIMIT ${CHECKPOINTS})`,
  );
  const add = database.prepare('INSERT OR IGNORE INTO events (block, position, hash, data) VALUES (?, ?, ?, ?)');
  const all = database.prepare('SELECT * FROM events ORDER BY block, position');
  const checkpoints = () => (newest.all() as CursorRow[]).map(cursorOf);
  return {
    cursor: () => checkpoints()[0] ?? null,
    checkpoints,
    setCursor: ({ number, hash, parentHash, timestamp }) => {
      put.run(number, hash, parentHash, timestamp);
      trim.run();
    },
    rewind: (block) => {
      database.prepare('DELETE FROM cursors WHERE number > ?').run(block);
      database.prepare('DELETE FROM events WHERE block > ?').run(block);
    },
    addEvent: ({ block, index, blockHash, data }) =>
      add.run(block, index, blockHash, JSON.stringify(data)).changes === 1,
    *events() {
      for (const row of all.iterate() as Iterable<EventRow>) {
        const data = JSON.parse(row.data) as ChainEvent;
        yield { block: row.block, blockHash: row.hash, index: row.position, data };
      }
    },
  };
}

function cursorOf({ number, hash, parent, timestamp }: CursorRow): BlockRef {
  return { number, hash, parentHash: parent, timestamp };
}
