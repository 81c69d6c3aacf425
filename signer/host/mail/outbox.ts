/** Letters to one peer that it has not acknowledged yet: numbered, bounded, and given up when they are too old to matter. */

import type { Hex } from '../../formats/hex.ts';
import type { Letter, Message } from './messages.ts';

type Pending = {
  readonly letter: Letter;
  readonly bytes: number;
  readonly writtenAt: number;
  sentAt: number;
  /** When it was last sent because the link came up. */
  openedAt: number;
};
export type Limits = {
  /** unacknowledged letters, and their bytes together */
  readonly letters: number;
  readonly bytes: number;
  /** milliseconds until a letter is worthless */
  readonly lifetime: number;
  /** milliseconds without an acknowledgement after which it is sent again */
  readonly resendAfter: number;
};

export class Outbox {
  readonly #pending = new Map<number, Pending>();
  readonly #limits: Limits;
  #next = 1;
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Returns the frame to send now, and how many old letters had to make room. */
  write(from: Hex, to: Hex, life: Hex, message: Message, now: number): { frame: string; dropped: number } {
    const letter: Letter = { from, to, life, number: this.#next, message };
    const frame = JSON.stringify(letter);
    this.#next += 1;
    this.#pending.set(letter.number, {
      letter,
      bytes: frame.length,
      writtenAt: now,
      sentAt: now,
      openedAt: Number.NEGATIVE_INFINITY,
    });
    this.#bytes += frame.length;
    return { frame, dropped: this.#makeRoom() };
  }

  acknowledge(numbers: readonly number[]): void {
    for (const number of numbers) this.#forget(number);
  }

  /** Frames whose time has come; when the link has just come up all of them, each once in that time, however often the link flaps. */
  due(now: number, isOpened: boolean): string[] {
    this.#expire(now);
    const isOver = (since: number) => now - since >= this.#limits.resendAfter;
    const due = [...this.#pending.values()].filter(
      ({ sentAt, openedAt }) => isOver(sentAt) || (isOpened && isOver(openedAt)),
    );
    for (const pending of due) {
      pending.sentAt = now;
      if (isOpened) pending.openedAt = now;
    }
    return due.map(({ letter }) => JSON.stringify(letter));
  }

  get waiting(): number {
    return this.#pending.size;
  }

  #makeRoom(): number {
    let dropped = 0;
    for (const number of this.#pending.keys()) {
      if (this.#pending.size <= this.#limits.letters && this.#bytes <= this.#limits.bytes) break;
      this.#forget(number);
      dropped += 1;
    }
    return dropped;
  }

  #expire(now: number): void {
    for (const [number, { writtenAt }] of this.#pending) {
      if (now - writtenAt >= this.#limits.lifetime) this.#forget(number);
    }
  }

  #forget(number: number): void {
    this.#bytes -= this.#pending.get(number)?.bytes ?? 0;
    this.#pending.delete(number);
  }
}
