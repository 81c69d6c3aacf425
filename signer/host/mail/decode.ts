/** Strict decoding of frames from other hosts: exactly the declared fields, bounded in number and size. */

import type { AccountProof, SigningSet, StateProof } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Letter, Message, Receipt, TaskKind } from './messages.ts';

/** Envelopes are at most 256 KiB (docs/formats.md); parties and proof nodes have no reason to be more. */
const ENVELOPE_BYTES = 256 * 1024;
const NODE_BYTES = 4 * 1024;
const HEADER_BYTES = 4 * 1024;
const MAX_NODES = 64;
const MAX_SLOTS = 512;
const MAX_ACCOUNTS = 8;
const MAX_PARTIES = 64;
const MAX_RECEIVED = 1_024;

type Fields = Readonly<Record<string, unknown>>;

/** Says what was wrong; the caller counts it and drops the frame. */
export class Malformed extends Error {}

export function decodeFrame(text: string): Letter | Receipt {
  const frame = parse(text);
  if ('received' in frame) {
    const { from, to, life, received } = exactly(frame, ['to', 'life', 'received', 'from']);
    return { from: word(from), to: word(to), life: hex(life, 16), received: list(received, MAX_RECEIVED, integer) };
  }
  const { from, to, life, number, message } = exactly(frame, ['to', 'life', 'number', 'message', 'from']);
  const envelope = { from: word(from), to: word(to), life: hex(life, 16), number: integer(number) };
  return { ...envelope, message: decodeMessage(object(message)) };
}

function decodeMessage(message: Fields): Message {
  switch (message.type) {
    case 'invite': {
      const { type, kind, subject, run } = exactly(message, ['type', 'kind', 'subject', 'run'] as const);
      return { type: type as 'invite', kind: taskKind(kind), subject: word(subject), run: integer(run) };
    }
    case 'accept': {
      const { subject, run, head } = exactly(message, ['type', 'subject', 'run', 'head']);
      return { type: 'accept', subject: word(subject), run: integer(run), head: integer(head) };
    }
    case 'propose': {
      const fields = exactly(message, ['type', 'kind', 'subject', 'block', 'set', 'proof']);
      const task = { kind: taskKind(fields.kind), subject: word(fields.subject), block: block(fields.block) };
      return { type: 'propose', ...task, set: signingSet(fields.set), proof: stateProof(fields.proof) };
    }
    case 'envelope':
      return { type: 'envelope', envelope: upTo(exactly(message, ['type', 'envelope']).envelope, ENVELOPE_BYTES) };
    default:
      throw new Malformed('a message of an unknown type');
  }
}

function signingSet(value: unknown): SigningSet {
  const { parties, leader, run } = exactly(object(value), ['parties', 'leader', 'run']);
  return { parties: list(parties, MAX_PARTIES, integer), leader: word(leader), run: integer(run) };
}

function stateProof(value: unknown): StateProof {
  const { header, accounts } = exactly(object(value), ['header', 'accounts']);
  return { header: upTo(header, HEADER_BYTES), accounts: list(accounts, MAX_ACCOUNTS, accountProof) };
}

function accountProof(value: unknown): AccountProof {
  const { address, proof, slots } = exactly(object(value), ['address', 'proof', 'slots']);
  return { address: hex(address, 20), proof: nodes(proof), slots: list(slots, MAX_SLOTS, slotProof) };
}

function slotProof(value: unknown): { slot: Hex; proof: readonly Hex[] } {
  const { slot, proof } = exactly(object(value), ['slot', 'proof']);
  return { slot: word(slot), proof: nodes(proof) };
}

function nodes(value: unknown): readonly Hex[] {
  return list(value, MAX_NODES, (node) => upTo(node, NODE_BYTES));
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
  try {
    return object(JSON.parse(text));
  } catch (cause) {
    throw cause instanceof Malformed ? cause : new Malformed('not JSON', { cause });
  }
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

function list<T>(value: unknown, most: number, item: (value: unknown) => T): readonly T[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed(`not a list of at most ${most}`);
  return value.map(item);
}

function integer(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Malformed('not an unsigned integer');
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

function word(value: unknown): Hex {
  return hex(value, 32);
}
