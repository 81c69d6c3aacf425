/** How long things took lately, and how long they may take. In milliseconds. */

const REMEMBERED = 31;
const FACTOR = 8;
const LEAST = 1_000;
const MOST = 30_000;

export class Durations {
  readonly #recent: number[] = [];

  add(duration: number): void {
    this.#recent.push(duration);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  median(): number | null {
    const sorted = this.#recent.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? null;
  }

  /** Eight times the median; `first` before anything was measured. */
  timeOut(first: number): number {
    const median = this.median();
    return Math.min(MOST, Math.max(LEAST, median === null ? first : FACTOR * median));
  }
}

/** Twice as long after each failure in a row. */
export function backOff(failures: number, first: number, most: number): number {
  return Math.min(most, first * 2 ** Math.min(30, Math.max(0, failures - 1)));
}
