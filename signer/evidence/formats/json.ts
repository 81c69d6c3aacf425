/** JSON with exactly one spelling: what `JSON.stringify` prints. So no field is repeated and no two readers disagree. Intel's servers print so. */

import { type RefusalCode, refuse } from '../refusal.ts';
import { type Bytes, utf8 } from './bytes.ts';

export type JsonObject = { readonly [name: string]: unknown };

export function decodeJson(bytes: Bytes, what: string): JsonObject {
  const value = canonical(utf8(bytes));
  if (value === undefined) refuse('JSON_MALFORMED', `${what} is not JSON as JSON.stringify prints it`, { what });
  return object(value, what, 'JSON_MALFORMED');
}

function canonical(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined; // no JSON, or nested so deep that the stack ends: the same refusal
  }
}

export function object(value: unknown, what: string, code: RefusalCode): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(code, `${what} is no object`, { what });
  return value as JsonObject;
}

export function array(value: unknown, most: number, what: string, code: RefusalCode): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) refuse(code, `${what} is no list of at most ${most}`, { what });
  return value;
}

export function string(value: unknown, what: string, code: RefusalCode): string {
  if (typeof value !== 'string') refuse(code, `${what} is no string`, { what });
  return value;
}

export function integer(value: unknown, most: number, what: string, code: RefusalCode): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most)
    refuse(code, `${what} is no integer from 0 to ${most}`, { what });
  return value;
}
