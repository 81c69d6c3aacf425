/**
 * > hash_tree_root(value)
 * SSZ, "Merkleization": chunks of 32 bytes under SHA-256, padded with zero chunks to a power of two.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, concat, uintToBytes } from '../bytes.ts';
import { encode } from './encode.ts';
import type { Schema, Value, ValueOf } from './schema.ts';

const CHUNK = 32;

export function hashPair(left: Bytes, right: Bytes): Bytes {
  return sha256(concat(left, right));
}

export function hashTreeRoot<S extends Schema>(schema: S, value: ValueOf<S>): Bytes {
  return rootOf(schema, value as Value);
}

function rootOf(schema: Schema, value: Value): Bytes {
  switch (schema.kind) {
    case 'uint':
    case 'bytes':
      return merkleize(chunksOf(encode(schema, value as never)));
    case 'byteList': {
      const bytes = value as Bytes;
      const limit = Math.ceil(schema.limit / CHUNK);
      return hashPair(merkleize(chunksOf(bytes), limit), uintToBytes(BigInt(bytes.length), CHUNK));
    }
    case 'vector':
      return merkleize((value as readonly Bytes[]).map((item) => rootOf(schema.of, item)));
    case 'container':
      return merkleize(fieldRoots(schema.fields, value as Readonly<Record<string, Value>>));
  }
}

/** The leaves of a container's tree: the roots of its fields, in order. */
export function fieldRoots(
  fields: Readonly<Record<string, Schema>>,
  value: Readonly<Record<string, Value>>,
): readonly Bytes[] {
  return Object.entries(fields).map(([name, of]) => rootOf(of, value[name] ?? new Uint8Array()));
}

function chunksOf(bytes: Bytes): readonly Bytes[] {
  const count = Math.max(1, Math.ceil(bytes.length / CHUNK));
  return Array.from({ length: count }, (_, at) => {
    const chunk = new Uint8Array(CHUNK);
    chunk.set(bytes.subarray(at * CHUNK, (at + 1) * CHUNK));
    return chunk;
  });
}

export function merkleize(chunks: readonly Bytes[], limit: number = chunks.length): Bytes {
  let width = 1;
  while (width < limit) width *= 2;
  let level = Array.from({ length: width }, (_, at) => chunks[at] ?? new Uint8Array(CHUNK));
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, at) =>
      hashPair(level[2 * at] ?? new Uint8Array(CHUNK), level[2 * at + 1] ?? new Uint8Array(CHUNK)),
    );
  }
  return level[0] ?? new Uint8Array(CHUNK);
}
