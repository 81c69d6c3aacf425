/**
 * Deploys Quorate for a DAO and hands every power to its timelock in the same run.
 *
 *     node scripts/bootstrap.mjs scripts/deploy.ts --rpc URL --options FILE [--out FILE]
 *
 * FILE holds `DeployOptions` as JSON, amounts as decimal strings. The deployer's key is read from QUORATE_DEPLOYER_KEY; without it
 * the node's first unlocked account deploys. The record goes to deployments/<chainId>.json, for local chains only to `--out`.
 */

import { readFile } from 'node:fs/promises';
import { env, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { JsonRpcProvider, type Signer, Wallet } from 'ethers';
import { deployGovernance, type Governance } from './deploy/governance.ts';
import { grantRoles, renounce } from './deploy/handOver.ts';
import { type DeployOptions, LOCAL_CHAIN, requireDelays } from './deploy/options.ts';
import { type DeploymentRecord, describeDeployment, recordPath, writeRecord } from './deploy/record.ts';
import { deployRegistries, type Registries } from './deploy/registries.ts';

export type Deployment = Governance & Registries & { readonly record: DeploymentRecord };

/** Afterwards the timelock is the only admin, and the deployer is nobody. */
export async function deploy(deployer: Signer, options: DeployOptions): Promise<Deployment> {
  const provider = deployer.provider;
  if (provider === null) throw new Error('the deployer needs a provider');
  const { chainId } = await provider.getNetwork();
  if (options.developmentRoot !== null && chainId !== LOCAL_CHAIN)
    throw new Error(`a development root on chain ${chainId}: it is for chain ${LOCAL_CHAIN} only`);
  if (chainId !== LOCAL_CHAIN) requireDelays(options);

  const governance = await deployGovernance(deployer, options);
  const registries = await deployRegistries(deployer, governance.accessManager, options);
  await grantRoles(governance, registries, options);
  await renounce(deployer, governance);

  const record = await describeDeployment(provider, { ...governance, ...registries });
  return { ...governance, ...registries, record };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rpc: { type: 'string' }, options: { type: 'string' }, out: { type: 'string' } },
  });
  if (values.rpc === undefined || values.options === undefined) throw new Error('--rpc and --options are needed');
  const provider = new JsonRpcProvider(values.rpc);
  const key = env.QUORATE_DEPLOYER_KEY;
  const deployer = key === undefined ? await provider.getSigner(0) : new Wallet(key, provider);

  const { record } = await deploy(deployer, parseOptions(await readFile(values.options, 'utf8')));

  const path = values.out ?? (record.chainId === LOCAL_CHAIN.toString() ? null : recordPath(record.chainId));
  if (path !== null) await writeRecord(path, record);
  stdout.write(`${JSON.stringify(record, null, 2)}\n`);
  provider.destroy();
}

/** JSON has no bigint: amounts are decimal strings. */
function parseOptions(text: string): DeployOptions {
  return JSON.parse(text, (name, value: unknown) =>
    (name === 'amount' || name === 'proposalThreshold') && typeof value === 'string' ? BigInt(value) : value,
  ) as DeployOptions;
}

if (import.meta.main) await main();
