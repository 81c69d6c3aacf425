/** Medians of wall-clock times in one thread. */
import { performance } from 'node:perf_hooks';

export interface Timed<T> {
  readonly ms: number;
  readonly result: T;
}

export function timed<T>(run: () => T): Timed<T> {
  const start = performance.now();
  const result = run();
  return { ms: performance.now() - start, result };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The smallest value that so large a part of all does not exceed; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
}

export function rounded(ms: number): number {
  return Number(ms.toPrecision(4));
}
