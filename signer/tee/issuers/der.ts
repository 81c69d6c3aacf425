/** DER, written: enough to make certificates, and to make them wrong. */

export type Bytes = Uint8Array;

export function der(tag: number, ...contents: readonly Bytes[]): Bytes {
  const content = concat(...contents);
  return concat(Uint8Array.of(tag, ...lengthOf(content.length)), content);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const digits =
    length < 0x100
      ? [length]
      : length < 0x1_0000
        ? [length >> 8, length & 255]
        : [length >> 16, (length >> 8) & 255, length & 255];
  return [0x80 + digits.length, ...digits];
}

export function concat(...parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

export const bytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));
export const text = (string: string): Bytes => new Uint8Array(Buffer.from(string, 'utf8'));

export const sequence = (...items: readonly Bytes[]) => der(0x30, ...items);
export const set = (...items: readonly Bytes[]) => der(0x31, ...items);
export const octets = (content: Bytes) => der(0x04, content);
export const bits = (content: Bytes) => der(0x03, Uint8Array.of(0), content);
export const utf8 = (string: string) => der(0x0c, text(string));
export const boolean = (value: boolean) => der(0x01, Uint8Array.of(value ? 255 : 0));

export function integer(value: number | bigint | Bytes): Bytes {
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value.toString(16);
  const magnitude = bytes(hex.length % 2 === 0 ? hex : `0${hex}`);
  const start = magnitude.findIndex((byte) => byte !== 0);
  const minimal = start < 0 ? Uint8Array.of(0) : magnitude.subarray(start);
  return der(0x02, (minimal[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), minimal) : minimal);
}

export function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] => {
    const digits = [value % 128];
    for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(128 + (left % 128));
    return digits;
  };
  return der(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Seconds since 1970, before 2050. */
export function utcTime(seconds: number): Bytes {
  const iso = new Date(seconds * 1000).toISOString();
  return der(0x17, text(`${iso.slice(2, 19).replace(/[-:T]/g, '')}Z`));
}
