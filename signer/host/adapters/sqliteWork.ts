/** What was decided: facts, sealed state, transactions. */

import type { DatabaseSync } from 'node:sqlite';
import { Fatal } from '../errors.ts';
import type { Sealed, Sent, Store } from '../ports/store.ts';

type WorkTables = Pick<Store, 'fact' | 'setFact' | 'sealed' | 'keepSealed' | 'putSent' | 'dropSent' | 'sent'>;

export function createWorkTables(database: DatabaseSync): WorkTables {
  return { ...facts(database), ...sealed(database), ...sent(database) };
}

function facts(database: DatabaseSync) {
  const get = database.prepare('SELECT value FROM facts WHERE name = ?');
  const put = database.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)');
  return {
    fact: (name: string) => (get.get(name) as { value: string } | undefined)?.value ?? null,
    setFact: (name: string, value: string) => void put.run(name, value),
  };
}

function sealed(database: DatabaseSync) {
  const get = database.prepare('SELECT generation, sealed FROM sealed');
  const put = database.prepare(
    'INSERT INTO sealed (only, generation, sealed) VALUES (1, ?, ?) ON CONFLICT (only) DO UPDATE SET generation = excluded.generation, sealed = excluded.sealed WHERE excluded.generation > sealed.generation',
  );
  return {
    sealed: () => (get.get() as Sealed | undefined) ?? null,
    keepSealed: ({ generation, sealed }: Sealed) => {
      if (put.run(generation, sealed).changes === 1) return;
      const detail = `the enclave sealed generation ${generation}, and the store keeps that one or a newer one`;
      throw new Fatal(
        'STORE_ROLLED_BACK',
        detail,
        'The enclave was started from older sealed state: stop every other copy of it.',
      );
    },
  };
}

function sent(database: DatabaseSync) {
  const put = database.prepare('INSERT OR REPLACE INTO sent (account, nonce, data) VALUES (?, ?, ?)');
  const drop = database.prepare('DELETE FROM sent WHERE account = ? AND nonce = ?');
  const all = database.prepare('SELECT data FROM sent ORDER BY account, nonce');
  return {
    putSent: (row: Sent) => void put.run(row.account, row.nonce, JSON.stringify(row)),
    dropSent: (account: string, nonce: number) => void drop.run(account, nonce),
    sent: () => all.all().map((row) => JSON.parse((row as { data: string }).data) as Sent),
  };
}
