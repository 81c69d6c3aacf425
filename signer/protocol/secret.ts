/** Bytes that must not be printed. `reveal` is the one way in; grep for it to see who looks. */
export class Secret<T extends Uint8Array> {
  readonly #bytes: T;
  #isWiped = false;

  constructor(bytes: T) {
    this.#bytes = bytes;
  }

  /** @throws when it was wiped: nobody computes with zeros for a secret */
  reveal(): T {
    if (this.#isWiped) throw new Error('this secret was wiped');
    return this.#bytes;
  }

  wipe(): void {
    this.#isWiped = true;
    wipe(this.#bytes);
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

/**
 * For secrets: bytes outside of the heap that the engine collects. Short arrays lie inside otherwise, are copied by each collection, and once more
 * when somebody asks for their buffer or a part of it, and nobody can overwrite where they were.
 */
export function unmoved(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}

/** All of them in one. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = unmoved(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Best effort: the engine may have copied the bytes, and a garbage collector surely did. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
