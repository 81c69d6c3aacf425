/** Workers, each a process with a workshop of its own, that take mutants from one queue. */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Outcome } from './verdict.ts';
import type { Told } from './worker.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');
const OPENING_MS = 900_000;
const MUTANT_MS = 600_000;
/** Modules of earlier generations stay in memory. */
const LIFE = 300;

export type Queue<T> = {
  /** The next one, if there is any and time is left. */
  readonly take: () => T | undefined;
  readonly jobOf: (next: T) => Job;
  readonly done: (next: T, outcome: Outcome, seconds: number) => Promise<void>;
};

export async function runPool<T>(out: string, jobs: number, queue: Queue<T>): Promise<void> {
  const lanes = Array.from({ length: jobs }, (_, i) => runLane(join(out, `workshop-${i + 1}`), queue));
  await Promise.all(lanes);
}

async function runLane<T>(root: string, queue: Queue<T>): Promise<void> {
  await mkdir(root, { recursive: true });
  let next = queue.take();
  let isSecond = false;
  while (next !== undefined) {
    const worker = fork(WORKER, [], { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    try {
      await heard(worker, OPENING_MS);
      for (let life = LIFE; life > 0 && next !== undefined; life--) {
        await test(worker, next, queue);
        isSecond = false;
        next = queue.take();
      }
    } catch (cause) {
      if (isSecond) throw new Error('a second worker has a problem with the same mutant', { cause });
      isSecond = true; // the same one once more, in a new process
      console.error(cause);
    } finally {
      worker.kill('SIGKILL');
    }
  }
}

async function test<T>(worker: ChildProcess, next: T, { jobOf, done }: Queue<T>): Promise<void> {
  const begun = performance.now();
  worker.send(jobOf(next));
  const told = await heard(worker, MUTANT_MS);
  if ('outcome' in told) await done(next, told.outcome, Math.round((performance.now() - begun) / 100) / 10);
}

/** What the worker says next; fails if it has a problem, ends, or takes too long. */
function heard(worker: ChildProcess, ms: number): Promise<Told> {
  return new Promise((done, fail) => {
    const end = () => {
      clearTimeout(timer);
      worker.removeAllListeners();
    };
    const timer = setTimeout(() => fail(new Error(`a worker said nothing for ${ms / 1000} s`)), ms);
    worker.once('message', (told: Told) => {
      end();
      if ('problem' in told) fail(new Error(told.problem));
      else done(told);
    });
    worker.once('exit', (code) => {
      end();
      fail(new Error(`a worker ended with code ${code}`));
    });
  });
}
