/** The types of typed data (EIP-712, "Definition of typed structured data"). */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';
import { hash } from '../../formats/words.ts';
import type { Json } from './json.ts';
import { listAt, objectAt, objectOf, shown } from './shape.ts';

type Bytes = Uint8Array;

export type FieldType =
  | { readonly kind: 'uint' | 'int'; readonly bits: number }
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'address' | 'bool' | 'string' | 'bytes' }
  | { readonly kind: 'array'; readonly of: FieldType; readonly length: number | null }
  | { readonly kind: 'struct'; readonly name: string };
/** `written` is what is hashed. */
export type Field = { readonly name: string; readonly written: string; readonly type: FieldType };
/** By name, in the order that they were written in. */
export type Types = ReadonlyMap<string, readonly Field[]>;

export const MAX_TYPES = 64;
/** Of one array type in another. */
const MAX_DIMENSIONS = 8;
/** Names are hashed between commas and parentheses: any other character could make two types look alike. */
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
/** > atomic types: bytes1 to bytes32, uint8 to uint256, int8 to int256, bool and address; dynamic types: bytes and string */
const RESERVED = /^(?:address|bool|string|bytes[0-9]*|u?int[0-9]*)$/;
const INTEGER = /^(u?int)([1-9][0-9]{0,2})$/;
const FIXED = /^bytes([1-9][0-9]?)$/;
const ARRAY = /^(.+)\[([1-9][0-9]{0,4})?\]$/;

/** @throws Refused TYPED_NAME, TYPED_TYPE, TYPED_TOO_LARGE, and what `objectOf` refuses */
export function readTypes(json: Json | undefined): Types {
  const declared = objectAt(json, 'types');
  if (declared.size > MAX_TYPES) refuse('TYPED_TOO_LARGE', `${declared.size} types, at most ${MAX_TYPES}`);
  for (const name of declared.keys()) requireName(name, RESERVED);
  return new Map(Array.from(declared, ([name, fields]) => [name, readFields(fields, name, new Set(declared.keys()))]));
}

function readFields(json: Json, struct: string, structs: ReadonlySet<string>): readonly Field[] {
  const names = new Set<string>();
  return listAt(json, `types.${struct}`).map((each, at) => {
    const where = `types.${struct}[${at}]`;
    const field = objectOf(each, ['name', 'type'], where);
    const [name, written] = [text(field.get('name'), where), text(field.get('type'), where)];
    requireName(name, null);
    if (names.has(name)) refuse('TYPED_NAME', `${where}: ${shown(name)} twice in one type`);
    names.add(name);
    return { name, written, type: fieldType(written, structs, 0) };
  });
}

function text(json: Json | undefined, where: string): string {
  return typeof json === 'string' ? json : refuse('TYPED_TYPE', `${where}: name or type is no text`);
}

function requireName(name: string, reserved: RegExp | null): void {
  if (!NAME.test(name) || reserved?.test(name)) refuse('TYPED_NAME', `"${shown(name)}" is no name of a type or field`);
}

function fieldType(written: string, structs: ReadonlySet<string>, dimension: number): FieldType {
  const array = ARRAY.exec(written);
  if (array !== null) {
    if (dimension === MAX_DIMENSIONS) refuse('TYPED_TOO_LARGE', `an array of more than ${MAX_DIMENSIONS} dimensions`);
    const length = array[2] === undefined ? null : Number(array[2]);
    return { kind: 'array', of: fieldType(array[1] ?? '', structs, dimension + 1), length };
  }
  if (RESERVED.test(written)) return atomic(written);
  return structs.has(written)
    ? { kind: 'struct', name: written }
    : refuse('TYPED_TYPE', `"${shown(written)}" is not defined`);
}

function atomic(written: string): FieldType {
  if (written === 'address' || written === 'bool' || written === 'string' || written === 'bytes')
    return { kind: written };
  const bytes = Number(FIXED.exec(written)?.[1] ?? 0);
  if (bytes >= 1 && bytes <= 32) return { kind: 'fixed', bytes };
  const [, kind, digits] = INTEGER.exec(written) ?? [];
  const bits = Number(digits ?? 0);
  if (bits === 0 || bits > 256 || bits % 8 !== 0)
    return refuse('TYPED_TYPE', `"${shown(written)}" is no type of EIP-712`);
  return { kind: kind === 'int' ? 'int' : 'uint', bits };
}

/** > the set of referenced struct types is collected, sorted by name and appended to the encoding */
export function typeString(types: Types, name: string): string {
  const reached = new Set<string>();
  reach(types, name, [], reached);
  reached.delete(name);
  return [name, ...[...reached].sort()].map((each) => written(types, each)).join('');
}

export function typeHash(types: Types, name: string): Bytes {
  return hash(utf8ToBytes(typeString(types, name)));
}

/** > name ‖ "(" ‖ member₁ ‖ "," ‖ member₂ ‖ "," ‖ … ‖ memberₙ ")" */
function written(types: Types, name: string): string {
  return `${name}(${fieldsOf(types, name)
    .map((field) => `${field.written} ${field.name}`)
    .join(',')})`;
}

/** EIP-712 leaves open what a type in itself means, and libraries differ. */
function reach(types: Types, name: string, path: readonly string[], reached: Set<string>): void {
  if (path.includes(name)) refuse('TYPED_RECURSIVE', `${[...path, name].map(shown).join(' in ')}`);
  if (reached.has(name)) return;
  reached.add(name);
  for (const { type } of fieldsOf(types, name)) {
    const base = baseOf(type);
    if (base.kind === 'struct') reach(types, base.name, [...path, name], reached);
  }
}

function baseOf(type: FieldType): FieldType {
  return type.kind === 'array' ? baseOf(type.of) : type;
}

export function fieldsOf(types: Types, name: string): readonly Field[] {
  return types.get(name) ?? refuse('TYPED_TYPE', `"${shown(name)}" is not defined`);
}
