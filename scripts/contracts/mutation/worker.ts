/** A process that tests one mutant after the other, as `pool.ts` hands them out:  worker.ts TEST... (its directory is its workshop) */

import { SolidityTests } from './solidityTests.ts';
import { type Bench, type Job, type Outcome, verdictOf } from './verdict.ts';
import { WarmTests } from './warmTests.ts';
import { install, openWorkshop } from './workshop.ts';

export type Told = { readonly ready: true } | { readonly outcome: Outcome } | { readonly problem: string };

const tell = (told: Told) => process.send?.(told);

/** Fails if the tests do not pass unchanged: then every mutant would seem to be killed. */
async function openBench(root: string, tests: readonly string[]): Promise<Bench> {
  const workshop = await openWorkshop(root);
  await install(workshop.original); // code without metadata, as mutants have
  const warm = new WarmTests(root);
  for (const file of tests) {
    const failure = await warm.run(file);
    if (failure !== null) throw new Error(`"${failure.test}" of ${file} fails unchanged: ${failure.cause}`);
  }
  return { workshop, warm, solidity: new SolidityTests(`${root}-solidity`) };
}

async function answer(bench: Bench, job: Job): Promise<void> {
  try {
    tell({ outcome: await verdictOf(bench, job) });
  } catch (error) {
    tell({ problem: error instanceof Error ? error.message : String(error) });
  }
}

try {
  const bench = await openBench(process.cwd(), process.argv.slice(2));
  process.on('disconnect', () => process.exit(1)); // nobody is left to tell
  process.on('message', (job: Job) => void answer(bench, job));
  tell({ ready: true });
} catch (error) {
  tell({ problem: String(error) });
  process.exitCode = 1;
  process.disconnect?.();
}
