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
  /** The one word without a name; it comes among the options as `file`. Absent: no such word is taken. */
  readonly file?: Word;
  /** A second such word; it comes as `target`. */
  readonly target?: Word;
  readonly run: (options: Options) => Promise<Shown | null>;
  /** Instead, with `--watch`: what to show whenever it has changed. */
  readonly watch?: (options: Options) => AsyncIterable<Shown>;
};
export type Word = {
  /** as people are told of it: FILE, ID */
  readonly name: string;
  readonly means: string;
  readonly isOptional?: true;
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
  throw new Fatal('CONFIG_INVALID', `--${name} is missing`, 'Add it; `quorate <command> --help` says what it is.');
}

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
