/** The first question of all: is this the chain, and the deployment, that this host was set up for? */

import type { Context } from '../context.ts';
import { describe, Fatal, isRetryable } from '../errors.ts';
import { sleep } from '../ports/clock.ts';

/** A chain that cannot be reached yet is waited for; one that is wrong is not. */
export async function untilChainAnswers(context: Context): Promise<void> {
  const { clock, settings, problems, log } = context;
  while (!context.isStopping) {
    try {
      return await requireChain(context);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      problems.set('start', `waits for the chain: ${describe(error)}`);
      log('warn', 'waits for the chain', { reason: describe(error) });
      await sleep(clock, settings.times.poll);
    }
  }
}

/** The store belongs to one deployment on one chain, and the RPC must be of that chain. */
async function requireChain({ chain, store, deployment, problems }: Context): Promise<void> {
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
  problems.delete('start');
}
