/** A value that can be used once: TypeScript has no move. */
export class OneTime<T extends object> {
  #value: T | undefined;

  constructor(value: T) {
    this.#value = value;
  }

  /** @throws when it was taken before: a second use of a nonce gives the key away. */
  take(): T {
    const value = this.#value;
    if (value === undefined) throw new Error('this secret was used before');
    this.#value = undefined;
    return value;
  }

  get isTaken(): boolean {
    return this.#value === undefined;
  }

  toJSON(): string {
    return '<secret>';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<secret>';
  }
}
