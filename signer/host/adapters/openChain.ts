/** The chain of a configuration: all of its providers and beacon nodes, connected. */

import type { Deployment, Located } from '../chain/deployment.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Beacon } from '../ports/beacon.ts';
import type { Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Problems } from '../problems.ts';
import { createBeacon } from './beaconNodes.ts';
import { createProviders } from './providers.ts';
import { connect } from './rpc.ts';
import { createRpcChain } from './rpcChain.ts';

type Surroundings = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'add' | 'observe'>;
  readonly problems: Pick<Problems, 'set' | 'clear'>;
};

export function openChain(urls: readonly string[], deployment: Located, surroundings: Surroundings): Chain {
  const { clock, metrics } = surroundings;
  const sources = urls.map((url) => {
    const { name, rpc, onBlock, onReopened } = connect(url, clock, metrics);
    return { name, chain: createRpcChain(rpc, deployment, onBlock), onReopened };
  });
  return createProviders(sources, deployment, { ...surroundings, jitter: Math.random });
}

export function openBeacon(
  urls: readonly string[],
  { finality }: Pick<Deployment, 'finality'>,
  surroundings: Surroundings,
): Beacon {
  return createBeacon(urls, finality, { ...surroundings, jitter: Math.random });
}
