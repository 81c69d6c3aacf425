/** How long to wait before the enclave is started again. */

export type Restarts = { failures: number; notBefore: number };

const FIRST = 500;
const MOST = 60_000;

/** Twice as long after each failure in a row, in milliseconds. */
export function backOff(restarts: Restarts, now: number): void {
  restarts.notBefore = now + Math.min(MOST, FIRST * 2 ** restarts.failures);
  restarts.failures += 1;
}
