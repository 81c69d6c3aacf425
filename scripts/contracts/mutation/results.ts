/** What is known of each mutant, appended one by one so that a run goes on where another was stopped, and what it comes to. */

import { appendFile, readFile } from 'node:fs/promises';
import type { Mutant } from './mutations.ts';
import type { Outcome, Verdict } from './verdict.ts';

export type Result = Omit<Mutant, 'span'> & Omit<Outcome, 'times'> & { readonly seconds: number };

/** By id; what was found last counts. */
export async function readResults(path: string): Promise<Map<string, Result>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as Result).map((result) => [result.id, result]));
}

export async function appendResult(path: string, result: Result): Promise<void> {
  await appendFile(path, `${JSON.stringify(result)}\n`);
}

export function lineOf({ verdict, file, line, operator, before, after }: Result): string {
  return `${verdict.padEnd(10)} ${file}:${line} ${operator}: ${before} -> ${after === '' ? 'nothing' : after}`;
}

/** Survivors, then the score of every file and of all. */
export function report(results: readonly Result[], all: number): string {
  const survivors = results.filter(({ verdict }) => verdict === 'survived').map(lineOf);
  const files = Map.groupBy(results, ({ file }) => file);
  const scores = [...files].sort().map(([file, its]) => `${scoreOf(its).padStart(7)} ${sumOf(its)}  ${file}`);
  return [
    ...survivors,
    '',
    ...scores,
    '',
    `${results.length} of ${all} mutants: ${sumOf(results)}; score ${scoreOf(results)}`,
    '',
  ].join('\n');
}

const count = (results: readonly Result[], verdict: Verdict) =>
  results.filter((result) => result.verdict === verdict).length;

function sumOf(results: readonly Result[]): string {
  const verdicts = ['killed', 'survived', 'equivalent', 'invalid'] as const;
  return verdicts.map((verdict) => `${count(results, verdict)} ${verdict}`).join(', ');
}

/** Of those that a test could kill. */
function scoreOf(results: readonly Result[]): string {
  const tested = count(results, 'killed') + count(results, 'survived');
  return tested === 0 ? 'none' : `${((100 * count(results, 'killed')) / tested).toFixed(1)} %`;
}
