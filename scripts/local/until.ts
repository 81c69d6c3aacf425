/** Waits for something that other processes bring about. */

import { setTimeout } from 'node:timers/promises';

const EVERY = 50;

/** @throws when `patience` milliseconds pass first; `what` says what did not come true */
export async function until(what: string, patience: number, condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${patience} ms in vain until ${what}`);
    await setTimeout(EVERY);
  }
}
