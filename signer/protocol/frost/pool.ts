/** Commitments made ahead of time, so that signing takes one round. In memory only: a restart forgets them, and no nonce comes back. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { Rng } from '../committee.ts';
import type { KeyShare } from '../keygen/keyShare.ts';
import { type Committed, commit, discard, type NonceCommitment } from './nonces.ts';

/** What the peers are told; a serial number never comes again. */
export interface Published extends NonceCommitment {
  readonly serial: number;
}

export class NoncePool {
  readonly #suite: Ciphersuite;
  readonly #keyShare: KeyShare;
  readonly #capacity: number;
  readonly #unused = new Map<number, Committed>();
  #made = 0;

  constructor(suite: Ciphersuite, keyShare: KeyShare, capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError(`no such capacity: ${capacity}`);
    this.#suite = suite;
    this.#keyShare = keyShare;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#unused.size;
  }

  /** Makes as many as there is room for, and returns what is to be published of the new ones. */
  fill(rng: Rng): readonly Published[] {
    const published: Published[] = [];
    while (this.#unused.size < this.#capacity) {
      const committed = commit(this.#suite, this.#keyShare.secret, rng);
      const serial = this.#made++;
      this.#unused.set(serial, committed);
      published.push({ serial, ...committed.commitment });
    }
    return published;
  }

  /** For one session, which has them from now on. @throws RangeError, taking nothing, if one is unknown, used or named twice */
  take(serials: readonly number[]): readonly Committed[] {
    const distinct = new Set(serials);
    const found = serials.map((serial) => this.#unused.get(serial)).filter((committed) => committed !== undefined);
    if (found.length !== serials.length || distinct.size !== serials.length)
      throw new RangeError(`no such nonces: ${serials}`);
    for (const serial of serials) this.#unused.delete(serial);
    return found;
  }

  /** When the epoch of the key is over. */
  destroy(): void {
    for (const { nonces } of this.#unused.values()) discard(nonces);
    this.#unused.clear();
  }
}
