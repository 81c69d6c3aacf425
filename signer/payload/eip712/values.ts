/** Values of typed data: read once out of JSON, each as its type has it, and hashed from what was read (EIP-712, "encodeData"). */

import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';
import { addressWord, hash, uintWord, WORD_BYTES } from '../../formats/words.ts';
import { parseAddress } from '../evm/address.ts';
import type { Json } from './json.ts';
import { listAt, objectOf, shown } from './shape.ts';
import type { FieldType, Types } from './types.ts';
import { fieldsOf, typeHash } from './types.ts';

type Bytes = Uint8Array;

export type Struct = ReadonlyMap<string, Value>;
export type Value =
  | { readonly kind: 'integer'; readonly integer: bigint }
  | { readonly kind: 'bool'; readonly bool: boolean }
  | { readonly kind: 'address' | 'fixed' | 'bytes'; readonly bytes: Bytes }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: Struct };

const DECIMAL = /^(?:0|-?[1-9][0-9]{0,77})$/;
const HEX = /^0x[0-9a-f]{1,64}$/;
const BYTES = /^0x(?:[0-9a-fA-F]{2})*$/;

/** Exactly the fields of the type. */
export function readStruct(types: Types, name: string, json: Json | undefined, where: string): Struct {
  const fields = fieldsOf(types, name);
  const given = objectOf(
    json,
    fields.map((field) => field.name),
    where,
  );
  return new Map(
    fields.map((field) => [field.name, read(types, field.type, given.get(field.name), `${where}.${field.name}`)]),
  );
}

function read(types: Types, type: FieldType, json: Json | undefined, where: string): Value {
  switch (type.kind) {
    case 'uint':
    case 'int':
      return { kind: 'integer', integer: readInteger(type.kind, type.bits, json, where) };
    case 'bool':
      return typeof json === 'boolean' ? { kind: 'bool', bool: json } : wrong(where, 'a bool', json);
    case 'address':
      return {
        kind: 'address',
        bytes: (typeof json === 'string' ? parseAddress(json) : undefined) ?? wrong(where, 'an address', json),
      };
    case 'string':
      return typeof json === 'string' ? { kind: 'string', text: json } : wrong(where, 'text', json);
    case 'bytes':
      return { kind: 'bytes', bytes: readBytes(json, where) };
    case 'fixed':
      return { kind: 'fixed', bytes: readFixed(type.bytes, json, where) };
    case 'array':
      return { kind: 'array', items: readArray(types, type, json, where) };
    case 'struct':
      return { kind: 'struct', name: type.name, fields: readStruct(types, type.name, json, where) };
  }
}

/** JavaScript takes blanks, nothing and `true` for numbers, and others "42" for 0x42: digits alone, or lower-case hex with 0x. */
function readInteger(kind: 'uint' | 'int', bits: number, json: Json | undefined, where: string): bigint {
  const isWritten = typeof json === 'number' || (typeof json === 'string' && (DECIMAL.test(json) || HEX.test(json)));
  if (!isWritten) return wrong(where, 'an integer', json);
  const integer = BigInt(json);
  const most = 1n << BigInt(kind === 'int' ? bits - 1 : bits);
  const least = kind === 'int' ? -most : 0n;
  return integer >= least && integer < most
    ? integer
    : refuse('TYPED_VALUE', `${where}: ${integer} is no ${kind}${bits}`);
}

function readBytes(json: Json | undefined, where: string): Bytes {
  return typeof json === 'string' && BYTES.test(json)
    ? hexToBytes(json.slice(2))
    : wrong(where, 'whole bytes in 0x-hex', json);
}

function readFixed(length: number, json: Json | undefined, where: string): Bytes {
  const bytes = readBytes(json, where);
  return bytes.length === length ? bytes : refuse('TYPED_VALUE', `${where}: ${bytes.length} bytes for bytes${length}`);
}

function readArray(
  types: Types,
  type: FieldType & { kind: 'array' },
  json: Json | undefined,
  where: string,
): readonly Value[] {
  const items = listAt(json, where);
  if (type.length !== null && items.length !== type.length)
    refuse('TYPED_ARRAY', `${where}: ${items.length} elements, its type has ${type.length}`);
  return items.map((item, at) => read(types, type.of, item, `${where}[${at}]`));
}

function wrong(where: string, expected: string, json: Json | undefined): never {
  const got =
    typeof json === 'string' ? `"${shown(json)}"` : String(json instanceof Map ? 'an object' : json).slice(0, 64);
  return refuse('TYPED_VALUE', `${where} is not ${expected}: ${got}`);
}

/** > hashStruct(s) = keccak256(typeHash ‖ encodeData(s)) */
export function hashStruct(types: Types, name: string, fields: Struct): Bytes {
  return structHasher(types)(name, fields);
}

/** Type hashes are made once. */
function structHasher(types: Types): (name: string, fields: Struct) => Bytes {
  const hashes = new Map<string, Bytes>();
  const ofType = (name: string): Bytes => {
    const known = hashes.get(name) ?? typeHash(types, name);
    hashes.set(name, known);
    return known;
  };
  const ofStruct = (name: string, fields: Struct): Bytes =>
    hash(concatBytes(ofType(name), ...Array.from(fields.values(), (value) => encode(value, ofStruct))));
  return ofStruct;
}

function encode(value: Value, ofStruct: (name: string, fields: Struct) => Bytes): Bytes {
  switch (value.kind) {
    case 'integer':
      return uintWord(BigInt.asUintN(256, value.integer)); // sign-extended
    case 'bool':
      return uintWord(value.bool ? 1 : 0);
    case 'address':
      return addressWord(value.bytes);
    case 'fixed':
      return leftAligned(value.bytes);
    case 'bytes':
      return hash(value.bytes);
    case 'string':
      return hash(utf8ToBytes(value.text));
    case 'array':
      return hash(concatBytes(...value.items.map((item) => encode(item, ofStruct))));
    case 'struct':
      return ofStruct(value.name, value.fields);
  }
}

function leftAligned(bytes: Bytes): Bytes {
  const word = new Uint8Array(WORD_BYTES);
  word.set(bytes);
  return word;
}
