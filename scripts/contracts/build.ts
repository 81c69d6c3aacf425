/**
 * Compiles the contracts that a local deployment creates, and no others, with all cores:  node scripts/bootstrap.mjs scripts/contracts/build.ts
 *
 * For whoever wants to use them and not to change them: `npm run build` compiles mocks and tests, too, and says what the compiler warns of.
 */

import { availableParallelism } from 'node:os';
import hre from 'hardhat';
import type { SolidityHooks } from 'hardhat/types/hooks';
import { type Contract, DEPLOYED, VERIFIED_LOCALLY } from './deployed.ts';

/** Each compiler is a process of its own that takes some 300 MB. */
const MOST_COMPILERS = 4;

/** What is told of a compilation: nothing of one that finds all compiled already. */
export type Compiling = {
  /** @param parts runs of the compiler */
  readonly begin: (parts: number) => void;
  /** another of them has ended */
  readonly part: () => void;
};

/** @param more others that are wanted too @throws where a contract does not compile */
export async function buildDeployed(compiling?: Compiling, more: readonly Contract[] = []): Promise<void> {
  const concurrency = Math.min(availableParallelism(), MOST_COMPILERS);
  const handlers = quietHandlers(compiling);
  hre.hooks.registerHandlers('solidity', handlers);
  try {
    const wanted = await roots([...Object.values(DEPLOYED), ...more]);
    const parts = compiling === undefined ? 0 : await partsOf(wanted);
    if (parts > 0) compiling?.begin(parts);
    const results = await hre.solidity.build(wanted, { quiet: true, concurrency });
    if (!hre.solidity.isSuccessfulBuildResult(results))
      throw new Error('the contracts do not compile: `npm run build` says why');
  } finally {
    hre.hooks.unregisterHandlers('solidity', handlers);
  }
}

/** As Hardhat names them: a path of this project, or `npm:` and that of a package. */
async function roots(contracts: readonly Contract[]): Promise<string[]> {
  const all = await hre.solidity.getRootFilePaths();
  return contracts.map(({ file }) => {
    const root = all.find((path) => path.replaceAll('\\', '/').endsWith(file));
    if (root === undefined) throw new Error(`there is no source ${file}`);
    return root;
  });
}

async function partsOf(wanted: string[]): Promise<number> {
  const jobs = await hre.solidity.getCompilationJobs(wanted, { quiet: true });
  return jobs.success ? new Set(jobs.compilationJobsPerFile.values()).size : 0;
}

/** Warnings are for whoever changes the contracts. */
function quietHandlers(compiling?: Compiling): Partial<SolidityHooks> {
  return {
    getCompilationJobErrors: async (context, job, output, next) =>
      (await next(context, job, output)).filter(({ severity }) => severity === 'error'),
    invokeSolc: async (context, compiler, input, config, next) => {
      const output = await next(context, compiler, input, config);
      compiling?.part();
      return output;
    },
  };
}

if (import.meta.main) await buildDeployed(undefined, VERIFIED_LOCALLY);
