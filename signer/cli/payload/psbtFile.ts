/** What a wallet wrote, from a file or from the standard input: bytes, base64, hex, or the JSON that Bitcoin Core answers with. */

import { closeSync, openSync, readSync } from 'node:fs';
import { describe, Fatal } from '../../host/errors.ts';
import { type Options, option, type Word } from '../command.ts';

type Bytes = Uint8Array;

/** A PSBT with the whole previous transaction of each input stays below this. */
export const MOST_FILE_BYTES = 16 * 1024 * 1024;
const STANDARD_INPUT = 0;
const MAGIC = 'psbt\xff';
const EXPORT =
  'Export the PSBT again, as a file, in base64 or in hex, and name that file (or - for the standard input).';

const NAME = 'Name a file that holds a PSBT, or - for the standard input.';

export const PSBT_FILE: Word = { name: 'FILE', means: 'a PSBT: bytes, base64 or hex; - reads the standard input' };

export function readPsbtFile(options: Options): Bytes {
  return psbtBytes(read(option(options, 'file')));
}

/** @throws Fatal CONFIG_INVALID for what is none of these forms */
export function psbtBytes(content: Bytes): Bytes {
  if (isPsbt(content)) return content;
  const text = Buffer.from(content).toString('latin1').trim();
  const bytes = decoded(text.startsWith('{') ? memberOf(text) : text.replace(/\s+/g, ''));
  if (isPsbt(bytes)) return bytes;
  throw new Fatal('CONFIG_INVALID', 'it is no PSBT: its first bytes are other ones (a raw transaction?)', EXPORT);
}

function isPsbt(bytes: Bytes): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

function decoded(text: string): Bytes {
  if (text === '') throw new Fatal('CONFIG_INVALID', 'there is nothing in it', EXPORT);
  const hex = text.replace(/^0x/i, '');
  if (/^(?:[0-9a-f]{2})+$/i.test(hex)) return Uint8Array.from(Buffer.from(hex, 'hex'));
  if (/^[0-9a-z+/]+={0,2}$/i.test(text) && text.length % 4 === 0) return Uint8Array.from(Buffer.from(text, 'base64'));
  throw new Fatal('CONFIG_INVALID', 'it is no PSBT: neither bytes with its magic, nor base64, nor hex', EXPORT);
}

/** > { "psbt": "str", "fee": n, "changepos": n } (walletcreatefundedpsbt) */
function memberOf(text: string): string {
  try {
    const { psbt } = JSON.parse(text) as { psbt?: unknown };
    if (typeof psbt === 'string') return psbt;
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `it is neither a PSBT nor JSON: ${describe(cause)}`, EXPORT, { cause });
  }
  throw new Fatal('CONFIG_INVALID', 'it is JSON without a member `psbt`', EXPORT);
}

function read(file: string): Bytes {
  try {
    return file === '-' ? readAll(STANDARD_INPUT) : readFile(file);
  } catch (cause) {
    if (cause instanceof Fatal) throw cause;
    throw new Fatal('CONFIG_INVALID', `cannot read ${file}: ${describe(cause)}`, NAME, { cause });
  }
}

function readFile(file: string): Bytes {
  const descriptor = openSync(file, 'r');
  try {
    return readAll(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Never more than may be: a device has no end. */
function readAll(descriptor: number): Bytes {
  const parts: Bytes[] = [];
  for (let total = 0; total <= MOST_FILE_BYTES; ) {
    const part = new Uint8Array(65_536);
    const length = readSync(descriptor, part);
    if (length === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, length));
    total += length;
  }
  throw new Fatal('CONFIG_INVALID', `it is longer than ${MOST_FILE_BYTES} bytes`, EXPORT);
}
