/**
 * A Solana message, legacy or of version 0, read as the runtime sanitises it and more strictly where the runtime is lax: every length in
 * its only form, every account once, no address that stands in a table on chain and not in the bytes.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { RefusalCode } from '../../formats/refusal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Reader } from '../bitcoin/reader.ts';
import { reader } from '../bitcoin/reader.ts';
import { base58 } from './base58.ts';

type Bytes = Uint8Array;

/** An account with the rights that the message gives it, which each of its instructions lends to the program that it calls. */
export type Account = { readonly key: Bytes; readonly isSigner: boolean; readonly isWritable: boolean };
export type Instruction = { readonly program: Bytes; readonly accounts: readonly Account[]; readonly data: Bytes };
export type Message = {
  readonly version: 'legacy' | 0;
  /** The first pays the fee. */
  readonly signers: readonly Bytes[];
  /** A recent block's hash, or a nonce. */
  readonly lifetime: Bytes;
  readonly instructions: readonly Instruction[];
};

/** > PACKET_DATA_SIZE: 1,232 bytes, with the signatures: their number, and 64 bytes for each. */
const PACKET_BYTES = 1232;
/** The longest message that one signature leaves room for. */
export const MAX_SOLANA_MESSAGE = PACKET_BYTES - 1 - 64;
/** > MAX_INSTRUCTION_TRACE_LENGTH: no transaction runs more. */
const MAX_INSTRUCTIONS = 64;

const ADDRESS_BYTES = 32;
const MALFORMED: RefusalCode = 'MESSAGE_MALFORMED';

export function decodeMessage(bytes: Bytes): Message {
  const read = reader(bytes, MALFORMED);
  const version = versionOf(bytes);
  if (version === 0) read.bytes(1);
  const header = { signers: read.uint(1), readonlySigners: read.uint(1), readonlyOthers: read.uint(1) };
  const keys = repeat(read, 'accounts', () => read.bytes(ADDRESS_BYTES));
  const accounts = accountsOf(keys, header);
  requireFits(bytes, header.signers);
  const lifetime = read.bytes(ADDRESS_BYTES);
  const indexed = instructions(read);
  if (version === 0) requireNoTables(read);
  read.finish();
  return { version, signers: keys.slice(0, header.signers), lifetime, instructions: resolved(indexed, accounts) };
}

/** > The upper bit of the first byte marks a versioned message; the other seven are its version. */
function versionOf([first]: Bytes): 'legacy' | 0 {
  if (first === undefined) return refuse(MALFORMED, 'no bytes');
  if (first < 0x80) return 'legacy';
  return first === 0x80 ? 0 : refuse('MESSAGE_VERSION', `version ${first - 0x80}, expected none or 0`);
}

// What no packet carries with its signatures can never be sent.
function requireFits({ length }: Bytes, signers: number): void {
  const whole = 1 + 64 * signers + length;
  if (whole > PACKET_BYTES) {
    refuse('PAYLOAD_TOO_LARGE', `${whole} bytes with ${signers} signatures, at most ${PACKET_BYTES}`);
  }
}

type Header = { readonly signers: number; readonly readonlySigners: number; readonly readonlyOthers: number };

/** > Signers that may be written, signers that may not, others that may, others that may not. The first signer pays. */
function accountsOf(keys: readonly Bytes[], { signers, readonlySigners, readonlyOthers }: Header): readonly Account[] {
  if (signers < 1) refuse('MESSAGE_HEADER', 'no signer');
  if (readonlySigners >= signers) refuse('MESSAGE_HEADER', `${readonlySigners} of ${signers} signers are read-only`);
  if (signers + readonlyOthers > keys.length) {
    refuse('MESSAGE_HEADER', `${signers} signers and ${readonlyOthers} others among ${keys.length} accounts`);
  }
  requireDistinct(keys);
  return keys.map((key, at) => {
    const isSigner = at < signers;
    const isWritable = isSigner ? at < signers - readonlySigners : at < keys.length - readonlyOthers;
    return { key, isSigner, isWritable };
  });
}

// One account under two indices would have two sets of rights.
function requireDistinct(keys: readonly Bytes[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    const name = bytesToHex(key);
    if (seen.has(name)) refuse('MESSAGE_ACCOUNT_REPEATED', `${base58(key)} is listed twice`);
    seen.add(name);
  }
}

/** Accounts by their place in the message. */
type Indexed = { readonly program: number; readonly accounts: readonly number[]; readonly data: Bytes };

function instructions(read: Reader): readonly Indexed[] {
  const count = compactU16(read);
  if (count > MAX_INSTRUCTIONS) refuse('MESSAGE_COUNT', `${count} instructions, at most ${MAX_INSTRUCTIONS}`);
  return Array.from({ length: count }, (_, at) => {
    const program = read.uint(1);
    const accounts = repeat(read, `instruction ${at}`, () => read.uint(1));
    return { program, accounts, data: read.bytes(compactU16(read)) };
  });
}

// After tables were looked for: only without any is an index beyond the accounts an error.
function resolved(indexed: readonly Indexed[], all: readonly Account[]): readonly Instruction[] {
  return indexed.map(({ program, accounts, data }, number) => {
    const where = `instruction ${number}`;
    if (program === 0) refuse(MALFORMED, `${where}: the fee payer is no program`);
    return {
      program: accountAt(all, program, where).key,
      accounts: accounts.map((at) => accountAt(all, at, where)),
      data,
    };
  });
}

function accountAt(accounts: readonly Account[], at: number, where: string): Account {
  return accounts[at] ?? refuse(MALFORMED, `${where}: account ${at} of ${accounts.length}`);
}

function requireNoTables(read: Reader): void {
  const tables = compactU16(read);
  if (tables > 0) refuse('MESSAGE_LOOKUP_TABLE', `${tables} lookup tables: their addresses are not in the bytes`);
}

// Ends with the bytes at the latest: each item takes at least one. Caps at a byte's worth, since a byte is what names an account.
function repeat<T>(read: Reader, what: string, one: () => T): readonly T[] {
  const length = compactU16(read);
  if (length > 256) refuse(MALFORMED, `${what}: ${length} items, and an index is one byte`);
  return Array.from({ length }, one);
}

/** > compact-u16: seven bits a byte, the lowest first; the upper bit says that another follows. Three bytes at most, none for nothing. */
export function compactU16(read: Reader): number {
  let value = 0;
  for (let at = 0; at < 3; at++) {
    const byte = read.uint(1);
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return requireShortest(value, byte, at);
  }
  return refuse(MALFORMED, 'a length that does not end after three bytes');
}

function requireShortest(value: number, last: number, at: number): number {
  if (last === 0 && at > 0) refuse(MALFORMED, `a length of ${at + 1} bytes for ${value}`);
  if (value > 0xffff) refuse(MALFORMED, `a length of ${value}, over 16 bits`);
  return value;
}
