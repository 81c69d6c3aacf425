/**
 * Commitments that peers have made. Who makes one twice has no fresh nonces any more: a copy of its machine, or a source that repeats itself.
 * Two shares by one nonce give its key share away, so nobody signs with it.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { PartyId } from '../committee.ts';
import type { Element } from '../math/group.ts';

/** Of each point that many bytes: enough to be told from any other, and the same with the other sign. */
const NAME_BYTES = 16;
/** The latest; each is about a hundred bytes. */
const MAX_REMEMBERED = 65_536;

export class HeardCommitments {
  readonly #names = new Set<string>();

  /** Whether this holder of a share of the key that `transcript` names has made any of these before; from now on it has. */
  repeats(transcript: Uint8Array, from: PartyId, elements: readonly Element[]): boolean {
    const holder = `${bytesToHex(transcript.slice(0, NAME_BYTES))}/${from}/`;
    let repeated = false;
    for (const element of elements) {
      const name = holder + bytesToHex(element.slice(-NAME_BYTES));
      repeated = repeated || this.#names.has(name);
      this.#remember(name);
    }
    return repeated;
  }

  #remember(name: string): void {
    this.#names.add(name);
    if (this.#names.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#names) {
      this.#names.delete(oldest);
      return;
    }
  }
}
