/** Arguments of a call as JSON has them, as its ABI wants them: never guessed, never cut. */

import type { AbiParameter } from 'viem';
import { Fatal } from '../../host/errors.ts';

/** @throws Fatal CONFIG_INVALID that names the argument */
export function encodable(parameters: readonly AbiParameter[], values: readonly unknown[]): readonly unknown[] {
  if (values.length !== parameters.length)
    throw wrong('the call', `${values.length} arguments, it takes ${parameters.length}: ${signature(parameters)}`);
  return parameters.map((parameter, at) => valued(parameter, values[at], parameter.name || `argument ${at + 1}`));
}

type Tuple = AbiParameter & { readonly components: readonly AbiParameter[] };

function valued(parameter: AbiParameter, value: unknown, where: string): unknown {
  const [, element, count] = /^(.*)\[(\d*)\]$/.exec(parameter.type) ?? [];
  if (element !== undefined) return listOf({ ...parameter, type: element }, value, where, count ?? '');
  if (parameter.type === 'tuple') return structOf(parameter as Tuple, value, where);
  if (/^u?int\d*$/.test(parameter.type)) return integerOf(parameter.type, value, where);
  if (parameter.type === 'bool') return typeof value === 'boolean' ? value : fail(where, 'true or false');
  if (parameter.type === 'string') return typeof value === 'string' ? value : fail(where, 'text');
  return bytesOf(parameter.type, value, where);
}

function listOf(element: AbiParameter, value: unknown, where: string, count: string): unknown {
  if (!Array.isArray(value)) return fail(where, 'a list');
  if (count !== '' && value.length !== Number(count)) return fail(where, `a list of ${count}`);
  return value.map((one, at) => valued(element, one, `${where}[${at}]`));
}

/** A list in the order of the fields, or an object with exactly their names. */
function structOf({ components }: Tuple, value: unknown, where: string): unknown {
  const names = components.map(({ name = '' }) => name);
  if (typeof value !== 'object' || value === null) return fail(where, `an object with ${names.join(', ')}`);
  const fields: Readonly<Record<string, unknown>> = Array.isArray(value)
    ? Object.fromEntries(value.map((one, at) => [names[at] ?? String(at), one]))
    : { ...value };
  if ([...Object.keys(fields)].sort().join() !== [...names].sort().join())
    return fail(where, `an object with exactly ${names.join(', ')}`);
  return Object.fromEntries(
    components.map((field) => [field.name, valued(field, fields[field.name ?? ''], `${where}.${field.name}`)]),
  );
}

/** As text where it is beyond what JSON's numbers hold exactly. */
function integerOf(type: string, value: unknown, where: string): unknown {
  const isExact = Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,78}$/.test(value));
  if (!isExact) return fail(where, 'a whole number, as text beyond 2^53');
  const number = BigInt(value as string | number);
  const bits = BigInt(/\d+$/.exec(type)?.[0] ?? '256');
  const [least, most] = type.startsWith('u') ? [0n, 1n << bits] : [-(1n << (bits - 1n)), 1n << (bits - 1n)];
  if (number < least || number >= most) return fail(where, `within ${type}`);
  return bits <= 48n ? Number(number) : number;
}

function bytesOf(type: string, value: unknown, where: string): unknown {
  const length = type === 'address' ? 20 : Number(/^bytes(\d+)$/.exec(type)?.[1] ?? 0);
  const pattern = length === 0 ? /^0x(?:[0-9a-fA-F]{2})*$/ : new RegExp(`^0x[0-9a-fA-F]{${2 * length}}$`);
  if (typeof value !== 'string' || !pattern.test(value))
    return fail(where, length === 0 ? 'bytes in hex' : `${length} bytes in hex`);
  return value.toLowerCase();
}

function signature(parameters: readonly AbiParameter[]): string {
  return parameters
    .map((parameter) => {
      const { type, name = '' } = parameter;
      const shown = type.startsWith('tuple')
        ? `(${signature((parameter as Tuple).components)})${type.slice('tuple'.length)}`
        : type;
      return `${shown} ${name}`.trim();
    })
    .join(', ');
}

function fail(where: string, wanted: string): never {
  throw wrong(where, `it is not ${wanted}`);
}

function wrong(where: string, detail: string): Fatal {
  return new Fatal(
    'CONFIG_INVALID',
    `--args: ${where}: ${detail}`,
    'Correct it; `quorate explain` tells what comes of it.',
  );
}
