/** Which letters of one sender's life were read already: each is read once, however often it arrives. */

import type { Hex } from '../../formats/hex.ts';

/** Numbers above the contiguous ones that are remembered; a sender keeps fewer letters waiting than that. */
const WINDOW = 4_096;

export class Inbox {
  #life: Hex | null = null;
  #upTo = 0;
  #beyond = new Set<number>();

  /** True if this letter is new. A new life starts over; letters of an earlier life may then be read twice, which is harmless. */
  isNew(life: Hex, number: number): boolean {
    if (life !== this.#life) this.#begin(life);
    if (number <= this.#upTo || this.#beyond.has(number)) return false;
    this.#beyond.add(number);
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
    if (this.#beyond.size > WINDOW) this.#skip();
    return true;
  }

  #begin(life: Hex): void {
    this.#life = life;
    this.#upTo = 0;
    this.#beyond = new Set();
  }

  /** The gap was given up by its sender. */
  #skip(): void {
    this.#upTo = Math.min(...this.#beyond);
    this.#beyond.delete(this.#upTo);
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
  }
}
