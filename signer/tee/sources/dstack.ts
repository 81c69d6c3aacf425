/**
 * A TD under dstack: its guest agent answers over a unix socket, `/GetQuote` with a quote over the 64 bytes that it is given, `/GetKey` with a
 * key of the app that it draws from what its key provider (a KMS, or one on the machine) gave it.
 *
 * DANGER: that key is the app's, whatever its image: whoever may upgrade the app at its KMS can start code that reads what is sealed under it.
 * Where the KMS is the operator's own, that is the operator; a DAO names the source of sealing keys in the record of a measurement.
 */

import { hkdfSync } from 'node:crypto';
import { type Limits, postJson } from './postJson.ts';
import { type Source, SourceFailed } from './source.ts';

type Bytes = Uint8Array;

export const DSTACK_SOCKET = '/var/run/dstack.sock';
/** A quote and its event log, with room. */
export const DSTACK_LIMITS: Limits = { milliseconds: 20_000, bytes: 1024 * 1024 };

const REPORT_BYTES = 64;
/** > The quote is hex; genuine ones have five to eight thousand bytes. */
const MOST_QUOTE_BYTES = 16_384;
const KEY_BYTES = 32;
const KEY_PATH = 'quorate/sealing/1';

/** @param started hash of the code and the configuration that this source serves: others get another key */
export function dstackSource(socket: string, started: Bytes, limits: Limits = DSTACK_LIMITS): Source {
  const ask = (path: string, body: object) => postJson(socket, path, body, limits);
  return {
    kind: 'tdx',
    evidence: async (reportData) => {
      const padded = Buffer.concat([reportData, Buffer.alloc(REPORT_BYTES - reportData.length)]).toString('hex');
      const answer = await ask('/GetQuote', { report_data: padded });
      const about = field(answer, 'report_data', null);
      if (about !== null && about !== padded)
        throw new SourceFailed('SOURCE_MALFORMED', '/GetQuote: the quote is about other report data');
      return hexIn(answer, 'quote', '/GetQuote', { least: 1, most: MOST_QUOTE_BYTES });
    },
    sealingKey: async () => {
      const answer = await ask('/GetKey', { path: KEY_PATH, purpose: 'sealing' });
      const key = hexIn(answer, 'key', '/GetKey', { least: KEY_BYTES, most: KEY_BYTES });
      return new Uint8Array(hkdfSync('sha256', key, started, KEY_PATH, KEY_BYTES));
    },
  };
}

function hexIn(answer: unknown, name: string, path: string, { least, most }: { least: number; most: number }): Bytes {
  const text = field(answer, name, undefined);
  const isHex = typeof text === 'string' && text.length <= 2 * most && /^([0-9a-f]{2})*$/.test(text);
  if (!isHex || text.length < 2 * least)
    throw new SourceFailed('SOURCE_MALFORMED', `${path}: ${name} is no hexadecimal of ${least} to ${most} bytes`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function field<T>(answer: unknown, name: string, otherwise: T): unknown {
  if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, name)) return otherwise;
  return (answer as Readonly<Record<string, unknown>>)[name];
}
