/** The store port over node:sqlite: WAL, synchronous=FULL, so what was written is there after kill -9 and after a power cut. */

import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, Fatal, Retryable } from '../errors.ts';
import type { Sealed, Sent, Store } from '../ports/store.ts';
import { migrate } from './schema.ts';
import { createEventTables } from './sqliteEvents.ts';
import { createTransactions, sorted } from './sqliteTransactions.ts';
import { createWorkTables } from './sqliteWork.ts';

/** `file` is a path, or `:memory:`. */
export function openStore(file: string): Store {
  const database = open(file);
  const store = { ...createEventTables(database), ...createWorkTables(database) };
  const requireFile = createPlace(file);
  const { transaction, tick, keep } = createTransactions(database);
  const tables = {
    ...store,
    requireFile,
    keepSealed: (sealed: Sealed) => {
      requireFile();
      keep(() => store.keepSealed(sealed));
    },
    putSent: (row: Sent) => keep(() => store.putSent(row)),
  };
  return {
    ...guarded(tables),
    transaction: (work) => sorted(() => transaction(work)),
    tick,
    close: () => database.close(),
  };
}

const OTHER_RUNS = 'Stop what has it, most likely another quorate that runs on this directory. Nothing is lost.';
const LOST =
  'Check the disk, and that this user may write there. Only a store that is lost for good takes the share with it: `quorate retire`, then an empty data directory and `replaceIdentity`.';

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
    const advice = /locked/.test(detail) ? OTHER_RUNS : LOST;
    throw new Fatal('STORE_DAMAGED', detail, advice, { cause });
  }
}

/** SQLite goes on writing into a file that was deleted: nobody would ever read it again. */
function createPlace(file: string): () => void {
  if (file === ':memory:') return () => {};
  const opened = fileIdOf(file);
  return () => {
    const found = fileIdOf(file);
    if (found === opened) return;
    const detail = `the store ${file} ${found === null ? 'was deleted' : 'was replaced'} while this host runs`;
    throw new Retryable('STORE_UNAVAILABLE', `${detail}: stop the host, and put back the file that it had`);
  };
}

/** Null where nothing can be found. */
function fileIdOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return null;
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
