/** Little-endian numbers and room, as Intel's structures have them. */

import { type Bytes, concat } from '../der.ts';

export const u16 = (value: number): Bytes => Uint8Array.of(value & 255, value >> 8);
export const u32 = (value: number): Bytes => concat(u16(value & 0xffff), u16(value >>> 16));
export const zeros = (length: number): Bytes => new Uint8Array(length);
