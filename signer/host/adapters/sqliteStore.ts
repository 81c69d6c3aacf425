/** The store port over node:sqlite: WAL, synchronous=FULL, so what was written is there after kill -9 and after a power cut. */

import { DatabaseSync } from 'node:sqlite';
import { describe, Fatal } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import { migrate } from './schema.ts';
import { createEventTables } from './sqliteEvents.ts';
import { createWorkTables } from './sqliteWork.ts';

/** `file` is a path, or `:memory:`. */
export function openStore(file: string): Store {
  const database = open(file);
  let nested = 0;
  const transaction = <T>(work: () => T): T => {
    if (nested > 0) return work();
    database.exec('BEGIN IMMEDIATE');
    nested += 1;
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    } finally {
      nested -= 1;
    }
  };
  return {
    transaction,
    ...createEventTables(database),
    ...createWorkTables(database),
    close: () => database.close(),
  };
}

function open(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { timeout: 1_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE;');
    const [check] = database.prepare('PRAGMA quick_check(1)').all();
    if (check?.quick_check !== 'ok') throw new Error(`quick_check: ${String(check?.quick_check)}`);
    migrate(database);
    return database;
  } catch (cause) {
    if (cause instanceof Fatal) throw cause;
    const advice =
      'If another quorate runs on this directory, stop it. Else check the disk, and restore the store only together with a fresh re-registration.';
    throw new Fatal('STORE_DAMAGED', `cannot use the store ${file}: ${describe(cause)}`, advice, { cause });
  }
}
