/** What is said while the compiler runs: how far it is, and how long it will take. */

import type { Compiling } from '../contracts/build.ts';

/** Of a first run on two cores; the next takes a second. */
const EXPECTED_SECONDS = 30;
const EVERY_MS = 5_000;

/** Says nothing where nothing has to be compiled. */
export function compilingNarrator(write: (line: string) => void): Compiling & { readonly end: () => void } {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  let [parts, done] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  const say = () => write(`         ${done} of ${parts} parts, about ${secondsLeft(seconds(), done / parts)} s left`);
  return {
    begin: (count) => {
      parts = count;
      write(`Compiling the contracts that a deployment needs: about ${EXPECTED_SECONDS} s, the first time only`);
      timer = setInterval(say, EVERY_MS);
    },
    part: () => {
      done += 1;
    },
    end: () => clearInterval(timer),
  };
}

/** As expected until it takes longer; then as fast as it went on so far. At least 1. */
export function secondsLeft(seconds: number, share: number): number {
  const expected = share > 0 && seconds > EXPECTED_SECONDS ? seconds / share : EXPECTED_SECONDS;
  return Math.max(1, Math.round(expected - seconds));
}
