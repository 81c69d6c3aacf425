/** Bytes that must not be printed. `reveal` is the one way in; grep for it to see who looks. */
export class Secret<T extends Uint8Array> {
  readonly #bytes: T;

  constructor(bytes: T) {
    this.#bytes = bytes;
  }

  reveal(): T {
    return this.#bytes;
  }

  toString(): string {
    return '<secret>';
  }

  toJSON(): string {
    return '<secret>';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<secret>';
  }
}

/** Best effort: the engine may have copied the bytes, and a garbage collector surely did. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
