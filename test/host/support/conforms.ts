/** JSON Schema, as much of it as our own schemas use: what it does not know it refuses, so that nothing passes unseen. */

import type { Schema } from '../../../scripts/docs/outputSchemas.ts';

const KNOWN = new Set([
  ...['type', 'description', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'enum', 'pattern'],
]);

/** What is wrong with a value, each with its place; nothing where it conforms. */
export function breaches(schema: Schema, value: unknown, at = '$'): string[] {
  const strange = Object.keys(schema).find((keyword) => !KNOWN.has(keyword));
  if (strange !== undefined) throw new Error(`no such keyword here: ${strange}`);
  if (schema.anyOf !== undefined) return choices(schema.anyOf, value, at);
  if (schema.enum !== undefined) return schema.enum.some((one) => one === value) ? [] : [`${at}: ${String(value)}`];
  switch (schema.type) {
    case 'null':
      return value === null ? [] : [`${at}: not null`];
    case 'string':
      return typeof value === 'string' && new RegExp(schema.pattern ?? '').test(value)
        ? []
        : [`${at}: ${String(value)} is not ${schema.pattern ?? 'text'}`];
    case 'integer':
      return Number.isSafeInteger(value) ? [] : [`${at}: ${String(value)} is no integer`];
    case 'number':
    case 'boolean':
      return typeof value === schema.type ? [] : [`${at}: ${String(value)} is no ${schema.type}`];
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((one, index) => breaches(schema.items ?? {}, one, `${at}[${index}]`))
        : [`${at}: no list`];
    case 'object':
      return fields(schema, value, at);
    default:
      throw new Error(`no such type here: ${schema.type}`);
  }
}

/** The shortest of what each choice says against it. */
function choices(all: readonly Schema[], value: unknown, at: string): string[] {
  const found = all.map((one) => breaches(one, value, at)).sort((one, other) => one.length - other.length);
  return found[0] ?? [`${at}: no choice`];
}

function fields({ properties = {}, required = [], additionalProperties = true }: Schema, value: unknown, at: string) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const missing = required.filter((name) => !entries.some(([found]) => found === name));
  return [
    ...missing.map((name) => `${at}.${name}: missing`),
    ...entries.flatMap(([name, one]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (known !== undefined) return breaches(known, one, `${at}.${name}`);
      if (typeof additionalProperties === 'object') return breaches(additionalProperties, one, `${at}.${name}`);
      return additionalProperties ? [] : [`${at}.${name}: not in the schema`];
    }),
  ];
}
