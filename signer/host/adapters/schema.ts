/** Tables of the host's store, one migration per version; a store that is newer than the program is refused. */

import type { DatabaseSync } from 'node:sqlite';
import { Fatal } from '../errors.ts';

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE sealed (only INTEGER PRIMARY KEY CHECK (only = 1), generation INTEGER NOT NULL, sealed TEXT NOT NULL) STRICT;
   CREATE TABLE cursors (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, parent TEXT NOT NULL, timestamp INTEGER NOT NULL) STRICT;
   CREATE TABLE events (block INTEGER NOT NULL, position INTEGER NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL,
     PRIMARY KEY (block, position, hash)) STRICT, WITHOUT ROWID;
   CREATE TABLE postings (id TEXT PRIMARY KEY, open INTEGER NOT NULL, priority INTEGER NOT NULL, since INTEGER NOT NULL, data TEXT NOT NULL) STRICT;
   CREATE INDEX open_postings ON postings (priority, since) WHERE open = 1;
   CREATE TABLE attempts (subject TEXT NOT NULL, run INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (subject, run)) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE aside_cursors (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, parent TEXT NOT NULL, timestamp INTEGER NOT NULL) STRICT;
   CREATE TABLE aside_events (block INTEGER NOT NULL, position INTEGER NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL,
     PRIMARY KEY (block, position, hash)) STRICT, WITHOUT ROWID;
   CREATE TABLE aside (only INTEGER PRIMARY KEY CHECK (only = 1), above INTEGER NOT NULL) STRICT;`,
  `DROP TABLE postings;
   CREATE TABLE sent (account TEXT NOT NULL, nonce INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (account, nonce)) STRICT, WITHOUT ROWID;`,
  // What another reading says of the same place stands beside the first: either may be the lie, and lies are refused by proof.
  ['events', 'aside_events']
    .map(
      (table) => `ALTER TABLE ${table} RENAME TO old_${table};
   CREATE TABLE ${table} (block INTEGER NOT NULL, position INTEGER NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL,
     PRIMARY KEY (block, position, hash, data)) STRICT, WITHOUT ROWID;
   INSERT INTO ${table} SELECT * FROM old_${table};
   DROP TABLE old_${table};`,
    )
    .join('\n'),
  'DROP TABLE attempts;',
];

/** @throws Fatal SCHEMA_NEWER */
export function migrate(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const version = row.user_version;
  if (version > MIGRATIONS.length) {
    const advice =
      'Run the release that wrote this store, or a newer one; do not delete it: it holds the sealed share.';
    throw new Fatal('SCHEMA_NEWER', `the store has schema ${version}, this program knows ${MIGRATIONS.length}`, advice);
  }
  MIGRATIONS.slice(version).forEach((migration, index) => {
    database.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${version + index + 1}; COMMIT;`);
  });
}
