/** Whether a goal is reached already, by us or by somebody else: looked up at the latest block before gas is spent on it. */

import type { Chain } from '../ports/chain.ts';
import type { Goal } from '../ports/store.ts';

const KEY = { generating: 1, confirmed: 2, active: 3 } as const;
const REQUEST = { queued: 1, ready: 2 } as const;

export async function isSettled(chain: Chain, goal: Goal): Promise<boolean> {
  switch (goal.kind) {
    case 'register':
      return (await chain.enclave(goal.enclave)).epoch >= goal.epoch;
    case 'record-boot':
      return (await chain.enclave(goal.enclave)).bootCounter >= BigInt(goal.counter);
    case 'confirm': {
      const { status, attempt } = await chain.key(goal.keyId);
      return status !== KEY.generating || attempt !== goal.attempt;
    }
    case 'activate': {
      const { status, attempt } = await chain.key(goal.keyId);
      return status === KEY.active || attempt !== goal.attempt;
    }
    case 'open-attempt': {
      const { status, attempt } = await chain.key(goal.keyId);
      return status === KEY.active || attempt > goal.attempt;
    }
    case 'claim-key':
      return chain.isClaimed(goal.keyId, goal.requester, goal.path);
    case 'mark-ready':
      return (await chain.requestState(goal.request)) !== REQUEST.queued;
    case 'fulfil':
      return (await chain.requestState(goal.request)) !== REQUEST.ready;
    case 'expire': {
      const state = await chain.requestState(goal.request);
      return state !== REQUEST.queued && state !== REQUEST.ready;
    }
  }
}
