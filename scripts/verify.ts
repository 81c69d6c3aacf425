// Runs what CI verifies, or a part of it:  scripts/verify.ts [build | check | contracts | simulation | floors | signer | test files and folders]
// Every step runs even if an earlier one failed, except that nothing is tested that does not build.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

type Step = {
  readonly command: readonly [string, ...string[]];
  readonly mustFindTests?: true;
};
type Outcome = { readonly step: Step; readonly ok: boolean; readonly output: string };

const STEP_MS = 30 * 60 * 1000; // a test that leaves something open keeps its process alive: end it, and fail

const build: Step[] = [
  { command: ['hardhat', 'build'] },
  { command: ['node', 'scripts/abi.ts'] },
  { command: ['node', 'scripts/bundle.ts'] },
];
const check: Step[] = [
  { command: ['tsc', '--noEmit'] },
  { command: ['biome', 'check', '--error-on-warnings'] },
  { command: ['solhint', '--disc', '--noPoster', '--max-warnings', '0', 'contracts/**/*.sol'] },
];
const contracts: Step[] = [
  { command: ['hardhat', 'test', 'solidity', '--no-compile'] },
  { command: ['hardhat', 'test', 'mocha', '--no-compile'], mustFindTests: true },
];
const simulation: Step[] = [{ command: ['mocha', 'test/simulation/**/*.ts'], mustFindTests: true }];
/** Tests of pure code: they need no machine to themselves. */
const FLOORS = ['architecture', 'audit', 'evidence', 'finality', 'formats', 'payload', 'proof', 'protocol'];
const floorTests = FLOORS.map((name) => `test/${name}/**/*.ts`);
const floors: Step[] = [{ command: ['mocha', ...floorTests], mustFindTests: true }];
const elsewhere = ['test/simulation/**', ...floorTests].flatMap((tests) => ['--ignore', tests]);
const signer: Step[] = [{ command: ['mocha', 'test/**/*.ts', ...elsewhere], mustFindTests: true }];

const parts: Record<string, Step[]> = { build: [], check, contracts, simulation, floors, signer };

/** What is named and is not there, or holds no test: one line says so. */
class NoSuchTest extends Error {}

/** The steps that run single test files, and those of folders and all that is below them, each by the runner that its folder belongs to. */
function stepsForFiles(named: readonly string[]): Step[] {
  const files = named.flatMap(testsIn);
  const solidity = files.filter((file) => file.endsWith('.sol'));
  const ofContracts = files.filter((file) => file.endsWith('.ts') && /(^|[\\/])test[\\/]contracts[\\/]/.test(file));
  const others = files.filter((file) => !solidity.includes(file) && !ofContracts.includes(file));
  const steps: Step[] = [];
  if (solidity.length > 0) steps.push({ command: ['hardhat', 'test', 'solidity', ...solidity] });
  if (ofContracts.length > 0) steps.push({ command: ['hardhat', 'test', 'mocha', ...ofContracts] });
  if (others.length > 0) steps.push({ command: ['mocha', ...others] });
  return steps;
}

function testsIn(path: string): string[] {
  if (!existsSync(path)) throw new NoSuchTest(`there is no part, file or folder ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(test\.ts|t\.sol)$/.test(name))
    .map((name) => join(path, name))
    .sort();
  if (found.length === 0) throw new NoSuchTest(`${path} holds no test (*.test.ts, *.t.sol)`);
  return found;
}

const titleOf = ({ command }: Step) => `\n> ${command.join(' ')}`;

/** Runs one step to its end, keeping what it prints, and showing it at once or when it has ended: beside others nobody could tell whose it is. */
function run(step: Step, when: 'at once' | 'at its end' = 'at once'): Promise<Outcome> {
  const [command, ...args] = step.command;
  if (when === 'at once') console.log(titleOf(step));
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const shell = process.platform === 'win32';
  const child = spawn(command, args, {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, ...colour },
    timeout: STEP_MS,
    shell,
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (when === 'at once') process.stdout.write(text);
  });
  return new Promise((done, fail) => {
    child.on('error', (cause) => fail(new Error(`cannot run ${command}`, { cause })));
    child.on('close', (code, signal) => {
      if (when === 'at its end') console.log(`${titleOf(step)}\n${output}`);
      if (signal) console.log(`ended by ${signal} (a step may take ${STEP_MS / 60_000} minutes)`);
      done({ step, ok: code === 0, output: stripVTControlCharacters(output) });
    });
  });
}

/** How many tests a step's output reports as "passing", "failing" or "pending". */
function count({ output }: Outcome, word: string): number {
  const lines = output.matchAll(new RegExp(`^ *(\\d+) ${word}`, 'gm'));
  return [...lines].reduce((sum, [, number]) => sum + Number(number), 0);
}

const foundNone = (outcome: Outcome) => outcome.step.mustFindTests === true && count(outcome, 'passing') === 0;
const isGood = (outcome: Outcome) => outcome.ok && !foundNone(outcome);

async function runAll(steps: Step[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await run(step));
  return outcomes;
}

/** All parts. Contracts and floors, and beside them the simulation, know no time but their own: one core each. Processes have the machine to themselves. */
async function runParts(): Promise<Outcome[]> {
  const checked = await runAll(check);
  const simulated = simulation.map((step) => run(step, 'at its end'));
  const tested = [...(await runAll([...contracts, ...floors])), ...(await Promise.all(simulated))];
  return [...checked, ...tested, ...(await runAll(signer))];
}

function report(outcomes: Outcome[], seconds: number) {
  const total = (word: string) => outcomes.reduce((sum, outcome) => sum + count(outcome, word), 0);
  console.log();
  for (const outcome of outcomes.filter((one) => !isGood(one))) {
    console.log(`FAILED: ${outcome.step.command.join(' ')}${foundNone(outcome) ? ' (no test passed)' : ''}`);
  }
  const good = outcomes.filter(isGood).length;
  console.log(`Steps: ${good} of ${outcomes.length} good, in ${seconds.toFixed(0)} s`);
  if (outcomes.some((outcome) => outcome.step.command.some((word) => /^(test|mocha)$/.test(word)))) {
    console.log(`Tests: ${total('passing')} passed, ${total('failing')} failed, ${total('pending')} skipped`);
  }
}

async function main(args: string[]): Promise<number> {
  const started = performance.now();
  const isParts = args.every((name) => parts[name]);
  const built = isParts ? await runAll(build) : [];
  const runRest = async () => {
    if (args.length === 0) return runParts();
    return runAll(isParts ? args.flatMap((name) => parts[name] ?? []) : stepsForFiles(args));
  };
  const outcomes = built.every(isGood) ? [...built, ...(await runRest())] : built;
  report(outcomes, (performance.now() - started) / 1000);
  return outcomes.every(isGood) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof NoSuchTest)) throw error;
  console.error(`quorate: ${error.message}; the parts are ${Object.keys(parts).join(', ')}`);
  process.exitCode = 2;
}
