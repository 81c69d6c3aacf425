/** What becomes of one mutant, in a worker's workshop. */

import { SOLIDITY, type SolidityTests } from './solidityTests.ts';
import type { WarmTests } from './warmTests.ts';
import { type Code, compileChanged, install, prepare, type Workshop } from './workshop.ts';

export type Verdict = 'killed' | 'survived' | 'equivalent' | 'invalid';
/** `tests` in the order in which they are tried. */
export type Job = { readonly file: string; readonly text: string; readonly tests: readonly string[] };
/** The test that killed it. */
export type Killer = { readonly file: string; readonly test: string };
export type Outcome = { readonly verdict: Verdict; readonly killer: Killer | null };
export type Bench = { readonly workshop: Workshop; readonly warm: WarmTests; readonly solidity: SolidityTests };

export async function verdictOf(bench: Bench, { file, text, tests }: Job): Promise<Outcome> {
  await prepare(bench.workshop, file);
  let code: Code;
  try {
    code = compileChanged(bench.workshop, file, text);
  } catch {
    return { verdict: 'invalid', killer: null }; // what the compiler refuses needs no test
  }
  if (code.size === 0) return { verdict: 'equivalent', killer: null };
  const killer = await killerOf(bench, { file, text, tests }, code);
  return { verdict: killer === null ? 'survived' : 'killed', killer };
}

async function killerOf({ warm, solidity }: Bench, { file, text, tests }: Job, code: Code): Promise<Killer | null> {
  const restore = await install(code);
  warm.renew();
  let found: Found | null = null;
  try {
    for (const test of tests) {
      const killer = test === SOLIDITY ? await solidity.killer(file, text) : null;
      if (killer !== null) return killer;
      found = test === SOLIDITY ? null : await failureIn(warm, test);
      if (found !== null) break;
    }
  } finally {
    await restore();
    warm.renew();
  }
  if (found !== null) await requireInnocent(warm, found);
  return found === null ? null : { file: found.file, test: found.test };
}

type Found = Killer & { readonly isHook: boolean };

async function failureIn(warm: WarmTests, file: string): Promise<Found | null> {
  const failure = await warm.run(file);
  return failure === null ? null : { file, test: failure.test, isHook: failure.isHook };
}

/** The mutant alone may have killed: in the same process, the same test passes without it. */
async function requireInnocent(warm: WarmTests, { file, test, isHook }: Found): Promise<void> {
  const failure = await warm.run(file, isHook ? undefined : test);
  if (failure !== null) throw new Error(`"${failure.test}" fails unchanged: ${failure.cause}`);
}
