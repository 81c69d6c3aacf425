/** Bytes to values, strictly: one encoding for each value, every byte accounted for. */

import { type Bytes, bytesToUint } from '../bytes.ts';
import { reject } from '../rejection.ts';
import {
  type ContainerSchema,
  fixedSize,
  headSize,
  OFFSET_BYTES,
  type Schema,
  type Value,
  type ValueOf,
} from './schema.ts';

/** @param field what the bytes are, for the rejection @throws Rejected */
export function decode<S extends Schema>(schema: S, bytes: Bytes, field: string): ValueOf<S> {
  return decodeAny(schema, bytes, field) as ValueOf<S>;
}

function decodeAny(schema: Schema, bytes: Bytes, field: string): Value {
  const size = fixedSize(schema);
  if (size !== null && bytes.length !== size) reject('SSZ_SIZE', field, `${size} bytes`, bytes.length);
  switch (schema.kind) {
    case 'uint':
      return bytesToUint(bytes);
    case 'bytes':
      return bytes.slice();
    case 'byteList':
      if (bytes.length > schema.limit) reject('SSZ_SIZE', field, `at most ${schema.limit} bytes`, bytes.length);
      return bytes.slice();
    case 'vector':
      return Array.from({ length: schema.length }, (_, at) =>
        bytes.slice(at * schema.of.size, (at + 1) * schema.of.size),
      );
    case 'container':
      return decodeContainer(schema, bytes, field);
  }
}

function decodeContainer(schema: ContainerSchema, bytes: Bytes, field: string): Value {
  const value: Record<string, Value> = {};
  for (const { name, part } of partsOf(schema, bytes, field)) {
    const of = schema.fields[name];
    if (of) value[name] = decodeAny(of, part, `${field}.${name}`);
  }
  return value;
}

type Part = { readonly name: string; readonly part: Bytes };

function partsOf(schema: ContainerSchema, bytes: Bytes, field: string): readonly Part[] {
  const head = headSize(schema);
  if (bytes.length < head) reject('SSZ_SIZE', field, `at least ${head} bytes`, bytes.length);
  const parts: Part[] = [];
  const variable: { readonly name: string; readonly offset: number }[] = [];
  let at = 0;
  for (const [name, of] of Object.entries(schema.fields)) {
    const end = at + (fixedSize(of) ?? OFFSET_BYTES);
    const part = bytes.subarray(at, end);
    if (fixedSize(of) === null) variable.push({ name, offset: Number(bytesToUint(part)) });
    else parts.push({ name, part });
    at = end;
  }
  return [...parts, ...variableParts(variable, head, bytes, field)];
}

/** The first offset is where the fixed part ends, each next one is not before the last, and the last part ends with the bytes. */
function variableParts(
  variable: readonly { readonly name: string; readonly offset: number }[],
  head: number,
  bytes: Bytes,
  field: string,
): readonly Part[] {
  return variable.map(({ name, offset }, at) => {
    const end = variable[at + 1]?.offset ?? bytes.length;
    if (at === 0 && offset !== head) reject('SSZ_OFFSET', `${field}.${name}`, head, offset);
    if (end < offset || end > bytes.length)
      reject('SSZ_OFFSET', `${field}.${name}`, `${offset} to ${bytes.length}`, end);
    return { name, part: bytes.subarray(offset, end) };
  });
}
