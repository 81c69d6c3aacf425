/** Whether a goal is reached, by us or by somebody else, or out of reach: looked up at the latest block before gas is spent on it. */

import type { Context } from '../context.ts';
import type { Goal } from '../ports/store.ts';

const CEREMONY = { open: 1, confirmed: 2, done: 3 } as const;
const REQUEST = { queued: 1, ready: 2, fulfilled: 3, refused: 4, expired: 5 } as const;

export type Standing = 'open' | 'reached' | 'out-of-reach';

export async function standingOf({ chain, ledger }: Pick<Context, 'chain' | 'ledger'>, goal: Goal): Promise<Standing> {
  switch (goal.kind) {
    case 'register':
      return reachedIf((await chain.enclave(goal.enclave)).epoch >= goal.epoch);
    case 'record-boot': {
      const { bootNonce, bootCounter } = await chain.enclave(goal.enclave);
      if (bootNonce === goal.nonce) return 'reached';
      return bootCounter >= BigInt(goal.counter) ? 'out-of-reach' : 'open';
    }
    case 'confirm': {
      const { status, attempt } = await chain.ceremony(goal.keyId);
      return attempt !== goal.attempt ? 'out-of-reach' : reachedIf(status !== CEREMONY.open);
    }
    case 'activate': {
      const { status, attempt } = await chain.ceremony(goal.keyId);
      return attempt !== goal.attempt ? 'out-of-reach' : reachedIf(status === CEREMONY.done);
    }
    case 'open-attempt': {
      const { status, attempt } = await chain.ceremony(goal.keyId);
      return reachedIf(status === CEREMONY.done || attempt > goal.attempt);
    }
    case 'claim-key':
      return reachedIf(await chain.isClaimed(goal.keyId, goal.requester, goal.path));
    case 'mark-ready':
      return reachedIf((await chain.requestState(goal.request)) !== REQUEST.queued);
    case 'fulfil': {
      const state = await chain.requestState(goal.request);
      return state === REQUEST.ready ? 'open' : state === REQUEST.fulfilled ? 'reached' : 'out-of-reach';
    }
    case 'record-late': {
      const state = await chain.requestState(goal.request);
      if (state !== REQUEST.refused && state !== REQUEST.expired) return 'out-of-reach';
      return reachedIf(ledger.requests.get(goal.request)?.isShownLate === true);
    }
    case 'expire': {
      const state = await chain.requestState(goal.request);
      return reachedIf(state !== REQUEST.queued && state !== REQUEST.ready);
    }
  }
}

function reachedIf(is: boolean): Standing {
  return is ? 'reached' : 'open';
}
