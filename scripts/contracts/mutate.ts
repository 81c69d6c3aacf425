/**
 * Mutation testing: changes the contracts that hold authority in one place at a time, and sees whether a test notices.
 *
 *     node scripts/bootstrap.mjs scripts/contracts/mutate.ts [--file PART] [--sample N --seed S] [--minutes M] [--out DIR] [--list]
 *
 * Killed: a test failed. Survived: none did, neither those of the same folder nor any other of contracts, in TypeScript or Solidity. Equivalent: the compiler makes
 * the same code of it. Invalid: the compiler refuses it. Results are appended to DIR (out/mutation) one by one, so a run goes on where
 * another was stopped. Build first (npm run build).
 */

import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ownTrees, type Tree } from './branches.ts';
import { type Mutant, mutantsOf } from './mutations.ts';
import { runTool } from './runTool.ts';
import { compileChanged, install, openWorkshop, type Workshop } from './workshop.ts';

/** Where a wrong decision lets somebody sign, register or vote who must not. */
const AUTHORITY = /^contracts\/(signing\/|keys\/|governance\/|attestation\/(Enclave|Measurement)Registry\.sol$)/;
/** Snapshots of gas and layout notice every change, and say nothing about behaviour; artefacts are compared with the sources. */
const NOT_BEHAVIOUR =
  /(^|\/)(gas|storage)\.test\.ts$|^test\/contracts\/release\/(branches|models|mutations|perfectMatch)\./;
const SNAPSHOTS = 'committed snapshot|stays under what was promised';
const TEST_MS = 240_000;
const MOCHA = ['hardhat', 'test', 'mocha', '--no-compile', '--grep-exclude', SNAPSHOTS] as const;

export type Verdict = 'killed' | 'survived' | 'equivalent' | 'invalid';
type Result = Omit<Mutant, 'span'> & { readonly verdict: Verdict; readonly seconds: number };

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

/** The tests of the same folder first: most mutants die there. */
async function testStages(root: string, file: string): Promise<string[][]> {
  const found = await readdir(join(root, 'test/contracts'), { recursive: true });
  const tests = found.map((name) => `test/contracts/${name.replaceAll('\\', '/')}`).sort();
  const behaviour = tests.filter((name) => name.endsWith('.test.ts') && !NOT_BEHAVIOUR.test(name));
  const near = `test/${file.split('/').slice(0, 2).join('/')}/`;
  return [behaviour.filter((name) => name.startsWith(near)), behaviour.filter((name) => !name.startsWith(near))];
}

async function isKilled(root: string, file: string): Promise<boolean> {
  for (const tests of await testStages(root, file)) {
    const { code } = await runTool(root, [...MOCHA, '--bail', ...tests], TEST_MS);
    if (code !== 0) return true;
  }
  return false;
}

async function verdictOf(workshop: Workshop, { source }: Tree, mutant: Mutant): Promise<Verdict> {
  const text = source.with(mutant.span, mutant.after);
  let code: ReturnType<typeof compileChanged>;
  try {
    code = compileChanged(workshop, mutant.file, text);
  } catch {
    return 'invalid'; // what the compiler refuses needs no test
  }
  if (code.size === 0) return 'equivalent';
  const restore = await install(code);
  try {
    if (await isKilled(workshop.root, mutant.file)) return 'killed';
  } finally {
    await restore();
  }
  return (await isKilledInSolidity(workshop.root, mutant.file, text)) ? 'killed' : 'survived';
}

/** Solidity tests compile what they test. Slower, so only for what every other test let pass. */
async function isKilledInSolidity(root: string, file: string, text: string): Promise<boolean> {
  const path = join(root, file);
  const before = await readFile(path, 'utf8');
  await writeFile(path, text);
  try {
    return (await runTool(root, ['hardhat', 'test', 'solidity'], TEST_MS)).code !== 0;
  } finally {
    await writeFile(path, before);
    await runTool(root, ['hardhat', 'build'], TEST_MS);
  }
}

/** Fails if the tests do not pass unchanged: then every mutant would seem to be killed. */
async function requireGreen({ root, original }: Workshop): Promise<void> {
  await install(original); // code without metadata, as mutants have
  const tests = (await testStages(root, 'contracts/keys/')).flat();
  const { code, output } = await runTool(root, [...MOCHA, ...tests], 2 * TEST_MS);
  if (code !== 0) throw new Error(`the tests fail or take too long unchanged:\n${output}`);
}

async function resultsIn(path: string): Promise<Result[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result);
}

function line({ verdict, file, line, operator, before, after }: Result): string {
  return `${verdict.padEnd(10)} ${file}:${line} ${operator}: ${before} -> ${after === '' ? 'nothing' : after}`;
}

function report(results: readonly Result[], all: number): string {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const tested = count('killed') + count('survived');
  const score = tested === 0 ? 'none' : `${((100 * count('killed')) / tested).toFixed(1)} %`;
  const sums = `${results.length} of ${all} mutants: ${count('killed')} killed, ${count('survived')} survived, `;
  const rest = `${count('equivalent')} equivalent, ${count('invalid')} invalid; score ${score}`;
  return [...results.filter(({ verdict }) => verdict === 'survived').map(line), sums + rest, ''].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', default: '' },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '60' },
      out: { type: 'string', default: 'out/mutation' },
      list: { type: 'boolean', default: false },
    },
  });
  const trees = (await ownTrees()).filter(({ file }) => AUTHORITY.test(file) && file.includes(values.file));
  const all = trees.flatMap((tree) => mutantsOf(tree).map((mutant) => ({ tree, mutant })));
  const size = values.sample === undefined ? all.length : Number(values.sample);
  const chosen = sampleOf(all, size, Number(values.seed));
  if (values.list) {
    for (const { mutant } of chosen) console.log(`${mutant.file}:${mutant.line} ${mutant.operator}: ${mutant.before}`);
    console.log(`${chosen.length} of ${all.length}`);
    return;
  }

  const started = performance.now();
  const log = join(values.out, 'results.jsonl');
  await mkdir(values.out, { recursive: true });
  const known = new Map((await resultsIn(log)).map((result) => [result.id, result]));
  const workshop = await openWorkshop(join(values.out, 'workshop'));
  await requireGreen(workshop);

  for (const { tree, mutant } of chosen) {
    if (known.has(mutant.id)) continue;
    if (performance.now() - started > Number(values.minutes) * 60_000) break;
    const begun = performance.now();
    const verdict = await verdictOf(workshop, tree, mutant);
    const { span: _, ...told } = mutant;
    const result: Result = { ...told, verdict, seconds: Math.round((performance.now() - begun) / 1000) };
    known.set(mutant.id, result);
    await appendFile(log, `${JSON.stringify(result)}\n`);
    console.log(line(result));
  }
  const results = chosen.flatMap(({ mutant }) => known.get(mutant.id) ?? []);
  await writeFile(join(values.out, 'report.json'), `${JSON.stringify({ all: all.length, results }, null, 2)}\n`);
  await writeFile(join(values.out, 'report.txt'), report(results, all.length));
  console.log(`\n${report(results, all.length)}`);
}

if (import.meta.main) await main();
