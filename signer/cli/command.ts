/** What a command of the line is: it gets its options, and returns what to show to people and to programs. */

import { Fatal } from '../host/errors.ts';

export type Options = Readonly<Record<string, string | boolean | undefined>>;
export type Shown = {
  /** for `--json` */
  readonly json: unknown;
  readonly text: string;
  /** false makes the exit code 1, unless another is named */
  readonly ok: boolean;
  readonly exitCode?: 2;
};
export type Command = {
  readonly summary: string;
  readonly options: readonly Option[];
  /** What the one word without a name is; it comes among the options as `file`. Absent: no such word is taken. */
  readonly file?: string;
  /** What a second such word is; it comes as `target`. */
  readonly target?: string;
  readonly run: (options: Options) => Promise<Shown | null>;
  /** Instead, with `--watch`: what to show whenever it has changed. */
  readonly watch?: (options: Options) => AsyncIterable<Shown>;
};
export type Option = {
  readonly name: string;
  readonly means: string;
  readonly required?: true;
  readonly isSwitch?: true;
  readonly fallback?: string;
};

export const CONFIG: Option = {
  name: 'config',
  means: 'configuration file of this operator',
  fallback: 'quorate.json',
};

/** @throws Fatal CONFIG_INVALID when a required option is missing */
export function option(options: Options, name: string): string {
  const value = options[name];
  if (typeof value === 'string') return value;
  const word = WORDS[name];
  if (word === undefined)
    throw new Fatal('CONFIG_INVALID', `--${name} is missing`, 'Add it; `quorate <command> --help` says what it is.');
  const advice = 'Write it behind the command; `quorate <command> --help` says what it is.';
  throw new Fatal('CONFIG_INVALID', `${word} is missing`, advice);
}

/** Words without a name, as `--help` calls them. */
const WORDS: Readonly<Record<string, string>> = { file: 'FILE or ID', target: 'FILE' };

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((wide, row) => row.map((cell, at) => Math.max(wide[at] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
