/** Fields of a configuration file, one kind of value each; what is wrong is named with its place and what belongs there. */

import { Fatal } from './errors.ts';
import { NotJson, parseJson } from './plainJson.ts';

type Fields = Readonly<Record<string, unknown>>;

export function fields<R extends string, O extends string>(
  value: unknown,
  name: string,
  required: readonly R[],
  optional: readonly O[],
): Readonly<Record<R | O, unknown>> {
  const found = object(value, name);
  known(found, name, [...required, ...optional], required);
  return found as Record<R | O, unknown>;
}

export function known(found: Fields, name: string, allowed: readonly string[], required: readonly string[]): void {
  const prefix = name === 'the file' ? '' : `${name}.`;
  const unknown = Object.keys(found).find((field) => !allowed.includes(field));
  if (unknown !== undefined) throw stranger(prefix + unknown, allowed);
  const missing = required.find((field) => found[field] === undefined);
  if (missing !== undefined) throw invalid(prefix + missing, 'there: it is required');
}

export function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof NotJson)) throw cause;
    const detail = `the configuration file is not usable: ${cause.message}`;
    throw new Fatal('CONFIG_INVALID', detail, 'Correct it; `quorate init` writes a complete one.', { cause });
  }
}

export function object(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(name, 'an object');
}

export function string(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, 'a text');
}

export function boolean(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(name, 'true or false');
}

export function integer(value: unknown, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, `an integer from ${least} to ${most}`);
}

export function address(value: unknown, name: string, protocols: readonly string[]): string {
  const text = string(value, name);
  const wanted = addressWanted(text, protocols);
  if (wanted === null) return text;
  throw invalid(name, wanted);
}

/** Null: it is one. Never the address itself: keys of customers are in it. */
export function addressWanted(text: string, protocols: readonly string[]): string | null {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return null;
  const begun = protocols.find((protocol) => text.startsWith(`${protocol}//`));
  if (begun === undefined)
    return `an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  const hasPort = /^[a-z]+:\/\/[^/?#]+:[^\]/?#]*(?:[/?#]|$)/.test(text);
  return hasPort ? 'an address whose port is a number up to 65535' : `an address with a host behind ${begun}//`;
}

export function invalid(name: string, wanted: string): Fatal {
  return new Fatal(
    'CONFIG_INVALID',
    `${name} must be ${wanted}`,
    `Correct ${name} in the configuration file; \`quorate init\` writes a complete one.`,
  );
}

function stranger(name: string, allowed: readonly string[]): Fatal {
  const detail = `there is no field ${name}; there are ${allowed.join(', ')}`;
  return new Fatal('CONFIG_INVALID', detail, `Correct or remove ${name}; \`quorate init\` writes a complete file.`);
}

const UNITS = { wei: 0, gwei: 9, ether: 18 } as const;
const AMOUNT = /^(0|[1-9]\d{0,17})(?:\.(\d{1,18}))? (wei|gwei|ether)$/;

/** Wei of an amount such as "1.5 gwei"; more than nothing. */
export function amount(value: unknown, name: string): bigint {
  const [, whole, part = '', unit] = (typeof value === 'string' && AMOUNT.exec(value)) || [];
  const decimals = unit === undefined ? 0 : UNITS[unit as keyof typeof UNITS];
  const wei = whole === undefined || part.length > decimals ? 0n : BigInt(whole + part.padEnd(decimals, '0'));
  if (wei > 0n) return wei;
  throw invalid(name, 'an amount with its unit, such as "20 gwei" or "0.5 ether"');
}
