/** `quorate <command>`: finds the command, reads its options, shows what it says. One file per command. */

import { readFileSync } from 'node:fs';
import { Fatal } from '../host/errors.ts';
import { unobeyed } from '../host/printable.ts';
import { redact } from '../host/redact.ts';
import { alike } from './alike.ts';
import { type Command, type Shown, table } from './command.ts';
import { COMMANDS } from './commands.ts';
import { fileTrouble } from './namedFile.ts';
import { optionsOf } from './optionsOf.ts';

/** Exit codes: 0 fine, 1 not fine or a bug, 2 a file that says nothing, 64 something that the operator must mend. */
async function main(words: readonly string[]): Promise<number> {
  const { name, rest } = named(words);
  if (name === '--version') return say(version());
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || name === 'help' || isHelp(name)) return say(usage());
  if (rest.some(isHelp) && command !== undefined) return say(help(name, command));
  if (command !== undefined && !isMisspelt(name, command, rest)) return perform(command, rest);
  const [second = '-'] = subcommandsOf(name).length > 0 ? rest : [];
  const meant = second.startsWith('-') ? name : `${name} ${second}`;
  return complain(`there is no command ${meant}`, adviceFor(name, rest), rest.includes('--json'));
}

/** The beginning of a command is answered with the commands that begin so, another spelling with those that are meant. */
function adviceFor(name: string, rest: readonly string[]): string {
  const known = Object.keys(COMMANDS);
  const found = subcommandsOf(name);
  const near = alike(`${name} ${rest[0] ?? ''}`, found);
  const is = near === null || rest[0] === undefined ? '' : `Is it \`quorate ${near}\`? `;
  if (found.length > 0) return `${is}There are \`${found.join('`, `')}\`.`;
  const begins = known.map((one) => one.split(' ', 1).join());
  const meant = alike(`${name} ${rest[0] ?? ''}`.trim(), known) ?? alike(name, [...known, ...begins]);
  return meant === null ? '`quorate --help` lists them.' : `Is it \`quorate ${meant}\`? \`quorate --help\` lists all.`;
}

/** A word behind a command that takes none and begins others is one of those in another spelling. */
function isMisspelt(name: string, { file }: Command, [second = '-']: readonly string[]): boolean {
  return !second.startsWith('-') && file === undefined && subcommandsOf(name).length > 0;
}

function subcommandsOf(name: string): readonly string[] {
  return Object.keys(COMMANDS).filter((one) => one.startsWith(`${name} `));
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

/** A command's name is one word or two. */
function named([first, second, ...rest]: readonly string[]) {
  const both = `${first} ${second}`;
  if (Object.hasOwn(COMMANDS, both)) return { name: both, rest };
  return { name: first, rest: second === undefined ? [] : [second, ...rest] };
}

async function perform(command: Command, words: readonly string[]): Promise<number> {
  const isJson = words.includes('--json');
  try {
    const options = optionsOf(command, words);
    if (options.watch === true && command.watch !== undefined) return await follow(command.watch(options), isJson);
    const shown = await command.run(options);
    return shown === null ? 0 : show(shown, isJson ? 2 : null);
  } catch (error) {
    const trouble = error instanceof Fatal ? error : fileTrouble(error);
    if (trouble === null) throw error;
    return complain(trouble.message, trouble.advice, isJson);
  }
}

/** One line of JSON each, so that programs can read them as they come. The last one tells the exit code. */
async function follow(shown: AsyncIterable<Shown>, isJson: boolean): Promise<number> {
  let code = 0;
  for await (const one of shown) code = show(one, isJson ? 0 : null);
  return code;
}

/** `indent` of the JSON; null: words */
function show({ json, text, ok, exitCode }: Shown, indent: number | null): number {
  say(indent === null ? text : JSON.stringify(json, plain, indent));
  return ok ? 0 : (exitCode ?? 1);
}

/** Integers beyond 2^53 are decimal strings. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function usage(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [`  ${name}`, summary]);
  return `quorate ${version()}: keys that belong to a DAO: what its members and its operators do.\n\n${table(rows)}\n\nAll take --json and --help.`;
}

function help(name: string, { summary, options, file, target }: Command): string {
  const arguments_ = [
    ...[file, target].flatMap((word) => (word === undefined ? [] : [[`  ${word.name}`, word.means]])),
  ];
  const rows = options.map(({ name: option, means, fallback, required }) => [
    `  --${option}`,
    `${means}${required ? ' (required)' : ''}${fallback === undefined ? '' : ` (default ${fallback})`}`,
  ]);
  return `quorate ${name}: ${summary}\n\n${table([...arguments_, ...rows, ['  --json', 'for programs']])}`;
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function complain(problem: string, advice: string, isJson: boolean): number {
  const text = isJson ? JSON.stringify({ error: problem, advice }) : `quorate: ${problem}\n${advice}`;
  process.stderr.write(`${unobeyed(redact(text))}\n`);
  return 64;
}

process.exit(await main(process.argv.slice(2)));
