/** A payload as people have it in files: bytes, base64, hex, or JSON whose `payload` is hex. */

import { readFileSync } from 'node:fs';
import { fromHex, type Hex } from '../../formats/hex.ts';
import { MAX_PAYLOAD } from '../../formats/limits.ts';
import { Fatal } from '../../host/errors.ts';

/** Base64, hex and JSON are longer than what they hold. */
const MOST_BYTES = 8 * MAX_PAYLOAD;

/** `-` is the standard input. @throws Fatal CONFIG_INVALID */
export function readPayload(file: string): Uint8Array {
  const bytes = read(file);
  if (bytes.length > MOST_BYTES) throw unusable(file, `it has ${bytes.length} bytes, a payload at most ${MAX_PAYLOAD}`);
  const text = bytes.toString('latin1').trim();
  const payload = text.startsWith('{') ? inJson(file, text) : (inText(text) ?? new Uint8Array(bytes));
  if (payload.length === 0) throw unusable(file, 'it is empty');
  return payload;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    throw unusable(file, (cause as Error).message, { cause });
  }
}

/** What `quorate payload … --json` and `quorate propose … --json` print. */
function inJson(file: string, text: string): Uint8Array {
  let found: { readonly payload?: unknown; readonly transaction?: { readonly data?: unknown } | null };
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw unusable(file, 'it begins like JSON and is none', { cause });
  }
  const value = found.payload ?? found.transaction?.data;
  const payload = typeof value === 'string' ? inHex(value) : null;
  if (payload === null) throw unusable(file, 'its JSON has neither `payload` nor `transaction.data` in hex');
  return payload;
}

function inText(text: string): Uint8Array | null {
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}$/.test(text) && text.replace(/\s/g, '').length % 4 === 0;
  return inHex(text) ?? (isBase64 ? new Uint8Array(Buffer.from(text, 'base64')) : null);
}

function inHex(text: string): Uint8Array | null {
  const digits = text.replace(/^0x/, '').toLowerCase();
  return /^(?:[0-9a-f]{2})+$/.test(digits) ? fromHex(`0x${digits}` as Hex) : null;
}

function unusable(file: string, detail: string, options?: ErrorOptions): Fatal {
  const advice = 'Name a file with the payload as bytes, base64 or hex; `-` reads the standard input.';
  return new Fatal('CONFIG_INVALID', `cannot use the payload ${file}: ${detail}`, advice, options);
}
