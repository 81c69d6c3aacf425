/** Strict decoding of frames from other hosts: exactly the declared fields, bounded in number and size. */

import { MAX_SESSION_REQUESTS, type Request, type SigningSet } from '../../enclave/api.ts';
import type { Field, Fields as FieldTable } from '../../formats/fields.ts';
import type { Decimal, Hex } from '../../formats/hex.ts';
import type { RefusalKind } from '../../formats/refusal.ts';
import { REQUEST_FIELDS } from '../../formats/request.ts';
import type { Letter, Message, Proof, Receipt, RefusedHere, TaskKind } from './messages.ts';

/** Envelopes are at most 256 KiB (docs/formats.md); what else is sent has no reason to be more. */
const ENVELOPE_BYTES = 256 * 1024;
/** A finality update of any shape. */
const PROOF_BYTES = 4_096;
const MAX_PARTIES = 64;
const MAX_RECEIVED = 1_024;
/** Lists and objects of one frame: a request has 64 effects. One byte that opens one costs a parser some hundred. */
const MAX_PARTS = 256;

type Fields = Readonly<Record<string, unknown>>;

/** Says what was wrong; the caller counts it and drops the frame. */
export class Malformed extends Error {}

export function decodeFrame(text: string): Letter | Receipt {
  const frame = parse(text);
  if ('received' in frame) {
    const { from, to, life, received } = exactly(frame, ['to', 'life', 'received', 'from']);
    return { from: word(from), to: word(to), life: hex(life, 16), received: listOf(received, MAX_RECEIVED, integer) };
  }
  const { from, to, life, number, message } = exactly(frame, ['to', 'life', 'number', 'message', 'from']);
  const envelope = { from: word(from), to: word(to), life: hex(life, 16), number: integer(number) };
  return { ...envelope, message: decodeMessage(object(message)) };
}

function decodeMessage(message: Fields): Message {
  const decode = Object.hasOwn(DECODERS, String(message.type)) ? DECODERS[message.type as Message['type']] : undefined;
  if (decode === undefined) throw new Malformed('a message of an unknown type');
  return decode(message);
}

const DECODERS: { readonly [Type in Message['type']]: (message: Fields) => Message } = {
  invite: (message) => {
    const { kind, key, ...fields } = exactly(message, ['type', 'kind', 'key', 'run', 'count', 'slot']);
    const counts = { run: integer(fields.run), count: integer(fields.count), slot: integer(fields.slot) };
    return { type: 'invite', kind: taskKind(kind), key: word(key), ...counts };
  },
  accept: (message) => {
    const { key, run, busy, ...fields } = exactly(message, ['type', 'key', 'run', 'proof', 'busy']);
    return { type: 'accept', key: word(key), run: integer(run), proof: proof(fields.proof), busy: integer(busy) };
  },
  propose: (message) => {
    const fields = exactly(message, ['type', 'kind', 'key', 'block', 'proof', 'set', 'requests']);
    const [key, requests] = [word(fields.key), words(fields.requests)];
    const pinned = { block: block(fields.block), proof: proof(fields.proof), set: signingSet(fields.set) };
    return { type: 'propose', kind: taskKind(fields.kind), key, ...pinned, requests };
  },
  decline: (message) => {
    const fields = exactly(message, ['type', 'key', 'run', 'code', 'proof', 'refused']);
    const said = { code: refusalCode(fields.code), proof: proof(fields.proof) };
    const refused = listOf(fields.refused, MAX_SESSION_REQUESTS, refusedHere);
    return { type: 'decline', key: word(fields.key), run: integer(fields.run), ...said, refused };
  },
  ended: (message) => {
    const { key, run, signed } = exactly(message, ['type', 'key', 'run', 'signed']);
    return { type: 'ended', key: word(key), run: integer(run), signed: words(signed) };
  },
  ask: (message) => ({ type: 'ask', requests: words(exactly(message, ['type', 'requests']).requests) }),
  give: (message) => ({ type: 'give', request: request(exactly(message, ['type', 'request']).request) }),
  pair: (message) => {
    const { key, run, ...fields } = exactly(message, ['type', 'key', 'block', 'proof', 'run']);
    return { type: 'pair', key: word(key), block: block(fields.block), proof: proof(fields.proof), run: integer(run) };
  },
  envelope: (message) => ({
    type: 'envelope',
    envelope: upTo(exactly(message, ['type', 'envelope']).envelope, ENVELOPE_BYTES),
  }),
};

function proof(value: unknown): Proof {
  return value === null ? null : upTo(value, PROOF_BYTES);
}

function signingSet(value: unknown): SigningSet {
  const { parties, leader, run } = exactly(object(value), ['parties', 'leader', 'run']);
  return { parties: listOf(parties, MAX_PARTIES, integer), leader: word(leader), run: integer(run) };
}

function refusedHere(value: unknown): RefusedHere {
  const { request, kind, code } = exactly(object(value), ['request', 'kind', 'code']);
  return { request: word(request), kind: refusalKind(kind), code: refusalCode(code) };
}

function refusalKind(value: unknown): RefusalKind {
  if (value === 'final' || value === 'unsupported' || value === 'passing') return value;
  throw new Malformed('an unknown kind of refusal');
}

const CODE = /^[A-Z][A-Z0-9_]{0,39}$/;

function refusalCode(value: unknown): string {
  if (typeof value === 'string' && CODE.test(value)) return value;
  throw new Malformed('not a code');
}

function request(value: unknown): Request {
  return record(value, REQUEST_FIELDS) as Request;
}

function record(value: unknown, fields: FieldTable): Fields {
  const found = exactly(object(value), Object.keys(fields));
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldValue(found[name], field)]));
}

function fieldValue(value: unknown, field: Field): unknown {
  if ('bytes' in field) return hex(value, field.bytes);
  if ('bytesUpTo' in field) return upTo(value, field.bytesUpTo);
  if ('number' in field) return ofBits(value, field.number);
  if ('bigint' in field) return decimal(value, field.bigint);
  if ('listOf' in field) return listOf(value, field.upTo, (item) => fieldValue(item, field.listOf));
  return record(value, field.fields);
}

function block(value: unknown): { number: number; hash: Hex } {
  const { number, hash } = exactly(object(value), ['number', 'hash']);
  return { number: integer(number), hash: word(hash) };
}

function taskKind(value: unknown): TaskKind {
  if (value === 'signing' || value === 'activation') return value;
  throw new Malformed('an unknown kind of task');
}

function parse(text: string): Fields {
  if (!hasFewParts(text)) throw new Malformed(`more than ${MAX_PARTS} lists and objects`);
  try {
    return object(JSON.parse(text));
  } catch (cause) {
    throw cause instanceof Malformed ? cause : new Malformed('not JSON', { cause });
  }
}

/** In a text too: no text of a frame has brackets. */
function hasFewParts(text: string): boolean {
  let left = MAX_PARTS;
  for (const opening of ['[', '{'])
    for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
      left -= 1;
      if (left < 0) return false;
    }
  return true;
}

function object(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Malformed('not an object');
}

function exactly<Name extends string>(fields: Fields, names: readonly Name[]): Readonly<Record<Name, unknown>> {
  const found = Object.keys(fields);
  if (found.length === names.length && names.every((name) => Object.hasOwn(fields, name)))
    return fields as Record<Name, unknown>;
  throw new Malformed(`fields ${found.slice(0, 10).join(', ').slice(0, 200)}; expected ${names.join(', ')}`);
}

function listOf<T>(value: unknown, most: number, item: (value: unknown) => T): readonly T[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed(`not a list of at most ${most}`);
  return value.map(item);
}

function integer(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Malformed('not an unsigned integer');
}

function ofBits(value: unknown, bits: number): number {
  const number = integer(value);
  if (number < 2 ** bits) return number;
  throw new Malformed(`not an unsigned integer of at most ${bits} bits`);
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,77})$/;

function decimal(value: unknown, bits: number): Decimal {
  if (typeof value === 'string' && DECIMAL.test(value) && BigInt(value) >> BigInt(bits) === 0n) return value;
  throw new Malformed(`not a decimal of at most ${bits} bits`);
}

const HEX = /^0x(?:[0-9a-f]{2})*$/;

function upTo(value: unknown, bytes: number): Hex {
  if (typeof value === 'string' && value.length <= 2 + 2 * bytes && HEX.test(value)) return value as Hex;
  throw new Malformed(`not lower-case hex of at most ${bytes} bytes`);
}

function hex(value: unknown, bytes: number): Hex {
  if (typeof value === 'string' && value.length === 2 + 2 * bytes) return upTo(value, bytes);
  throw new Malformed(`not ${bytes} bytes of hex`);
}

function words(value: unknown): readonly Hex[] {
  return listOf(value, MAX_SESSION_REQUESTS, word);
}

function word(value: unknown): Hex {
  return hex(value, 32);
}
