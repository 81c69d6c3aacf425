/** Certificates as text (RFC 7468, strict): exact boundaries, lines of 64, one newline each, canonical base64, nothing between. */

import { refuse } from '../refusal.ts';
import type { Bytes } from './bytes.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----\n';
const END = '-----END CERTIFICATE-----';
const MOST_CERTIFICATES = 8;

export function decodePem(text: string, what: string): readonly Bytes[] {
  const certificates: Bytes[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(END, at);
    if (!text.startsWith(BEGIN, at) || end < 0 || certificates.length === MOST_CERTIFICATES)
      refuse('PEM_MALFORMED', `${what} is not a list of at most ${MOST_CERTIFICATES} certificates`, { what, at });
    certificates.push(decodeLines(text.slice(at + BEGIN.length, end), what));
    at = afterNewline(text, end + END.length, what);
  }
  return certificates;
}

/** The newline of the last line may be missing. */
function afterNewline(text: string, at: number, what: string): number {
  if (at === text.length) return at;
  if (text[at] !== '\n') refuse('PEM_MALFORMED', `${what} has something after a certificate`, { what, at });
  return at + 1;
}

function decodeLines(lines: string, what: string): Bytes {
  if (!/^(?:[^\n]{64}\n)*[^\n]{1,64}\n$/.test(lines))
    refuse('PEM_MALFORMED', `${what} has other lines than of 64`, { what });
  const bytes = fromBase64(lines.replaceAll('\n', ''));
  if (bytes === null) refuse('PEM_MALFORMED', `${what} is no canonical base64`, { what });
  return bytes;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))));

/** RFC 4648, section 4, with padding; unused bits must be zero (3.5). */
export function fromBase64(text: string): Bytes | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3);
  const value = (at: number) => VALUES[text.charCodeAt(at)] ?? 0;
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    const [b, c] = [value(from + 1), value(from + 2)];
    bytes[to] = (value(from) << 2) | (b >> 4);
    bytes[to + 1] = ((b & 15) << 4) | (c >> 2);
    bytes[to + 2] = ((c & 3) << 6) | value(from + 3);
  }
  const whole = bytes.length - padding;
  return bytes.subarray(whole).every((byte) => byte === 0) ? bytes.subarray(0, whole) : null;
}
