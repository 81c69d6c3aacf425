/** The beacon port over several nodes: who fails, lags or lies costs the next one being asked. */

import type { FinalityConfig } from '../../finality/config.ts';
import { describe, isRetryable, Retryable } from '../errors.ts';
import type { Beacon, Told } from '../ports/beacon.ts';
import { BeaconNode, type BeaconPorts } from './beaconNode.ts';

export function createBeacon(urls: readonly string[], config: FinalityConfig, ports: BeaconPorts): Beacon {
  return failOver(urls.map((url) => new BeaconNode(url, config, ports)));
}

/** One node, as far as the others need it. */
export type BeaconSource = Pick<
  BeaconNode,
  'name' | 'isTired' | 'bootstrap' | 'updates' | 'finality' | 'disbelieve' | 'listen'
>;

/** Who fails, lags or lies costs the next one being asked. */
export function failOver(nodes: readonly BeaconSource[]): Beacon {
  return {
    bootstrap: (root) => firstThat(nodes, (node) => node.bootstrap(root)),
    updates: (period, count) => useful(nodes, period, count),
    finality: (above) => newest(nodes, above),
    disbelieve: ({ by }) => {
      for (const node of nodes) if (node.name === by) node.disbelieve();
    },
    onFinality: (told) => {
      const ends = nodes.map((node) => node.listen(told));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

async function firstThat<T>(nodes: readonly BeaconSource[], ask: (node: BeaconSource) => Promise<T>): Promise<T> {
  const failures: Retryable[] = [];
  for (const node of rested(nodes)) {
    try {
      return await ask(node);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      failures.push(error);
    }
  }
  throw allFailed(failures);
}

/** The best update that a node has may show a committee that cannot be taken, or be chosen so: the next one's may do. */
async function useful(nodes: readonly BeaconSource[], period: number, count: number): Promise<readonly Told[]> {
  const failures: Retryable[] = [];
  let poor: readonly Told[] | null = null;
  for (const node of rested(nodes)) {
    try {
      const updates = await node.updates(period, count);
      if (updates[0]?.isCommitteeFinal) return updates;
      poor ??= updates;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      failures.push(error);
    }
  }
  if (poor !== null) return poor;
  throw allFailed(failures);
}

/** A node that lags is no failure: the next one is asked, and the highest answer counts. */
async function newest(nodes: readonly BeaconSource[], above: number): Promise<Told> {
  const failures: Retryable[] = [];
  let best: Told | null = null;
  for (const node of rested(nodes)) {
    try {
      const told = await node.finality();
      if (told.slot > above) return told;
      if (best === null || told.slot > best.slot) best = told;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      failures.push(error);
    }
  }
  if (best !== null) return best;
  throw allFailed(failures);
}

function rested(nodes: readonly BeaconSource[]): readonly BeaconSource[] {
  return [...nodes].sort((a, b) => Number(a.isTired) - Number(b.isTired));
}

function allFailed(failures: readonly Retryable[]): Retryable {
  const [first] = failures;
  if (first === undefined) return new Retryable('BEACON_UNAVAILABLE', 'chain.beacon names no beacon node');
  if (failures.length === 1) return first;
  const code = failures.every(({ code }) => code === first.code) ? first.code : 'BEACON_UNAVAILABLE';
  return new Retryable(code, `every beacon node failed: ${failures.map(describe).join(' | ')}`, { cause: first });
}
