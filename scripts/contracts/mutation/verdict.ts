/** What becomes of one mutant, in a worker's workshop. */

import type { SolidityTests } from './solidityTests.ts';
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
  const killer = (await killerOf(bench, code, tests)) ?? (await bench.solidity.killer(file, text));
  return { verdict: killer === null ? 'survived' : 'killed', killer };
}

async function killerOf({ warm }: Bench, code: Code, tests: readonly string[]) {
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

/** The mutant alone may have killed: in the same process, the same test passes without it. */
async function requireInnocent(warm: WarmTests, { file, test, isHook }: Found): Promise<void> {
  const failure = await warm.run(file, isHook ? undefined : test);
  if (failure !== null) throw new Error(`"${failure.test}" fails unchanged: ${failure.cause}`);
}
