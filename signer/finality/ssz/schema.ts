/** The little of SSZ that light-client containers are made of: a schema is data, and the value's type follows from it. */

import type { Bytes } from '../bytes.ts';

export type UintSchema = { readonly kind: 'uint'; readonly size: number };
export type BytesSchema = { readonly kind: 'bytes'; readonly size: number };
export type ByteListSchema = { readonly kind: 'byteList'; readonly limit: number };
export type VectorSchema = { readonly kind: 'vector'; readonly of: BytesSchema; readonly length: number };
export type ContainerSchema = { readonly kind: 'container'; readonly fields: Readonly<Record<string, Schema>> };
export type Schema = UintSchema | BytesSchema | ByteListSchema | VectorSchema | ContainerSchema;

export type ValueOf<S> = S extends UintSchema
  ? bigint
  : S extends BytesSchema | ByteListSchema
    ? Bytes
    : S extends VectorSchema
      ? readonly Bytes[]
      : S extends { readonly kind: 'container'; readonly fields: infer F }
        ? { readonly [N in keyof F]: ValueOf<F[N]> }
        : never;

/** A value of any schema, where code is driven by the schema and not by its type. */
export type Value = bigint | Bytes | readonly Bytes[] | { readonly [name: string]: Value };

export const uint64 = { kind: 'uint', size: 8 } as const;
export const uint256 = { kind: 'uint', size: 32 } as const;

export function bytesOf<N extends number>(size: N): { readonly kind: 'bytes'; readonly size: N } {
  return { kind: 'bytes', size };
}

export function byteList(limit: number): ByteListSchema {
  return { kind: 'byteList', limit };
}

export function vector(of: BytesSchema, length: number): VectorSchema {
  return { kind: 'vector', of, length };
}

export function container<const F extends Readonly<Record<string, Schema>>>(
  fields: F,
): { readonly kind: 'container'; readonly fields: F } {
  return { kind: 'container', fields };
}

export const root = bytesOf(32);
/** Four bytes that say where a field of variable size starts. */
export const OFFSET_BYTES = 4;

/** How many bytes every value of it has, or null where that varies. */
export function fixedSize(schema: Schema): number | null {
  switch (schema.kind) {
    case 'uint':
    case 'bytes':
      return schema.size;
    case 'byteList':
      return null;
    case 'vector':
      return schema.of.size * schema.length;
    case 'container':
      return sumOf(Object.values(schema.fields).map(fixedSize));
  }
}

export function largestSize(schema: Schema): number {
  switch (schema.kind) {
    case 'uint':
    case 'bytes':
    case 'vector':
      return fixedSize(schema) ?? 0;
    case 'byteList':
      return schema.limit;
    case 'container':
      return Object.values(schema.fields)
        .map((field) => (fixedSize(field) === null ? OFFSET_BYTES : 0) + largestSize(field))
        .reduce((sum, size) => sum + size, 0);
  }
}

function sumOf(sizes: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const size of sizes) {
    if (size === null) return null;
    sum += size;
  }
  return sum;
}

/** The fixed part of a container: offsets stand in for fields of variable size. */
export function headSize(schema: ContainerSchema): number {
  return Object.values(schema.fields).reduce((sum, field) => sum + (fixedSize(field) ?? OFFSET_BYTES), 0);
}
