/** One map of a PSBT: what is read of it, once everything in it is known to be readable or a hint. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';
import type { FieldRow, FieldTable } from './psbtFields.ts';
import type { Reader } from './reader.ts';

type Bytes = Uint8Array;

/** By type, in hex: fields that are read have no key data. */
export type Fields = ReadonlyMap<string, Bytes>;
export type PsbtVersion = 0 | 2;

/** > <map> := <keypair>* 0x00 ; <keypair> := <key> <value> ; no key twice. */
export function fieldMap(read: Reader, table: FieldTable, where: string): Fields {
  const keys = new Set<string>();
  const fields = new Map<string, Bytes>();
  for (let length = read.compactSize(); length > 0; length = read.compactSize()) {
    const key = bytesToHex(read.bytes(length));
    if (keys.has(key)) refuse('PSBT_FIELD_REPEATED', `${where}: key 0x${shown(key)}`);
    keys.add(key);
    const { use } = understood(key, table, where);
    const value = read.bytes(read.compactSize());
    if (use === 'read') fields.set(key, value);
  }
  return fields;
}

/** What only another version of the format has could say a second thing of the same transaction. */
export function requireVersion(fields: Fields, table: FieldTable, version: PsbtVersion, where: string): void {
  for (const type of fields.keys()) {
    const row = table[type];
    if (row?.version !== undefined && row.version !== version) {
      refuse('PSBT_FIELD_UNKNOWN', `${where}: ${row.name} (0x${type}) is no field of version ${version}`);
    }
  }
}

/** A field that has to be there, of this many bytes. */
export function required(fields: Fields, type: string, table: FieldTable, where: string): Bytes {
  return fields.get(type) ?? refuse('PSBT_FIELD_MISSING', `${where}: no ${table[type]?.name}`);
}

function understood(key: string, table: FieldTable, where: string): FieldRow {
  const row = Object.hasOwn(table, key.slice(0, 2)) ? table[key.slice(0, 2)] : undefined;
  if (row === undefined) return refuse('PSBT_FIELD_UNKNOWN', `${where}: unknown field 0x${shown(key)}`);
  const named = `${where}: ${row.name} (0x${shown(key)})`;
  if (row.use === 'signature') return refuse('INPUT_ALREADY_SIGNED', named);
  if (row.use === 'refused') return refuse('PSBT_FIELD_UNKNOWN', `${named} is not taken`);
  const keyData = key.length / 2 - 1;
  if (row.keyData !== null && row.keyData !== keyData) {
    return refuse('PSBT_FIELD_UNKNOWN', `${named} has ${keyData} bytes behind its type, expected ${row.keyData}`);
  }
  return row;
}

/** A key may be as long as the payload. */
function shown(key: string): string {
  return key.length > 20 ? `${key.slice(0, 20)}…` : key;
}
