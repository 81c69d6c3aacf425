/** Values as the Beacon API spells them, the inverse of `fromJson`. */

import { hex } from '../../../signer/finality/bytes.ts';
import type { Schema, Value } from '../../../signer/finality/ssz/schema.ts';

export function toJson(schema: Schema, value: Value): unknown {
  switch (schema.kind) {
    case 'uint':
      return `${value as bigint}`;
    case 'bytes':
    case 'byteList':
      return hex(value as Uint8Array);
    case 'vector':
      return (value as readonly Uint8Array[]).map(hex);
    case 'container': {
      const members = value as Readonly<Record<string, Value>>;
      return Object.fromEntries(
        Object.entries(schema.fields).map(([name, of]) => [name, toJson(of, members[name] ?? new Uint8Array())]),
      );
    }
  }
}
