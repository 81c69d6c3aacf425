/**
 * Mutation testing: changes the contracts in one place at a time, and sees whether a test notices.
 *
 *     node scripts/bootstrap.mjs scripts/contracts/mutate.ts
 *         [--file PART]... [--operator PART]... [--sample N --seed S] [--jobs N] [--minutes M] [--out DIR] [--again] [--list]
 *
 * Killed: a test failed, and passes without the mutant. Survived: none did, neither those of the same folder nor any other of contracts,
 * in TypeScript or Solidity. Equivalent: the compiler makes the same code of it. Invalid: the compiler refuses it. Results are appended
 * to DIR (out/mutation) one by one, so a run goes on where another was stopped; --again tests those that survived once more. Build first
 * (npm run build).
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ownTrees, type Tree } from './branches.ts';
import { type Mutant, mutantsOf } from './mutation/mutations.ts';
import { behaviourTests, Durations, orderOf } from './mutation/order.ts';
import { type Queue, runPool } from './mutation/pool.ts';
import { appendResult, lineOf, type Result, readResults, report } from './mutation/results.ts';

const ROOT = join(import.meta.dirname, '../..');

type Found = { readonly tree: Tree; readonly mutant: Mutant };

/** Deterministic numbers from a seed (mulberry32): the same sample every time. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function sampleOf<T>(all: readonly T[], size: number, seed: number): T[] {
  const next = numbersFrom(seed);
  const keyed = all.map((one) => ({ one, key: next() })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, size).map(({ one }) => one);
}

type Run = { readonly log: string; readonly tests: readonly string[]; readonly known: Map<string, Result> };

function queueOf({ log, tests, known }: Run, todo: readonly Found[], minutes: number): Queue<Found> {
  const ending = performance.now() + minutes * 60_000;
  const rest = [...todo];
  const durations = new Durations();
  return {
    take: () => (performance.now() < ending ? rest.shift() : undefined),
    jobOf: ({ tree, mutant }) => {
      const text = tree.source.with(mutant.span, mutant.after);
      return { file: mutant.file, text, tests: orderOf(tests, [...known.values()], mutant, durations) };
    },
    done: async ({ mutant: { span: _, ...mutant } }, { times, ...outcome }, seconds) => {
      durations.note(times);
      const result: Result = { ...mutant, ...outcome, seconds };
      known.set(mutant.id, result);
      await appendResult(log, result);
      console.log(`${lineOf(result)} (${seconds} s)`);
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', multiple: true, default: [''] },
      operator: { type: 'string', multiple: true, default: [''] },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '2' },
      minutes: { type: 'string', default: '120' },
      out: { type: 'string', default: 'out/mutation' },
      again: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const trees = (await ownTrees()).filter(({ file }) => values.file.some((part) => file.includes(part)));
  const all = trees
    .flatMap((tree) => mutantsOf(tree).map((mutant) => ({ tree, mutant })))
    .filter(({ mutant }) => values.operator.some((part) => mutant.operator.includes(part)));
  const size = values.sample === undefined ? all.length : Number(values.sample);
  const chosen = sampleOf(all, size, Number(values.seed));
  if (values.list) {
    for (const { mutant } of chosen) console.log(`${mutant.file}:${mutant.line} ${mutant.operator}: ${mutant.before}`);
    console.log(`${chosen.length} of ${all.length}`);
    return;
  }

  const out = resolve(values.out);
  await mkdir(out, { recursive: true });
  const log = join(out, 'results.jsonl');
  const known = await readResults(log);
  const isDone = ({ verdict }: Result) => !(values.again && verdict === 'survived');
  const todo = chosen.filter(({ mutant }) => ![known.get(mutant.id)].some((result) => result && isDone(result)));
  const tests = await behaviourTests(ROOT);
  await runPool(out, Number(values.jobs), queueOf({ log, tests, known }, todo, Number(values.minutes)));

  const results = chosen.flatMap(({ mutant }) => known.get(mutant.id) ?? []);
  await writeFile(join(out, 'report.txt'), report(results, all.length));
  console.log(`\n${report(results, all.length)}`);
}

if (import.meta.main) await main();
