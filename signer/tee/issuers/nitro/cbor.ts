/** CBOR, written with minimal heads: what a Nitro document is made of. */

import { type Bytes, bytes, concat, text } from '../der.ts';

export const head = (major: number, value: number): Bytes => {
  if (value < 24) return Uint8Array.of((major << 5) + value);
  if (value < 0x100) return Uint8Array.of((major << 5) + 24, value);
  if (value < 0x1_0000) return Uint8Array.of((major << 5) + 25, value >> 8, value & 255);
  if (value < 0x1_0000_0000)
    return concat(Uint8Array.of((major << 5) + 26), bytes(value.toString(16).padStart(8, '0')));
  return concat(Uint8Array.of((major << 5) + 27), bytes(value.toString(16).padStart(16, '0')));
};
export const unsigned = (value: number) => head(0, value);
export const byteString = (content: Bytes) => concat(head(2, content.length), content);
export const textString = (content: string) => concat(head(3, text(content).length), text(content));
export const list = (...items: readonly Bytes[]) => concat(head(4, items.length), ...items);
export const map = (entries: readonly (readonly [Bytes, Bytes])[]) =>
  concat(head(5, entries.length), ...entries.flat());
export const NULL = Uint8Array.of(0xf6);
