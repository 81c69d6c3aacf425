/** Objects of exactly the fields that they should have: what is shown and not signed deceives whoever votes. */

import { refuse } from '../../formats/refusal.ts';
import type { Json, JsonObject } from './json.ts';

/** @throws Refused TYPED_VALUE, TYPED_FIELD_MISSING, TYPED_FIELD_UNKNOWN */
export function objectOf(json: Json | undefined, names: readonly string[], where: string): JsonObject {
  const fields = objectAt(json, where);
  const missing = names.find((name) => !fields.has(name));
  if (missing !== undefined) refuse('TYPED_FIELD_MISSING', `${where} has no ${shown(missing)}`);
  const known = new Set(names);
  const unknown = [...fields.keys()].find((name) => !known.has(name));
  if (unknown !== undefined)
    refuse('TYPED_FIELD_UNKNOWN', `${where}.${shown(unknown)} is not in its type, so it would not be signed`);
  return fields;
}

export function objectAt(json: Json | undefined, where: string): JsonObject {
  return json instanceof Map ? json : refuse('TYPED_VALUE', `${where} is no object`);
}

export function listAt(json: Json | undefined, where: string): readonly Json[] {
  return Array.isArray(json) ? json : refuse('TYPED_ARRAY', `${where} is no list`);
}

/** Names may be anything, of any length. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 64)).slice(1, -1);
}
