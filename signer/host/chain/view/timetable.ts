/** Things by a time of theirs, earliest first, and by the order of their coming where times are the same. */

type Entry<T> = { readonly time: number; readonly order: number; readonly thing: T };

export class Timetable<T> {
  /** Sorted: most things come last, and leave first. */
  readonly #entries: Entry<T>[] = [];

  add(time: number, order: number, thing: T): void {
    this.#entries.splice(this.#indexOf(time, order), 0, { time, order, thing });
  }

  remove(time: number, order: number): void {
    const at = this.#indexOf(time, order);
    const found = this.#entries[at];
    if (found?.time === time && found.order === order) this.#entries.splice(at, 1);
  }

  /** Those whose time is not after `time`. */
  *until(time: number): Generator<T> {
    for (const entry of this.#entries) {
      if (entry.time > time) return;
      yield entry.thing;
    }
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Where it is, or would be. */
  #indexOf(time: number, order: number): number {
    let [from, to] = [0, this.#entries.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const entry = this.#entries[middle] as Entry<T>;
      if (entry.time < time || (entry.time === time && entry.order < order)) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
