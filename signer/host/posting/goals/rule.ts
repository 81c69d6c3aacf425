/** What a kind of goal is to the poster: one record a kind, in the file of that kind, all of them in rules.ts. */

import type { Hex } from '../../../formats/hex.ts';
import type { Deployment } from '../../chain/deployment.ts';
import type { Ledger } from '../../chain/view/ledger.ts';
import type { Chain } from '../../ports/chain.ts';
import type { Goal } from './goal.ts';

export type Standing = 'open' | 'reached' | 'out-of-reach';

export type Call = { readonly to: Hex; readonly data: Hex };

/** Where goals are posted. */
export type Contracts = Pick<
  Deployment,
  'chainId' | 'enclaveRegistry' | 'keyRegistry' | 'derivedKeys' | 'signingRequests' | 'lateSignatures'
> & { readonly refusals: Hex | null };

/** What is asked of the latest block. */
export type Now = Pick<Chain, 'ceremony' | 'enclave' | 'requestState' | 'isClaimed'>;

export type Rule<G> = {
  /** The same goal twice has one id. */
  id(goal: G): string;
  /** lower goes first: what matters most to others */
  readonly priority: number;
  /** What the final chain says; costs nothing. */
  shown(goal: G, ledger: Ledger): Standing;
  /** What the latest block says: asked when an estimate reverts, when a transaction did not do its work, and before a fee is raised. */
  standing(goal: G, now: Now, ledger: Ledger): Promise<Standing>;
  /** Null where the ledger lacks what it takes, or the contract does not exist. */
  call(goal: G, ledger: Ledger, contracts: Contracts): Call | null;
  /** Gas that it may use whatever an estimate says, without the 21,000 of the transaction; 0 where an estimate is enough. */
  gas(goal: G, ledger: Ledger): bigint;
  /** The goal with all that its call takes: the ledger forgets what has ended. Null where it knows nothing of it. */
  readonly complete?: (goal: G, ledger: Ledger) => G | null;
  /** What has to be on chain before. */
  readonly needs?: (goal: G, ledger: Ledger) => Goal | null;
  /** What is wanted once this is out of reach. */
  readonly otherwise?: (goal: G) => Goal;
  readonly batch?: Batch<G>;
};

/** Many in one call, each of which is skipped where it is not possible. */
export type Batch<G> = {
  mayJoin(goal: G, ledger: Ledger): boolean;
  call(goals: readonly G[], ledger: Ledger, contracts: Contracts): Call | null;
};

export function reachedIf(is: boolean): Standing {
  return is ? 'reached' : 'open';
}
