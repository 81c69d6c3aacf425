/** Fields of a message whose whole type is known: that a field is of another kind would be a bug here. */

import type { Struct, Value } from './values.ts';

type Bytes = Uint8Array;

export type Given = {
  address(name: string): Bytes;
  uint(name: string): bigint;
  bool(name: string): boolean;
  bytes(name: string): Bytes;
  struct(name: string): Given;
  list(name: string): readonly Given[];
};

export function given(fields: Struct): Given {
  return {
    address: (name) => of(fields, name, 'address').bytes,
    uint: (name) => of(fields, name, 'integer').integer,
    bool: (name) => of(fields, name, 'bool').bool,
    bytes: (name) => of(fields, name, 'bytes').bytes,
    struct: (name) => given(of(fields, name, 'struct').fields),
    list: (name) => of(fields, name, 'array').items.map((item) => given(struct(item))),
  };
}

type Of<Kind> = Extract<Value, { kind: Kind }> extends never ? Value & { kind: Kind } : Extract<Value, { kind: Kind }>;

function of<Kind extends Value['kind']>(fields: Struct, name: string, kind: Kind): Of<Kind> {
  const value = fields.get(name);
  if (value?.kind !== kind) throw new TypeError(`no ${kind} ${name}`);
  return value as Of<Kind>;
}

function struct(value: Value): Struct {
  if (value.kind !== 'struct') throw new TypeError('no struct');
  return value.fields;
}
