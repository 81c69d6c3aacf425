/** Published vectors, read where they are; nothing of them is kept here. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../../shared/vectors');

/** Text of a vector file, or null, said aloud by the test that skips. */
export function vectorFile(path: string): string | null {
  const file = join(FOLDER, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

export function csv(text: string): Record<string, string>[] {
  const [head, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i] ?? ''])));
}
