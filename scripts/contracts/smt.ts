/**
 * Proves the assertions in test/contracts/smt for every sequence of calls, with the compiler's model checker and Z3.
 *
 *     node scripts/bootstrap.mjs scripts/contracts/smt.ts [FILE…]
 *
 * Z3 is a program of the system (Debian: apt-get install z3) that most machines lack: nothing that npm test runs depends on it.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompilerMessage, compile, type SmtSolver } from './compiler.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = 'test/contracts/smt';
const SOLVER_MS = 60_000;

export type Proof = { readonly file: string; readonly proved: number; readonly problems: readonly string[] };

export function hasZ3(): boolean {
  return spawnSync('z3', ['--version']).status === 0;
}

/** What the compiler asks is SMT-LIB 2 text; Z3's whole answer goes back. */
const z3: SmtSolver = (query) => {
  const { stdout, error } = spawnSync('z3', ['-in', `-t:${SOLVER_MS}`, 'rewriter.pull_cheap_ite=true'], {
    input: query,
    encoding: 'utf8',
    timeout: 2 * SOLVER_MS,
  });
  return error === undefined ? { contents: stdout } : { error: error.message };
};

export function harnesses(): string[] {
  const files = readdirSync(join(ROOT, FOLDER)).filter((file) => file.endsWith('.sol'));
  return files.sort().map((file) => `${FOLDER}/${file}`);
}

/** Fails to prove what can be false, and what Z3 cannot decide: both are problems. */
export function prove(file: string, content = readFileSync(join(ROOT, file), 'utf8')): Proof {
  const modelChecker = {
    engine: 'chc',
    targets: ['assert'],
    solvers: ['smtlib2'],
    timeout: SOLVER_MS,
    showProvedSafe: true,
    showUnproved: true,
  };
  const settings = { modelChecker, outputSelection: { '*': { '*': [] } } };
  const { errors = [] } = compile({ language: 'Solidity', sources: { [file]: { content } }, settings }, z3);
  const safe = errors.filter(isProof);
  const problems = errors.filter((message) => !isProof(message)).map(({ formattedMessage }) => formattedMessage);
  return { file, proved: safe.length, problems };
}

/** "CHC: Assertion violation check is safe!" */
const PROVED_SAFE = '9576';
const isProof = ({ errorCode }: CompilerMessage) => errorCode === PROVED_SAFE;

function main(files: readonly string[]): number {
  if (!hasZ3()) {
    console.error('SKIPPED: there is no z3 on this machine; nothing was proved');
    return 2;
  }
  const proofs = (files.length > 0 ? files : harnesses()).map((file) => prove(file));
  for (const { file, proved, problems } of proofs) {
    console.log(`${file}: ${proved} assertions proved, ${problems.length} problems`);
    for (const problem of problems) console.log(problem);
  }
  return proofs.every(({ proved, problems }) => proved > 0 && problems.length === 0) ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
