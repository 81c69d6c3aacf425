/** Public bytes: compared, cut and spelled. Nothing here is for secrets. */

export type Bytes = Uint8Array;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Bytes): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** As the rest of this project spells bytes. */
export function toHex0x(bytes: Bytes): `0x${string}` {
  return `0x${toHex(bytes)}`;
}

/** Hexadecimal digits of either case, two a byte; null if it is anything else. */
export function fromHex(text: string): Bytes | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = (digit(text.charCodeAt(2 * at)) << 4) | digit(text.charCodeAt(2 * at + 1));
  return bytes;
}

/** Of an ASCII code that is one. */
function digit(code: number): number {
  return (code & 0xf) + (code >= 0x41 ? 9 : 0);
}

export function isEqual(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

export function isZero(bytes: Bytes): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Big-endian, of any length. */
export function uintOf(bytes: Bytes): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** Both of one length: each bit where the mask has it. */
export function masked(bytes: Bytes, mask: Bytes): Bytes {
  return bytes.map((byte, at) => byte & (mask[at] ?? 0));
}

export function utf8(bytes: Bytes): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
