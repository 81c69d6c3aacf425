/** Typed data of any shape, made from a seed: structs in structs, arrays of every kind, values at the ends of their ranges. */

import { DOMAIN, DOMAIN_FIELDS, type TypedOf } from './evmPayloads.ts';

type Field = { name: string; type: string };
export type Made = {
  data: TypedOf;
  /** Without the domain, as ethers wants them. */
  types: Record<string, Field[]>;
};

export type Chance = (below: number) => number;

/** Mulberry32: small, and the same everywhere. */
export function chance(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function madeTypedData(seed: number): Made {
  const below = chance(seed);
  const types: Record<string, Field[]> = {};
  const last = below(4);
  for (let at = last; at >= 0; at--) types[`S${at}`] = fields(below, at, last);
  const primaryType = 'S0';
  const message = struct(below, types, primaryType);
  return {
    data: { types: { EIP712Domain: DOMAIN_FIELDS, ...types }, primaryType, domain: { ...DOMAIN }, message },
    types,
  };
}

/** Each struct refers to the next one, so that all are reached and none is in itself. */
function fields(below: Chance, at: number, last: number): Field[] {
  const names = at < last ? [`S${at + 1}`] : [];
  const base = () => (names.length > 0 && below(3) === 0 ? names[0]! : atomic(below));
  const some = Array.from({ length: 1 + below(4) }, (_, index) => ({
    name: `f${index}`,
    type: base() + dimensions(below),
  }));
  return names.length > 0 ? [...some, { name: 'next', type: names[0]! + dimensions(below) }] : some;
}

function atomic(below: Chance): string {
  const sized = [`uint${8 * (1 + below(32))}`, `int${8 * (1 + below(32))}`, `bytes${1 + below(32)}`];
  return ['address', 'bool', 'string', 'bytes', ...sized][below(7)]!;
}

function dimensions(below: Chance): string {
  return Array.from({ length: [0, 0, 1, 2][below(4)]! }, () => (below(2) === 0 ? '[]' : `[${1 + below(3)}]`)).join('');
}

function struct(below: Chance, types: Record<string, Field[]>, name: string): Record<string, unknown> {
  return Object.fromEntries(types[name]!.map((field) => [field.name, value(below, types, field.type)]));
}

function value(below: Chance, types: Record<string, Field[]>, type: string): unknown {
  const array = /^(.+)\[(\d*)\]$/.exec(type);
  if (array !== null) {
    const length = array[2] === '' ? below(4) : Number(array[2]);
    return Array.from({ length }, () => value(below, types, array[1]!));
  }
  if (types[type] !== undefined) return struct(below, types, type);
  return atomicValue(below, type);
}

function atomicValue(below: Chance, type: string): unknown {
  if (type === 'bool') return below(2) === 0;
  if (type === 'string') return ['', 'text', '"quoted"\\', '\u0000\u001f\u007f', 'ünï 🙂 \u202e'][below(5)];
  if (type === 'address') return bytes(below, 20);
  if (type === 'bytes') return bytes(below, below(40));
  const [, sign, bits] = /^(u?int)(\d+)$/.exec(type) ?? [];
  return bits === undefined ? bytes(below, Number(type.slice(5))) : integer(below, sign === 'int', BigInt(bits));
}

function integer(below: Chance, signed: boolean, bits: bigint): unknown {
  const most = 2n ** (signed ? bits - 1n : bits) - 1n;
  const least = signed ? -most - 1n : 0n;
  const any = least + (BigInt(bytes(below, 32)) % (most - least + 1n));
  const chosen = [least, most, 0n, any][below(4)]!;
  return chosen >= 0n && chosen < 2n ** 53n && below(2) === 0 ? Number(chosen) : chosen.toString();
}

function bytes(below: Chance, length: number): string {
  return `0x${Array.from({ length }, () => below(256).toString(16).padStart(2, '0')).join('')}`;
}
