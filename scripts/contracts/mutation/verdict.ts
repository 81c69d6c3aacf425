/** What becomes of one mutant, in a worker's workshop. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../runTool.ts';
import type { WarmTests } from './warmTests.ts';
import { compileChanged, copyProject, install, type Workshop } from './workshop.ts';

export type Verdict = 'killed' | 'survived' | 'equivalent' | 'invalid';
/** `tests` in the order in which they are tried. */
export type Job = { readonly file: string; readonly text: string; readonly tests: readonly string[] };
/** The test that killed it. */
export type Killer = { readonly file: string; readonly test: string };
export type Outcome = { readonly verdict: Verdict; readonly killer: Killer | null };
export type Bench = { readonly workshop: Workshop; readonly warm: WarmTests; solidity: string | null };

const SOLIDITY_MS = 400_000;
/** A limit of gas is no behaviour. */
const SOLIDITY = ['hardhat', 'test', 'solidity', '--grep-exclude', 'Gas\\b|Gas\\('] as const;

export async function verdictOf(bench: Bench, { file, text, tests }: Job): Promise<Outcome> {
  let code: ReturnType<typeof compileChanged>;
  try {
    code = compileChanged(bench.workshop, file, text);
  } catch {
    return { verdict: 'invalid', killer: null }; // what the compiler refuses needs no test
  }
  if (code.size === 0) return { verdict: 'equivalent', killer: null };
  const killer = (await killerOf(bench, code, tests)) ?? (await solidityKiller(bench, file, text));
  return { verdict: killer === null ? 'survived' : 'killed', killer };
}

async function killerOf({ warm }: Bench, code: ReturnType<typeof compileChanged>, tests: readonly string[]) {
  const restore = await install(code);
  warm.renew();
  const found = await firstKiller(warm, tests).finally(restore);
  warm.renew();
  if (found !== null) await requireInnocent(warm, found);
  return found === null ? null : { file: found.file, test: found.test };
}

type Found = Killer & { readonly isHook: boolean };

async function firstKiller(warm: WarmTests, tests: readonly string[]): Promise<Found | null> {
  for (const file of tests) {
    const failure = await warm.run(file);
    if (failure !== null) return { file, test: failure.test, isHook: failure.isHook };
  }
  return null;
}

/** The mutant alone may have killed: in the same process the same test passes without it. */
async function requireInnocent(warm: WarmTests, { file, test, isHook }: Found): Promise<void> {
  const failure = await warm.run(file, isHook ? undefined : test);
  if (failure !== null) throw new Error(`"${failure.test}" fails unchanged: ${failure.cause}`);
}

/** Solidity tests compile what they test: slower, so only for what every other test let pass, and in a copy of its own. */
async function solidityKiller(bench: Bench, file: string, text: string): Promise<Killer | null> {
  bench.solidity ??= await openSolidity(bench.workshop.root);
  const path = join(bench.solidity, file);
  const before = await readFile(path, 'utf8');
  await writeFile(path, text);
  try {
    const { code, output } = await runTool(bench.solidity, SOLIDITY, SOLIDITY_MS);
    return code === 0 ? null : { file: 'Solidity', test: /^ *1\) (.*)$/m.exec(output)?.[1] ?? 'does not end' };
  } finally {
    await writeFile(path, before);
  }
}

async function openSolidity(root: string): Promise<string> {
  const copy = `${root}-solidity`;
  await copyProject(copy);
  const { code, output } = await runTool(copy, SOLIDITY, SOLIDITY_MS);
  if (code !== 0) throw new Error(`the Solidity tests fail unchanged:\n${output}`);
  return copy;
}
