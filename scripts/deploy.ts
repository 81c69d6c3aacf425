/**
 * Deploys Quorate for a DAO and hands every power to its timelock in the same run.
 *
 *     node scripts/bootstrap.mjs scripts/deploy.ts --rpc URL --options FILE [--out FILE]
 *
 * FILE holds `DeployOptions` as JSON, amounts as decimal strings: deploy/options.example.json, with the reasons in
 * deploy/daoOptions.ts. The deployer's key is read from QUORATE_DEPLOYER_KEY; without it the node's first unlocked account deploys.
 * The record goes to deployments/<chainId>.json, for local chains only to `--out`.
 *
 * Run it again after whatever stopped it: beside the record it keeps what it has begun, goes on from there, and sends nothing twice.
 */

import { readFile } from 'node:fs/promises';
import { env, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { JsonRpcProvider, type Provider, type Signer, Wallet } from 'ethers';
import { setDevelopmentVerifier } from './deploy/attestation.ts';
import { requireHandedOver } from './deploy/audit/audit.ts';
import { requireBounds } from './deploy/bounds.ts';
import { deployGovernance, type Governance } from './deploy/governance.ts';
import {
  fileJournal,
  forget,
  type Journal,
  type Progress,
  readJson,
  volatileJournal,
  writeJson,
} from './deploy/journal.ts';
import { type DeployOptions, LOCAL_CHAIN } from './deploy/options.ts';
import { originOf, requireSame } from './deploy/origin.ts';
import {
  type DeploymentRecord,
  describeDeployment,
  journalPath,
  recordPath,
  requireStanding,
} from './deploy/record.ts';
import { deployRegistries, type Registries } from './deploy/registries.ts';
import { listMandates } from './deploy/requests.ts';
import { grantRoles, renounce } from './deploy/roles.ts';
import { Steps } from './deploy/steps.ts';

export type Deployment = Governance & Registries & { readonly record: DeploymentRecord };

/** Afterwards the timelock is the only admin, and the deployer is nobody. */
export async function deploy(
  deployer: Signer,
  options: DeployOptions,
  journal: Journal = volatileJournal(),
): Promise<Deployment> {
  const provider = providerOf(deployer);
  requireFit((await provider.getNetwork()).chainId, options);
  const firstBlock = journal.firstBlock ?? (await provider.getBlockNumber());
  const [steps, address] = [new Steps(deployer, journal), await deployer.getAddress()];

  const governance = await deployGovernance(steps, address, options);
  const registries = await deployRegistries(steps, governance.accessManager, options);
  await setDevelopmentVerifier(steps, registries);
  await listMandates(steps, provider, registries, registries);
  await grantRoles(steps, governance, registries, options);
  await renounce(steps, address, governance);
  await requireHandedOver(provider, address, { ...governance, ...registries }, options, firstBlock);

  const record = await describeDeployment(provider, { ...governance, ...registries });
  return { ...governance, ...registries, record };
}

/** Deploys, or goes on where a run with the same options and code was stopped. Sends nothing if `path` holds the finished record. */
export async function deployTo(path: string, deployer: Signer, options: DeployOptions): Promise<DeploymentRecord> {
  const provider = providerOf(deployer);
  const partial = journalPath(path);
  const origin = await originOf(deployer, (await provider.getNetwork()).chainId, options);

  const finished = await readJson<DeploymentRecord>(path);
  if (finished !== null) {
    requireSame(path, finished.origin, origin);
    await requireStanding(provider, path, finished);
    await forget(partial);
    return finished;
  }
  const firstBlock = await provider.getBlockNumber();
  const progress = (await readJson<Progress>(partial)) ?? { origin, firstBlock, steps: {} };
  requireSame(partial, progress.origin, origin);
  const deployed = await deploy(deployer, options, fileJournal(partial, progress));
  const record = { ...deployed.record, origin, firstBlock: progress.firstBlock };
  await writeJson(path, record);
  await forget(partial);
  return record;
}

function providerOf(deployer: Signer): Provider {
  if (deployer.provider === null) throw new Error('the deployer needs a provider');
  return deployer.provider;
}

function requireFit(chainId: bigint, options: DeployOptions): void {
  if (options.developmentRoot !== null && chainId !== LOCAL_CHAIN)
    throw new Error(`a development root on chain ${chainId}: it is for chain ${LOCAL_CHAIN} only`);
  if (chainId !== LOCAL_CHAIN) requireBounds(options);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rpc: { type: 'string' }, options: { type: 'string' }, out: { type: 'string' } },
  });
  if (values.rpc === undefined || values.options === undefined) throw new Error('--rpc and --options are needed');
  const provider = new JsonRpcProvider(values.rpc, undefined, { cacheTimeout: -1 }); // nonces of a moment ago are wrong
  const key = env.QUORATE_DEPLOYER_KEY;
  const deployer = key === undefined ? await provider.getSigner(0) : new Wallet(key, provider);

  const options = parseOptions(await readFile(values.options, 'utf8'));
  const { chainId } = await provider.getNetwork();
  const path = values.out ?? (chainId === LOCAL_CHAIN ? null : recordPath(chainId.toString()));
  const record = path === null ? (await deploy(deployer, options)).record : await deployTo(path, deployer, options);
  stdout.write(`${JSON.stringify(record, null, 2)}\n`);
  provider.destroy();
}

/** JSON has no bigint: amounts are decimal strings. */
export function parseOptions(text: string): DeployOptions {
  return JSON.parse(text, (name, value: unknown) =>
    (name === 'amount' || name === 'proposalThreshold') && typeof value === 'string' ? BigInt(value) : value,
  ) as DeployOptions;
}

if (import.meta.main) await main();
