/** Structures of fixed offsets, as chips write them: little-endian, read in order, to the last byte. */

import { type RefusalCode, refuse } from '../refusal.ts';
import type { Bytes } from './bytes.ts';

export class Layout {
  readonly #bytes: Bytes;
  readonly #truncated: RefusalCode;
  readonly #trailing: RefusalCode;
  #at = 0;

  constructor(bytes: Bytes, truncated: RefusalCode, trailing: RefusalCode) {
    this.#bytes = bytes;
    this.#truncated = truncated;
    this.#trailing = trailing;
  }

  get at(): number {
    return this.#at;
  }

  /** A view, not a copy. */
  take(length: number, what: string): Bytes {
    const end = this.#at + length;
    const has = this.#bytes.length;
    if (end > has) refuse(this.#truncated, `${what} ends at byte ${end} of ${has}`, { what, end, length: has });
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  u8(what: string): number {
    return this.take(1, what)[0] ?? 0;
  }

  u16(what: string): number {
    const [low = 0, high = 0] = this.take(2, what);
    return low + high * 0x100;
  }

  u32(what: string): number {
    return this.u16(what) + this.u16(what) * 0x1_0000;
  }

  u64(what: string): bigint {
    return BigInt(this.u32(what)) + (BigInt(this.u32(what)) << 32n);
  }

  rest(what: string): Bytes {
    return this.take(this.#bytes.length - this.#at, what);
  }

  end(what: string): void {
    const left = this.#bytes.length - this.#at;
    if (left !== 0) refuse(this.#trailing, `${left} bytes after ${what}`, { what, left });
  }
}
