/** Solana messages written by hand, byte for byte: what no library would write too. */

import { concatBytes } from '@noble/hashes/utils.js';
import type { AskedOfKey, DecodedPayload } from '../../../signer/payload/decodedPayload.ts';
import { decodePayload } from '../../../signer/payload/decodePayload.ts';
import { address } from '../../../signer/payload/solana/base58.ts';
import { facts } from '../../enclave/path/support/facts.ts';

type Bytes = Uint8Array;

export const key = (text: string): Bytes => address(text)!;
export const u16 = (value: number): Bytes => {
  if (value < 0x80) return Uint8Array.of(value);
  return value < 0x4000
    ? Uint8Array.of((value & 0x7f) | 0x80, value >> 7)
    : Uint8Array.of((value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14);
};
export const u32 = (value: number): Bytes => Uint8Array.from({ length: 4 }, (_, at) => (value >>> (8 * at)) & 0xff);
export const u64 = (value: bigint): Bytes =>
  Uint8Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));

/** Rights as people write them: `ws` may be written and signs. */
export type Meta = readonly [key: Bytes, rights: '' | 'w' | 's' | 'ws'];
export type RawInstruction = { program: Bytes; accounts: Meta[]; data: Bytes };
export type RawMessage = {
  version: 'legacy' | 0;
  header: [number, number, number];
  keys: Bytes[];
  lifetime: Bytes;
  instructions: { program: number; accounts: number[]; data: Bytes }[];
  tables: Bytes;
  trailing: Bytes;
};

/** As a wallet compiles it: payer first, then by rights. */
export function compiled(payer: Bytes, lifetime: Bytes, instructions: RawInstruction[]): RawMessage {
  const name = (bytes: Bytes) => Buffer.from(bytes).toString('hex');
  const rights = new Map<string, { key: Bytes; signs: boolean; written: boolean }>();
  const add = (account: Bytes, signs: boolean, written: boolean) => {
    const before = rights.get(name(account)) ?? { key: account, signs: false, written: false };
    rights.set(name(account), { key: account, signs: before.signs || signs, written: before.written || written });
  };
  add(payer, true, true);
  for (const { accounts } of instructions)
    for (const [account, right] of accounts) add(account, right.includes('s'), right.includes('w'));
  for (const { program } of instructions) add(program, false, false);
  const all = [...rights.values()];
  const group = (signs: boolean, written: boolean) =>
    all.filter((each) => each.signs === signs && each.written === written);
  const groups = [group(true, true), group(true, false), group(false, true), group(false, false)] as const;
  const keys = groups.flat().map((each) => each.key);
  const at = (account: Bytes) => keys.findIndex((each) => name(each) === name(account));
  return {
    version: 'legacy',
    header: [groups[0].length + groups[1].length, groups[1].length, groups[3].length],
    keys,
    lifetime,
    instructions: instructions.map(({ program, accounts, data }) => ({
      program: at(program),
      accounts: accounts.map(([account]) => at(account)),
      data,
    })),
    tables: u16(0),
    trailing: new Uint8Array(),
  };
}

export function messageBytes({ version, header, keys, lifetime, instructions, tables, trailing }: RawMessage): Bytes {
  return concatBytes(
    version === 0 ? Uint8Array.of(0x80) : new Uint8Array(),
    Uint8Array.from(header),
    u16(keys.length),
    ...keys,
    lifetime,
    u16(instructions.length),
    ...instructions.flatMap(({ program, accounts, data }) => [
      Uint8Array.of(program),
      u16(accounts.length),
      Uint8Array.from(accounts),
      u16(data.length),
      data,
    ]),
    version === 0 ? tables : new Uint8Array(),
    trailing,
  );
}

/** What stage 6 is given for an Ed25519 key. */
export function askedOf(publicKey: Bytes, payload: Bytes): AskedOfKey {
  const { request, key: ofFacts } = facts();
  Object.assign(request, { kind: 2, payload, path: new Uint8Array(32) });
  return { request, publicKey: { prefix: 0, x: publicKey }, birth: ofFacts.birth };
}

export function decodeFor(publicKey: Bytes, payload: Bytes): DecodedPayload {
  return decodePayload('ed25519', 2, askedOf(publicKey, payload));
}
