/** What a deployment has begun, step by step, so that another run goes on where this one stopped. */

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../signer/host/adapters/makeFolder.ts';
import type { Origin } from './origin.ts';

/** The nonce belongs to the step before its transaction is sent: so a creation has one address, whatever gets lost. */
export type Step = {
  readonly nonce: number;
  readonly mined: boolean;
  /** The chain's last block when the nonce was noted first: the transaction is in none before. */
  readonly block: number;
  /** Its hash, once it is mined; none is kept of one whose answer got lost. */
  readonly transaction?: string;
};
export type Progress = {
  readonly origin: Origin;
  readonly firstBlock: number;
  readonly steps: Readonly<Record<string, Step>>;
};

export type Journal = {
  /** The chain's last block before the first transaction; undefined where nothing was sent before. */
  readonly firstBlock: number | undefined;
  readonly step: (name: string) => Step | undefined;
  /** In the order in which they were begun. */
  readonly steps: () => Readonly<Record<string, Step>>;
  /** Kept once it returns. */
  readonly note: (name: string, step: Step) => Promise<void>;
};

/** For chains that end with the process. */
export function volatileJournal(): Journal {
  return journalOf(undefined, {}, async () => {});
}

export function fileJournal(path: string, progress: Progress): Journal {
  return journalOf(progress.firstBlock, { ...progress.steps }, (steps) => writeJson(path, { ...progress, steps }));
}

function journalOf(
  firstBlock: number | undefined,
  steps: Record<string, Step>,
  keep: (steps: Record<string, Step>) => Promise<void>,
): Journal {
  return {
    firstBlock,
    step: (name) => steps[name],
    steps: () => steps,
    note: async (name, step) => {
      steps[name] = step;
      await keep(steps);
    },
  };
}

/** The whole file or the former one, whenever the process ends. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  makeFolder(dirname(path));
  const unfinished = `${path}.unfinished`;
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
  await rename(unfinished, path);
}

/** Null if there is no such file. */
export async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}`, { cause });
  }
}

export async function forget(path: string): Promise<void> {
  await rm(path, { force: true });
}
