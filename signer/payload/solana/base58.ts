/** Base58 as Solana and Bitcoin write it: no zero, no capital I and O, no small l; a leading zero byte is a leading 1. */

type Bytes = Uint8Array;

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE = 58n;

export function base58(bytes: Bytes): string {
  let rest = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  let text = '';
  for (; rest > 0n; rest /= BASE) text = `${ALPHABET[Number(rest % BASE)]}${text}`;
  const leading = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(leading < 0 ? bytes.length : leading) + text;
}

/** An address of 32 bytes; undefined for any other text. */
export function address(text: string): Bytes | undefined {
  if (text.length < 32 || text.length > 44) return undefined;
  let value = 0n;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * BASE + BigInt(digit);
  }
  if (value >= 1n << 256n) return undefined;
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * (31 - at))) & 0xffn));
  return base58(bytes) === text ? bytes : undefined;
}
