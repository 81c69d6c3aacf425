/** A DAO on a local chain: contracts deployed, powers handed over, holders with votes. */

import { type DeployOptions, localOptions, type Vendors } from '../deploy/options.ts';
import { type Deployment, deploy } from '../deploy.ts';
import type { Chain } from './chain.ts';
import { configurationOf } from './configuration.ts';
import { type Action, type Executed, vote } from './vote.ts';

export type Dao = Deployment & {
  /** The configuration that the enclave is measured with. */
  readonly configuration: Uint8Array;
  /** Proposes, votes with every holder, waits and executes. */
  readonly decide: (title: string, actions: readonly Action[]) => Promise<Executed>;
};

/** Where they differ from those of `localOptions`. */
export type GovernorRules = Partial<DeployOptions['governor']>;

const HOLDERS = 3;
const VOTES_EACH = 1_000n * 10n ** 18n;

/** The first account deploys; the next three hold the votes. @param vendors whose evidence counts */
export async function foundDao(chain: Chain, vendors: Vendors, rules: GovernorRules = {}): Promise<Dao> {
  const [deployer, first, ...rest] = chain.accounts.slice(0, 1 + HOLDERS);
  if (deployer === undefined || first === undefined) throw new Error('the chain has too few accounts');
  const holders = [first, ...rest] as const;
  const allocations = holders.map(({ address }) => ({ holder: address, amount: VOTES_EACH }));
  const options = localOptions(allocations, vendors);
  const deployment = await deploy(deployer, { ...options, governor: { ...options.governor, ...rules } });
  for (const holder of holders) await (await deployment.token.connect(holder).delegate(holder.address)).wait();
  return {
    ...deployment,
    configuration: await configurationOf(chain.provider, deployment.record),
    decide: (title, actions) => vote(chain, deployment.governor, holders, title, actions),
  };
}
