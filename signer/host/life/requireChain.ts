/** The first question of all: is this the chain, and the deployment, that this host was set up for? */

import type { Deployment } from '../chain/deployment.ts';
import { describe, Fatal, isRetryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Chain } from '../ports/chain.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Problems } from '../problems.ts';

export type RequirePorts = {
  readonly clock: Clock;
  readonly chain: Pick<Chain, 'chainId'>;
  readonly store: Pick<Store, 'fact' | 'setFact'>;
  readonly log: Log;
};

/** A chain that cannot be reached yet is waited for, every `poll` milliseconds, until `halt`; one that is wrong is not. @throws Fatal */
export async function untilChainAnswers(
  ports: RequirePorts,
  problems: Problems,
  deployment: Deployment,
  poll: number,
  halt: AbortSignal,
): Promise<void> {
  const { clock, log } = ports;
  while (!halt.aborted) {
    try {
      await requireChain(ports, deployment);
      return problems.clear('start');
    } catch (error) {
      if (!isRetryable(error)) throw error;
      problems.set('start', `waits for the chain: ${describe(error)}`);
      log('warn', 'waits for the chain', { reason: describe(error) });
      await sleep(clock, poll, halt);
    }
  }
}

/** The store belongs to one deployment on one chain, and the RPC must be of that chain. */
async function requireChain({ chain, store }: RequirePorts, deployment: Deployment): Promise<void> {
  const chainId = await chain.chainId();
  if (chainId !== deployment.chainId) {
    const detail = `the RPC is of chain ${chainId}, the enclave is configured for ${deployment.chainId}`;
    throw new Fatal('WRONG_CHAIN', detail, 'Put an RPC of the right chain into chain.rpc.');
  }
  const known = store.fact('configuration');
  if (known !== null && known !== deployment.configuration) {
    const detail = `the store belongs to configuration ${known}, not ${deployment.configuration}`;
    throw new Fatal('WRONG_DEPLOYMENT', detail, 'Use the data directory of this deployment, or an empty one.');
  }
  store.setFact('configuration', deployment.configuration);
}
