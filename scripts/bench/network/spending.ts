/** What the processes of a network spend between two moments: CPU, calls to the chain, bytes between hosts, memory. */
import { execFileSync } from 'node:child_process';
import { CALLS_ROUTE } from '../../local/beacon/startBeacon.ts';
import { type Kind, peakMegabytes, processesOf, resetPeak, spentMillis } from './processes.ts';
import type { Site } from './site.ts';

export type Spent = {
  /** milliseconds of a core, of all processes of a kind together */
  readonly cpu: { readonly [kind in Kind]: number } & { readonly chain: number };
  /** to the chain, but for those of its beacon */
  readonly calls: number;
  readonly bytes: number | null;
  readonly rss: { readonly [kind in Kind]: number };
};

/** Starts to look; the function that comes back stops. */
export async function spending({ running, chain, machine }: Site): Promise<() => Promise<Spent>> {
  const found = processesOf(running.map((one) => one.process.pid));
  for (const pid of [...found.host, ...found.tee, ...found.enclave]) resetPeak(pid);
  const ports = running.map(({ operator }) => operator.peersPort);
  const look = async () => {
    const ofBeacon = await beaconCalls(machine.beacon);
    return {
      cpu: { ...byKind((kind) => sum(found[kind].map(spentMillis))), chain: ownMillis() },
      calls: chain.rpcCalls() - ofBeacon,
      bytes: bytesSent(ports),
    };
  };
  const start = await look();
  return async () => {
    const end = await look();
    return {
      cpu: {
        ...byKind((kind) => end.cpu[kind] - start.cpu[kind]),
        chain: end.cpu.chain - start.cpu.chain,
      },
      calls: end.calls - start.calls,
      bytes: start.bytes === null || end.bytes === null ? null : sentBetween(start.bytes, end.bytes),
      rss: byKind((kind) => Math.max(...found[kind].map(peakMegabytes))),
    };
  };
}

function byKind(measure: (kind: Kind) => number): { readonly [kind in Kind]: number } {
  return { host: measure('host'), tee: measure('tee'), enclave: measure('enclave') };
}

async function beaconCalls(beacon: string): Promise<number> {
  return Number(await (await fetch(`${beacon}${CALLS_ROUTE}`)).json());
}

/** The chain is this process. */
function ownMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Bytes sent by either end of each connection to one of these ports, as the kernel counts them; null where `ss` is missing. */
function bytesSent(ports: readonly number[]): ReadonlyMap<string, number> | null {
  const filter = ports.map((port) => `sport = :${port} or dport = :${port}`).join(' or ');
  try {
    const text = execFileSync('ss', ['-tinHO', 'state', 'established', `( ${filter} )`], { encoding: 'utf8' });
    return new Map(text.split('\n').flatMap(socketOf));
  } catch {
    return null;
  }
}

function socketOf(line: string): readonly (readonly [string, number])[] {
  const [ends] = /\S+:\d+\s+\S+:\d+/.exec(line) ?? [];
  const [, bytes] = /\bbytes_sent:(\d+)/.exec(line) ?? [];
  return ends === undefined ? [] : [[ends.replace(/\s+/, ' '), Number(bytes ?? 0)]];
}

/** A connection that ended meanwhile took its count along: links between hosts last. */
function sentBetween(start: ReadonlyMap<string, number>, end: ReadonlyMap<string, number>): number {
  return sum([...end].map(([socket, bytes]) => bytes - (start.get(socket) ?? 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
