/** What was done once in a life. It forgets the oldest rather than grow: to do such a thing twice is harmless. */
export class Firsts {
  static readonly MOST = 4096;
  readonly #seen = new Set<string>();

  isFirst(name: string): boolean {
    if (this.#seen.has(name)) return false;
    const [oldest] = this.#seen;
    if (this.#seen.size >= Firsts.MOST && oldest !== undefined) this.#seen.delete(oldest);
    this.#seen.add(name);
    return true;
  }
}
