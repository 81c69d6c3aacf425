/** The store port over node:sqlite: WAL, synchronous=FULL, so what was written is there after kill -9 and after a power cut. */

import { DatabaseSync } from 'node:sqlite';
import { describe, Fatal } from '../errors.ts';
import type { Sealed, Sent, Store } from '../ports/store.ts';
import { migrate } from './schema.ts';
import { createEventTables } from './sqliteEvents.ts';
import { createTransactions, sorted } from './sqliteTransactions.ts';
import { createWorkTables } from './sqliteWork.ts';

/** `file` is a path, or `:memory:`. */
export function openStore(file: string): Store {
  const database = open(file);
  const store = { ...createEventTables(database), ...createWorkTables(database) };
  const { transaction, tick, keep } = createTransactions(database);
  const tables = {
    ...store,
    keepSealed: (sealed: Sealed) => keep(() => store.keepSealed(sealed)),
    putSent: (row: Sent) => keep(() => store.putSent(row)),
  };
  return {
    ...guarded(tables),
    transaction: (work) => sorted(() => transaction(work)),
    tick,
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
    const detail = `cannot use the store ${file}: ${describe(cause)}`;
    const advice =
      'If another quorate runs on this directory, stop it. Else check the disk. A store that is lost takes the share with it: restore a backup, or start anew with `replaceIdentity`.';
    throw new Fatal('STORE_DAMAGED', detail, advice, { cause });
  }
}

/** Every method, with its failures sorted. */
function guarded<T extends Record<string, unknown>>(methods: T): T {
  const entries = Object.entries(methods).map(([name, method]) => [
    name,
    (...values: unknown[]) => sorted(() => (method as (...values: unknown[]) => unknown)(...values)),
  ]);
  return Object.fromEntries(entries) as T;
}
