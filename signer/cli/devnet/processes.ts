/** The processes of a devnet, found again by their ids, and ended. */

import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { readProcesses } from './record.ts';

/** Longer than a host takes to end its sessions. */
const GRACE_MS = 15_000;
const LOOK_EVERY_MS = 100;

export type Living = { readonly supervisor: number | null; readonly nodes: readonly number[] };

/** Those of this folder that run: an id alone may have come to another process since. */
export function livingOf(directory: string): Living {
  const recorded = readProcesses(directory);
  if (recorded === null) return { supervisor: null, nodes: [] };
  const lives = (pid: number) => commandLineOf(pid).includes(`${directory}/`);
  return {
    supervisor: lives(recorded.supervisor) ? recorded.supervisor : null,
    nodes: recorded.nodes.filter(lives),
  };
}

/** Resolves when all are gone: first as they should, then by force. Says how many there were. */
export async function endAll(directory: string): Promise<number> {
  const { supervisor, nodes } = livingOf(directory);
  if (supervisor !== null) tell(supervisor, 'SIGTERM');
  else for (const node of nodes) tell(node, 'SIGTERM');
  if (!(await areGone(directory, GRACE_MS))) {
    for (const pid of all(livingOf(directory))) tell(pid, 'SIGKILL');
    await areGone(directory, GRACE_MS);
  }
  return nodes.length + (supervisor === null ? 0 : 1);
}

async function areGone(directory: string, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (all(livingOf(directory)).length > 0) {
    if (performance.now() > end) return false;
    await setTimeout(LOOK_EVERY_MS);
  }
  return true;
}

function all({ supervisor, nodes }: Living): readonly number[] {
  return supervisor === null ? nodes : [supervisor, ...nodes];
}

/** Empty where no such process is, or where it has ended and nobody has asked how. */
function commandLineOf(pid: number): string {
  try {
    const words = ['-o', 'args=', '-p', String(pid)];
    return execFileSync('ps', ['-ww', ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return ''; // ps found none
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause; // it ended by itself meanwhile
  }
}
