/** Strict decoding: every byte is accounted for, or the sender is at fault. */
import type { Element, Group, Scalar } from './math/group.ts';
import { wipe } from './secret.ts';

/** Bytes that no honest party sends. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Malformed(`${this.#bytes.length} bytes, at least ${end} expected`);
    const taken = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return taken;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  element(group: Group): Element {
    return group.decodeElement(this.take(group.elementBytes));
  }

  elements(group: Group, count: number): readonly Element[] {
    return Array.from({ length: count }, () => this.element(group));
  }

  wideElement(group: Group): Element {
    return group.decodeWide(this.take(group.wideBytes));
  }

  wideElements(group: Group, count: number): readonly Element[] {
    return Array.from({ length: count }, () => this.wideElement(group));
  }

  /** Leaves no other copy: it may be a secret. */
  scalar(group: Group): Scalar {
    const taken = this.take(group.scalars.bytes);
    const scalar = group.scalars.decode(taken);
    wipe(taken);
    return scalar;
  }

  scalars(group: Group, count: number): readonly Scalar[] {
    return Array.from({ length: count }, () => this.scalar(group));
  }

  /** @throws Malformed when bytes are left over. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new Malformed(`${this.#bytes.length - this.#at} bytes too many`);
  }
}
