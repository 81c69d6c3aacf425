/** JSON logs, one object a line. Levels in order; fields never hold a secret, because the host never holds a share. */

import { redact } from './redact.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Fields = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

export const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** Writes entries of at least `least` as JSON lines; `now` in milliseconds since the epoch. */
export function createLog(write: (line: string) => void, now: () => number, least: Level): Log {
  const threshold = LEVELS.indexOf(least);
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const time = new Date(now()).toISOString();
    write(`${redact(JSON.stringify({ time, level, message, ...fields }))}\n`);
  };
}
