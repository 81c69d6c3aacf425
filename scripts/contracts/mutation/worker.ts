/** A process that tests one mutant after the other, as `pool.ts` hands them out:  worker.ts (its directory is its workshop) */

import { SolidityTests } from './solidityTests.ts';
import { type Bench, type Job, type Outcome, verdictOf } from './verdict.ts';
import { WarmTests } from './warmTests.ts';
import { openWorkshop } from './workshop.ts';

export type Told = { readonly ready: true } | { readonly outcome: Outcome } | { readonly problem: string };

const tell = (told: Told) => process.send?.(told);

async function openBench(root: string): Promise<Bench> {
  const workshop = await openWorkshop(root);
  return { workshop, warm: new WarmTests(root), solidity: new SolidityTests(`${root}-solidity`) };
}

async function answer(bench: Bench, job: Job): Promise<void> {
  try {
    tell({ outcome: await verdictOf(bench, job) });
  } catch (error) {
    tell({ problem: error instanceof Error ? error.message : String(error) });
  }
}

try {
  const bench = await openBench(process.cwd());
  process.on('disconnect', () => process.exit(1)); // nobody is left to tell
  process.on('message', (job: Job) => void answer(bench, job));
  tell({ ready: true });
} catch (error) {
  tell({ problem: String(error) });
  process.exitCode = 1;
  process.disconnect?.();
}
