/** Transactions of the store: one around a tick, one around what must be written as a whole, within each other. */

import type { DatabaseSync } from 'node:sqlite';
import { describe, Retryable } from '../errors.ts';
import type { Store } from '../ports/store.ts';

export type Transactions = Pick<Store, 'transaction' | 'tick'> & {
  /** Runs `work`; what it wrote is durable on return, in a tick too, unless it stands within `transaction`. */
  keep(work: () => void): void;
};

export function createTransactions(database: DatabaseSync): Transactions {
  let isTicking = false;
  let depth = 0;
  const run = (sql: string) => database.exec(sql);
  const begin = () => {
    if (!database.isTransaction) run('BEGIN IMMEDIATE');
  };
  const commit = () => {
    try {
      if (database.isTransaction) run('COMMIT');
    } catch (error) {
      if (database.isTransaction) run('ROLLBACK'); // a full disk: nothing of it has happened
      throw error;
    }
  };
  /** Savepoints nest, whether or not a tick is around them. */
  const transaction = <T>(work: () => T): T => {
    if (isTicking) begin();
    run(`SAVEPOINT level_${depth}`);
    depth += 1;
    try {
      const result = work();
      depth -= 1;
      run(`RELEASE level_${depth}`);
      return result;
    } catch (error) {
      depth = undone(database, depth);
      throw error;
    }
  };
  return {
    transaction,
    keep: (work) => {
      if (isTicking) begin();
      work();
      if (depth > 0) return;
      commit();
      if (isTicking) begin();
    },
    tick: async (work) => {
      if (isTicking) return work();
      sorted(begin);
      isTicking = true;
      try {
        return await work();
      } finally {
        isTicking = false;
        sorted(commit);
      }
    },
  };
}

/** Back to where the innermost transaction began. SQLite may have undone everything by itself. */
function undone(database: DatabaseSync, depth: number): number {
  const level = depth - 1;
  if (database.isTransaction) database.exec(`ROLLBACK TO level_${level}; RELEASE level_${level};`);
  return level;
}

/** What SQLite cannot do now (a full disk, one that has become read-only) it may do later. */
export function sorted<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code !== 'ERR_SQLITE_ERROR') throw cause;
    throw new Retryable('STORE_UNAVAILABLE', `the store does not work: ${describe(cause)}`, { cause });
  }
}
