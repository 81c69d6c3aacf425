/**
 * JSON (RFC 8259) read strictly: a name twice in one object, half a character, or a number that is no safe integer is refused, since
 * readers differ about it. Objects are maps: nothing is inherited.
 */

import { refuse } from '../../formats/refusal.ts';

export type JsonObject = ReadonlyMap<string, Json>;
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** Objects and lists in each other. */
export const MAX_JSON_DEPTH = 32;

/** Blanks between tokens: none in a payload, which has one spelling; any in what people bring. */
export type Blanks = 'none' | 'any';

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
const WORDS = { null: null, true: true, false: false } as const;

/** @throws Refused TYPED_JSON, TYPED_KEY_REPEATED, TYPED_TOO_LARGE */
export function parseJson(text: string, blanks: Blanks): Json {
  const source: Source = { text, at: 0, blanks };
  skip(source);
  const json = value(source, 0);
  if (source.at < text.length) malformed(source, 'text after the value');
  return json;
}

/** The one spelling: what `JSON.stringify` prints of it, with names in the order that they had. */
export function printJson(json: Json): string {
  if (json instanceof Map)
    return `{${Array.from(json, ([name, each]) => `${JSON.stringify(name)}:${printJson(each)}`).join(',')}}`;
  if (Array.isArray(json)) return `[${json.map(printJson).join(',')}]`;
  return JSON.stringify(json);
}

type Source = { readonly text: string; readonly blanks: Blanks; at: number };

function value(source: Source, depth: number): Json {
  const first = source.text[source.at];
  if (first === '{') return object(source, depth + 1);
  if (first === '[') return list(source, depth + 1);
  if (first === '"') return string(source);
  const word = Object.entries(WORDS).find(([name]) => source.text.startsWith(name, source.at));
  if (word === undefined) return integer(source);
  advance(source, word[0].length);
  return word[1];
}

function object(source: Source, depth: number): JsonObject {
  const fields = new Map<string, Json>();
  members(source, depth, '}', () => {
    if (source.text[source.at] !== '"') malformed(source, 'no name');
    const name = string(source);
    if (fields.has(name)) refuse('TYPED_KEY_REPEATED', `${JSON.stringify(name.slice(0, 64))} twice in one object`);
    expect(source, ':');
    fields.set(name, value(source, depth));
  });
  return fields;
}

function list(source: Source, depth: number): readonly Json[] {
  const items: Json[] = [];
  members(source, depth, ']', () => items.push(value(source, depth)));
  return items;
}

function members(source: Source, depth: number, close: string, member: () => unknown): void {
  if (depth > MAX_JSON_DEPTH) refuse('TYPED_TOO_LARGE', `more than ${MAX_JSON_DEPTH} objects and lists in each other`);
  advance(source, 1);
  if (source.text[source.at] !== close) {
    member();
    while (source.text[source.at] === ',') {
      advance(source, 1);
      member();
    }
  }
  expect(source, close);
}

function string(source: Source): string {
  const { text, at } = source;
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const spelt = text.slice(at, end + 1);
  const read = spelling(spelt);
  if (read === undefined) return malformed(source, 'text that is not spelt as JSON.stringify does');
  if (!read.isWellFormed()) return malformed(source, 'half a character, which UTF-8 cannot say');
  advance(source, spelt.length);
  return read;
}

/** Undefined unless there is no other way to spell it. */
function spelling(spelt: string): string | undefined {
  try {
    const read: unknown = JSON.parse(spelt);
    return typeof read === 'string' && JSON.stringify(read) === spelt ? read : undefined;
  } catch {
    return undefined; // what disagreed is said by the caller, with its place
  }
}

function integer(source: Source): number {
  NUMBER.lastIndex = source.at;
  const [digits] = NUMBER.exec(source.text) ?? malformed(source, 'neither a value nor an integer in plain digits');
  const number = Number(digits);
  if (!Number.isSafeInteger(number) || digits === '-0')
    malformed(source, `${digits.slice(0, 32)} as a number: beyond 2^53 it has to be text`);
  advance(source, digits.length);
  return number;
}

function expect(source: Source, character: string): void {
  if (source.text[source.at] !== character) malformed(source, `no ${character}`);
  advance(source, 1);
}

function advance(source: Source, length: number): void {
  source.at += length;
  skip(source);
}

function skip(source: Source): void {
  if (source.blanks === 'none') return;
  BLANK.lastIndex = source.at;
  source.at += BLANK.exec(source.text)?.[0].length ?? 0;
}

function malformed({ at }: Source, what: string): never {
  return refuse('TYPED_JSON', `at ${at}: ${what}`);
}
