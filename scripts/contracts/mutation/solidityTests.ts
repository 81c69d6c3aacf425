/** Solidity tests compile what they test, so they are slower, and have a copy of their own. */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { runTool } from '../runTool.ts';
import type { Killer } from './verdict.ts';
import { copyProject } from './workshop.ts';

const MS = 400_000;
/** Few: what only a thousandth run finds counts as survived. */
const FEW = { QUORATE_FUZZ_RUNS: '64' };
/** A limit of gas is no behaviour. */
const TOOL = ['hardhat', 'test', 'solidity', '--build-profile', 'quick', '--grep-exclude', 'Gas\\b'] as const;
/** Stands for all of them in an order of tests. */
export const SOLIDITY = 'Solidity';

export class SolidityTests {
  readonly #root: string;
  #isOpen = false;

  constructor(root: string) {
    this.#root = root;
  }

  /** The first test that fails of those that the file is part of. */
  async killer(file: string, text: string): Promise<(Killer & { isHook: false }) | null> {
    if (!this.#isOpen) await copyProject(this.#root);
    this.#isOpen = true;
    const tests = await testsWith(this.#root, file);
    if (tests.length === 0) return null;
    const path = join(this.#root, file);
    const before = await readFile(path, 'utf8');
    await writeFile(path, text);
    const failure = await this.#firstFailure(tests).finally(() => writeFile(path, before));
    if (failure === null) return null;
    const unchanged = await this.#firstFailure(tests);
    if (unchanged !== null) throw new Error(`"${unchanged}" fails unchanged`);
    return { file: SOLIDITY, test: failure, isHook: false };
  }

  async #firstFailure(tests: readonly string[]): Promise<string | null> {
    const { code, output } = await runTool(this.#root, [...TOOL, ...tests], MS, FEW);
    return code === 0 ? null : (/^ *1\) (.*)$/m.exec(output)?.[1] ?? 'does not end');
  }
}

/** The Solidity tests that `file` is compiled into. */
export async function testsWith(root: string, file: string): Promise<string[]> {
  const found = await readdir(join(root, 'test/contracts'), { recursive: true });
  const tests = found.map((name) => `test/contracts/${name.replaceAll('\\', '/')}`).sort();
  const reached = tests
    .filter((name) => name.endsWith('.t.sol'))
    .map(async (test) => ({ test, sources: await importsOf(root, test) }));
  return (await Promise.all(reached)).filter(({ sources }) => sources.has(file)).map(({ test }) => test);
}

/** A file, what it imports of the project, and what these import. */
async function importsOf(root: string, file: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(file)) return found;
  found.add(file);
  const text = await readFile(join(root, file), 'utf8');
  for (const [, path = ''] of text.matchAll(/^\s*(?:import|\}\s*from)\b[^;]*?"(\.[^"]+)";/gm))
    await importsOf(root, normalize(join(dirname(file), path)).replaceAll('\\', '/'), found);
  return found;
}
