/** Values to bytes, the inverse of `decode`. */

import { type Bytes, concat, uintToBytes } from '../bytes.ts';
import {
  type ContainerSchema,
  fixedSize,
  headSize,
  OFFSET_BYTES,
  type Schema,
  type Value,
  type ValueOf,
} from './schema.ts';

export function encode<S extends Schema>(schema: S, value: ValueOf<S>): Bytes {
  return encodeAny(schema, value as Value);
}

function encodeAny(schema: Schema, value: Value): Bytes {
  switch (schema.kind) {
    case 'uint':
      return uintToBytes(value as bigint, schema.size);
    case 'bytes':
    case 'byteList':
      return value as Bytes;
    case 'vector':
      return concat(...(value as readonly Bytes[]));
    case 'container':
      return encodeContainer(schema, value as Readonly<Record<string, Value>>);
  }
}

function encodeContainer(schema: ContainerSchema, value: Readonly<Record<string, Value>>): Bytes {
  const head: Bytes[] = [];
  const tail: Bytes[] = [];
  let offset = headSize(schema);
  for (const [name, of] of Object.entries(schema.fields)) {
    const part = encodeAny(of, value[name] ?? new Uint8Array());
    if (fixedSize(of) !== null) head.push(part);
    else {
      head.push(uintToBytes(BigInt(offset), OFFSET_BYTES));
      tail.push(part);
      offset += part.length;
    }
  }
  return concat(...head, ...tail);
}
