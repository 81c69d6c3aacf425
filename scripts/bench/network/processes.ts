/** Processes of a network and what Linux says of them: proc(5). */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

export type Kind = 'host' | 'tee' | 'enclave';
export type Processes = { readonly [kind in Kind]: readonly number[] };

const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
/** /proc/<pid>/stat: utime and stime are fields 14 and 15; the command's name, which may hold anything, ends with field 2. */
const [UTIME, STIME] = [14 - 3, 15 - 3];

/** A host's child is its TEE, and that one's child the enclave. */
export function processesOf(hosts: readonly (number | undefined)[]): Processes {
  const host = hosts.map((pid) => pid ?? fail('a host does not run'));
  const tee = host.flatMap(childrenOf);
  const enclave = tee.flatMap(childrenOf);
  if (tee.length !== host.length || enclave.length !== host.length) fail('a host runs without its TEE or enclave');
  return { host, tee, enclave };
}

/** @throws when the process has ended: what it has spent is not known any more */
export function spentMillis(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
}

/** The most that it held in memory since `resetPeak`. */
export function peakMegabytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

function fail(what: string): never {
  throw new Error(what);
}
