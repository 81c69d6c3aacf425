/** What becomes of one mutant, in a worker's workshop. */

import { SOLIDITY, type SolidityTests } from './solidityTests.ts';
import type { WarmTests } from './warmTests.ts';
import { type Code, compileChanged, install, prepare, type Workshop } from './workshop.ts';

export type Verdict = 'killed' | 'survived' | 'equivalent' | 'invalid';
/** `tests` in the order in which they are tried. */
export type Job = { readonly file: string; readonly text: string; readonly tests: readonly string[] };
/** The test that killed it. */
export type Killer = { readonly file: string; readonly test: string };
/** With the milliseconds that tests took, one after the other. */
export type Outcome = { readonly verdict: Verdict; readonly killer: Killer | null; readonly times: Times };
export type Times = readonly (readonly [test: string, ms: number])[];
export type Bench = { readonly workshop: Workshop; readonly warm: WarmTests; readonly solidity: SolidityTests };

export async function verdictOf(bench: Bench, job: Job): Promise<Outcome> {
  await prepare(bench.workshop, job.file);
  let code: Code;
  try {
    code = compileChanged(bench.workshop, job.file, job.text);
  } catch {
    return { verdict: 'invalid', killer: null, times: [] }; // what the compiler refuses needs no test
  }
  if (code.size === 0) return { verdict: 'equivalent', killer: null, times: [] };
  const { found, times } = await tryAll(bench, job, code);
  if (found === null) return { verdict: 'survived', killer: null, times };
  await requireInnocent(bench, found);
  return { verdict: 'killed', killer: { file: found.file, test: found.test }, times };
}

type Found = Killer & { readonly isHook: boolean };

async function tryAll(bench: Bench, job: Job, code: Code): Promise<{ found: Found | null; times: Times }> {
  const times: [string, number][] = [];
  const restore = await install(code);
  bench.warm.renew();
  try {
    for (const file of job.tests) {
      const begun = performance.now();
      const found = await failureIn(bench, job, file);
      if (found !== null) return { found, times };
      times.push([file, performance.now() - begun]);
    }
    return { found: null, times };
  } finally {
    await restore();
    bench.warm.renew();
  }
}

async function failureIn({ warm, solidity }: Bench, { file, text }: Job, test: string): Promise<Found | null> {
  if (test === SOLIDITY) return solidity.killer(file, text);
  const failure = await warm.run(test);
  return failure === null ? null : { file: test, test: failure.test, isHook: failure.isHook };
}

/** The mutant alone may have killed: in the same process, the same test passes without it. Solidity tests have seen to that. */
async function requireInnocent({ warm }: Bench, { file, test, isHook }: Found): Promise<void> {
  if (file === SOLIDITY) return;
  const failure = await warm.run(file, isHook ? undefined : test);
  if (failure !== null) throw new Error(`"${failure.test}" fails unchanged: ${failure.cause}`);
}
