/** Words behind a command as its options: what is not one of them is answered with the one that is meant. */

import { parseArgs } from 'node:util';
import { Fatal } from '../host/errors.ts';
import { alike } from './alike.ts';
import type { Command, Option, Options, Word } from './command.ts';

const JSON_OPTION: Option = { name: 'json', means: 'for programs', isSwitch: true };

/** @throws Fatal CONFIG_INVALID */
export function optionsOf({ options, file, target }: Command, words: readonly string[]): Options {
  const known = [...options, JSON_OPTION];
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(known.map(({ name, isSwitch }) => [name, { type: isSwitch ? 'boolean' : 'string' }])),
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  for (const token of tokens) if (token.kind === 'option') requireOption(known, token);
  requireWords(
    [file, target].filter((word) => word !== undefined),
    positionals,
  );
  const [first, second] = positionals;
  return {
    ...Object.fromEntries(options.map(({ name, fallback }) => [name, fallback])),
    ...values,
    ...(first === undefined ? {} : { file: first }),
    ...(second === undefined ? {} : { target: second }),
  };
}

type Token = {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
};

function requireOption(known: readonly Option[], { name, rawName, value, inlineValue }: Token): void {
  const option = rawName.startsWith('--') ? known.find((one) => one.name === name) : undefined;
  if (option === undefined) throw unknown(known, name, rawName);
  if (option.isSwitch === true && value !== undefined) throw wrong(`${rawName} takes no value`, 'Leave it out.');
  if (option.isSwitch === true) return;
  const lacks = `${rawName} has no value`;
  if (value === undefined) throw wrong(lacks, `It is ${option.means}.`);
  if (inlineValue !== true && value.startsWith('--'))
    throw wrong(`${lacks}: ${value} comes next`, `It is ${option.means}; one that begins so is written ${rawName}=….`);
}

function unknown(known: readonly Option[], name: string, rawName: string): Fatal {
  const names = known.map((one) => one.name);
  const meant = alike(name, names) ?? names.find((one) => name.length > 1 && one.startsWith(name)) ?? null;
  const list = '`quorate <command> --help` lists the options.';
  return wrong(`there is no option ${rawName}`, meant === null ? list : `Did you mean --${meant}? ${list}`);
}

function requireWords(words: readonly Word[], positionals: readonly string[]): void {
  const missing = words.slice(positionals.length).find(({ isOptional }) => isOptional !== true);
  if (missing !== undefined)
    throw wrong(`${missing.name} is missing`, `Write it behind the command; it is ${missing.means}.`);
  const empty = words.find((_, at) => positionals[at] === '');
  if (empty !== undefined) throw wrong(`${empty.name} is empty`, `It is ${empty.means}.`);
  if (positionals.length <= words.length) return;
  const takes = words.length === 0 ? 'no word without an option' : words.map(({ name }) => name).join(' and ');
  const more = positionals.slice(words.length).join(' ');
  const detail = `it takes ${takes}, not ${positionals.length}: ${more} is one too many`;
  throw wrong(detail, 'Quote what has spaces in it; `quorate <command> --help` lists the options.');
}

function wrong(detail: string, advice: string): Fatal {
  return new Fatal('CONFIG_INVALID', detail, advice);
}
