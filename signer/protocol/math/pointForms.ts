/** Remembers the uncompressed form of points, so that a point is decompressed at most once. */
import type { Element } from './group.ts';

export class PointForms {
  readonly #full = new WeakMap<Uint8Array, Uint8Array>();
  readonly #decompress: (p: Element) => Uint8Array;

  constructor(decompress: (p: Element) => Uint8Array) {
    this.#decompress = decompress;
  }

  /** SEC 1 §2.3.3: 2 or 3 by the parity of y, then x. */
  short(full: Uint8Array): Element {
    const p = full.slice(0, 33) as Element;
    p[0] = 2 + ((full[64] ?? 0) & 1);
    this.#full.set(p, full);
    return p;
  }

  full(p: Element): Uint8Array {
    const known = this.#full.get(p);
    if (known) return known;
    const full = this.#decompress(p);
    this.#full.set(p, full);
    return full;
  }
}
