/** What a kind of goal is to the poster: one record a kind, in the file of that kind, all of them in rules.ts. */

import type { Hex } from '../../../formats/hex.ts';
import type { Deployment } from '../../chain/deployment.ts';
import type { View } from '../../chain/view/view.ts';
import type { Chain } from '../../ports/chain.ts';

export type Standing = 'open' | 'reached' | 'out-of-reach';

export type Call = { readonly to: Hex; readonly data: Hex };

/** Where goals are posted. */
export type Contracts = Pick<
  Deployment,
  'chainId' | 'enclaveRegistry' | 'keyRegistry' | 'derivedKeys' | 'signingRequests' | 'lateSignatures' | 'refusals'
>;

/** What was asked for, and what the final chain says of it. */
export type Known = Pick<View, 'ledger' | 'asked'>;

/** What is asked of the latest block. */
export type Now = Pick<Chain, 'ceremony' | 'enclave' | 'requestState' | 'isClaimed' | 'call'>;

/** `Other`: kinds of goals that it may name in its place or before it. */
export type Rule<G, Other = never> = {
  /** The same goal twice has one id. */
  id(goal: G): string;
  /** lower goes first: what matters most to others */
  readonly priority: number;
  /** What the final chain says; costs nothing. */
  shown(goal: G, known: Known): Standing;
  /** What the latest block says: asked when an estimate reverts, when a transaction did not do its work, and before a fee is raised. */
  standing(goal: G, now: Now, known: Known): Promise<Standing>;
  /** Null where no log has said what it takes, or the contract does not exist. */
  call(goal: G, known: Known, contracts: Contracts): Call | null;
  /** Gas that it may use whatever an estimate says, without the 21,000 of the transaction; 0 where an estimate is enough. */
  gas(goal: G, known: Known): bigint;
  /** What has to be on chain before. */
  readonly needs?: (goal: G, known: Known) => Other | null;
  /** What is wanted once this is out of reach. */
  readonly otherwise?: (goal: G) => Other;
  /** Whether an earlier wish of its kind would only be in the way now, if it has not been sent. */
  readonly supersedes?: (goal: G, earlier: G) => boolean;
  /** Whose code may revert in the block what it let pass in an estimate; null where none has a say. */
  readonly judge?: (goal: G, known: Known) => string | null;
  readonly batch?: Batch<G>;
};

/** Many in one call, each of which is skipped where it is not possible. */
export type Batch<G> = {
  /** Bytes of its entry; null where it has to go alone. */
  bytes(goal: G, known: Known): number | null;
  call(goals: readonly G[], known: Known, contracts: Contracts): Call | null;
};

export function reachedIf(is: boolean): Standing {
  return is ? 'reached' : 'open';
}
