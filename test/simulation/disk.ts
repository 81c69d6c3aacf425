/** The disk of a simulated machine: a real store in a folder of its own, which somebody may copy or bring back. */

import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../signer/host/adapters/sqliteStore.ts';
import type { Store } from '../../signer/host/ports/store.ts';

/** In memory where there is such a place: what is simulated here is a copy, not the loss of power. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export class Disk {
  readonly #directory = mkdtempSync(join(PLACE, 'quorate-disk-'));
  #store: Store | null = null;

  /** What is on it, open; a store is open once. */
  get store(): Store {
    this.#store ??= openStore(join(this.#directory, 'store'));
    return this.#store;
  }

  /** As it is now, also while somebody writes on it. */
  copy(): Disk {
    const copied = new Disk();
    cpSync(this.#directory, copied.#directory, { recursive: true });
    return copied;
  }

  remove(): void {
    this.#store?.close();
    this.#store = null;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
