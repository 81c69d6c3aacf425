/** How long things took lately, and how long they may take. In milliseconds. */

const REMEMBERED = 31;
const FACTOR = 8;
const LEAST = 1_000;
const MOST = 30_000;
/** A median says nothing of what was cut short: each cut doubles what the next may take, this often at most. */
const CUTS = 3;

export class Durations {
  readonly #recent: number[] = [];
  #cuts = 0;

  add(duration: number): void {
    this.#cuts = 0;
    this.#recent.push(duration);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  /** Something took longer than it may. */
  cut(): void {
    this.#cuts = Math.min(CUTS, this.#cuts + 1);
  }

  median(): number | null {
    const sorted = this.#recent.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? null;
  }

  /** Eight times the median, more after what was cut short; `first` before anything was measured. */
  timeOut(first: number): number {
    const median = this.median();
    return Math.min(MOST, Math.max(LEAST, median === null ? first : FACTOR * median) * 2 ** this.#cuts);
  }
}

/** Twice as long after each failure in a row. */
export function backOff(failures: number, first: number, most: number): number {
  return Math.min(most, first * 2 ** Math.min(30, Math.max(0, failures - 1)));
}
