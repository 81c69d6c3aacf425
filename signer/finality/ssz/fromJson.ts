/** The Beacon API's JSON to values: integers as decimal strings, bytes as hex. For hosts; enclaves read SSZ alone. */

import { hexToBytes } from '@noble/hashes/utils.js';
import type { Bytes } from '../bytes.ts';
import { reject } from '../rejection.ts';
import type { ContainerSchema, Schema, Value, ValueOf } from './schema.ts';

/** @throws Rejected; fields that the schema does not know are passed over, as nodes add their own */
export function fromJson<S extends Schema>(schema: S, json: unknown, field: string): ValueOf<S> {
  return valueFrom(schema, json, field) as ValueOf<S>;
}

function valueFrom(schema: Schema, json: unknown, field: string): Value {
  switch (schema.kind) {
    case 'uint':
      return uintFrom(json, schema.size, field);
    case 'bytes': {
      const bytes = bytesFrom(json, schema.size, field);
      if (bytes.length !== schema.size) reject('JSON_MALFORMED', field, `${schema.size} bytes`, bytes.length);
      return bytes;
    }
    case 'byteList':
      return bytesFrom(json, schema.limit, field);
    case 'vector':
      if (!Array.isArray(json) || json.length !== schema.length)
        return reject('JSON_MALFORMED', field, `an array of ${schema.length}`, kindOf(json));
      return json.map((item: unknown, at) => valueFrom(schema.of, item, `${field}[${at}]`) as Bytes);
    case 'container':
      return containerFrom(schema, json, field);
  }
}

function containerFrom(schema: ContainerSchema, json: unknown, field: string): Value {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return reject('JSON_MALFORMED', field, 'an object', kindOf(json));
  const members = json as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(schema.fields).map(([name, of]) => [name, valueFrom(of, members[name], `${field}.${name}`)]),
  );
}

function uintFrom(json: unknown, size: number, field: string): bigint {
  if (typeof json !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(json))
    return reject('JSON_MALFORMED', field, 'a decimal string', kindOf(json));
  const value = BigInt(json);
  if (value >> BigInt(8 * size) !== 0n) reject('INTEGER_TOO_LARGE', field, `below 2^${8 * size}`, json);
  return value;
}

function bytesFrom(json: unknown, atMost: number, field: string): Bytes {
  if (typeof json !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(json))
    return reject('JSON_MALFORMED', field, 'a hex string', kindOf(json));
  if (json.length > 2 + 2 * atMost) reject('JSON_MALFORMED', field, `at most ${atMost} bytes`, json.length / 2 - 1);
  return hexToBytes(json.slice(2));
}

function kindOf(json: unknown): string {
  if (Array.isArray(json)) return `an array of ${json.length}`;
  return typeof json === 'string' ? JSON.stringify(json.slice(0, 80)) : json === null ? 'null' : typeof json;
}
