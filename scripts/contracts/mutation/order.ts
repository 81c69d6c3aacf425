/** In which order a mutant meets the tests: first those that killed its neighbours, then those of its folder, the quick ones first. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from './results.ts';
import { SOLIDITY } from './solidityTests.ts';
import type { Times } from './verdict.ts';

/** Snapshots of gas and layout notice every change, and say nothing about behaviour; others compare texts, or test tools. */
const NOT_BEHAVIOUR =
  /(^|\/)(gas|storage|docs|natspec)\.test\.ts$|^test\/contracts\/(deploy\/|keys\/Committees\.size\.|release\/(branches|models|mutation\w+|perfectMatch)\.)/;

export async function behaviourTests(root: string): Promise<string[]> {
  const found = await readdir(join(root, 'test/contracts'), { recursive: true });
  const tests = found.map((name) => `test/contracts/${name.replaceAll('\\', '/')}`).sort();
  return [...tests.filter((name) => name.endsWith('.test.ts') && !NOT_BEHAVIOUR.test(name)), SOLIDITY];
}

type Position = { readonly file: string; readonly line: number };

/** What tests took when they last passed; one that has not is tried soon, to find out. */
export class Durations {
  readonly #ms = new Map([[SOLIDITY, 60_000]]);

  note(times: Times): void {
    for (const [test, ms] of times) this.#ms.set(test, ms);
  }

  of(test: string): number {
    return this.#ms.get(test) ?? 0;
  }
}

/** Each kill counts for its test, the more the nearer it was to this line; among equals the quickest comes first. */
export function orderOf(
  tests: readonly string[],
  results: readonly Result[],
  { file, line }: Position,
  durations: Durations,
): string[] {
  const folder = `test/${file.split('/').slice(0, 2).join('/')}/`;
  const weights = new Map(tests.map((test) => [test, test.startsWith(folder) ? 1e-9 : 0]));
  for (const { killer, ...killed } of results) {
    const weight = killer === null || killed.file !== file ? undefined : weights.get(killer.file);
    if (killer !== null && weight !== undefined)
      weights.set(killer.file, weight + 1 / (1 + Math.abs(killed.line - line)));
  }
  const weight = (test: string) => weights.get(test) ?? 0;
  return [...tests].sort((a, b) => weight(b) - weight(a) || durations.of(a) - durations.of(b));
}
