/**
 * Deploys Quorate for a DAO and hands every power to its timelock in the same run: `quorate deploy` for people, these functions for programs.
 *
 * Run it again after whatever stopped it: beside the record it keeps what it has begun, goes on from there, and sends nothing twice.
 */

import { type Provider, type Signer, sha256 } from 'ethers';
import { AWS_ROOT, INTEL_ROOT } from '../signer/evidence/roots.ts';
import { setVerifiers } from './deploy/attestation.ts';
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
import { madeOf } from './deploy/made.ts';
import { type DeployOptions, LOCAL_CHAIN } from './deploy/options.ts';
import { originOf, requireSame } from './deploy/origin.ts';
import { type DeploymentRecord, describeDeployment, journalPath, requireStanding } from './deploy/record.ts';
import { deployRegistries, type Registries } from './deploy/registries.ts';
import { listMandates } from './deploy/requests.ts';
import { grantRoles, renounce } from './deploy/roles.ts';
import { Steps, type Watch } from './deploy/steps.ts';

export type Deployment = Governance & Registries & { readonly record: DeploymentRecord };

/** Afterwards the timelock is the only admin, and the deployer is nobody. */
export async function deploy(
  deployer: Signer,
  options: DeployOptions,
  journal: Journal = volatileJournal(),
  watch: Watch = () => {},
): Promise<Deployment> {
  const provider = providerOf(deployer);
  requireFit((await provider.getNetwork()).chainId, options);
  const firstBlock = journal.firstBlock ?? (await provider.getBlockNumber());
  const [steps, address] = [new Steps(deployer, journal, watch), await deployer.getAddress()];

  const governance = await deployGovernance(steps, address, options);
  const registries = await deployRegistries(steps, governance, options);
  await setVerifiers(steps, registries);
  await listMandates(steps, provider, registries, registries);
  await grantRoles(steps, governance, registries, options);
  await renounce(steps, address, governance);
  await requireHandedOver(provider, address, { ...governance, ...registries }, options, firstBlock);

  const record = await describeDeployment(provider, { ...governance, ...registries });
  return { ...governance, ...registries, record };
}

/** Deploys, or goes on where a run with the same options and code was stopped. Sends nothing if `path` holds the finished record. */
export async function deployTo(
  path: string,
  deployer: Signer,
  options: DeployOptions,
  watch: Watch = () => {},
): Promise<DeploymentRecord> {
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
  const journal = fileJournal(partial, progress);
  const deployed = await deploy(deployer, options, journal, watch);
  const made = await madeOf(provider, origin.deployer, deployed, options, journal);
  const record = { ...deployed.record, origin, firstBlock: progress.firstBlock, made };
  await writeJson(path, record);
  await forget(partial);
  return record;
}

function providerOf(deployer: Signer): Provider {
  if (deployer.provider === null) throw new Error('the deployer needs a provider');
  return deployer.provider;
}

/** @throws where a local chain's options are for another one */
export function requireFit(chainId: bigint, options: DeployOptions): void {
  if (chainId === LOCAL_CHAIN) return;
  requireVendorRoot(chainId, 'AWS', AWS_ROOT, options.nitro);
  requireVendorRoot(chainId, 'Intel', INTEL_ROOT, options.intel);
  requireBounds(options);
}

/** A root in a vendor's place could be anybody's: whoever has its key makes enclaves. */
function requireVendorRoot(
  chainId: bigint,
  vendor: string,
  pinned: string,
  options: { readonly root: string } | null,
): void {
  if (options !== null && sha256(options.root) !== `0x${pinned}`)
    throw new Error(`another root than that of ${vendor} on chain ${chainId}: it is for chain ${LOCAL_CHAIN} only`);
}

if (import.meta.main) {
  console.error('quorate: `npm run quorate -- deploy --rpc URL --options FILE [--dry-run]` deploys; --help says more');
  process.exitCode = 64;
}
