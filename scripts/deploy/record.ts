/** What was deployed, as `deployments/<chainId>.json` keeps it. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BaseContract, keccak256, type Provider } from 'ethers';

export type DeploymentRecord = {
  readonly chainId: string;
  readonly block: number;
  readonly contracts: Readonly<Record<string, { readonly address: string; readonly codeHash: string }>>;
};

/** Addresses and Keccak-256 hashes of the code: the measured configuration names both. */
export async function describeDeployment(
  provider: Provider,
  contracts: Readonly<Record<string, BaseContract | null>>,
): Promise<DeploymentRecord> {
  const entries: [string, { address: string; codeHash: string }][] = [];
  for (const [name, contract] of Object.entries(contracts)) {
    if (contract === null) continue;
    const address = await contract.getAddress();
    entries.push([name, { address, codeHash: keccak256(await provider.getCode(address)) }]);
  }
  const { chainId } = await provider.getNetwork();
  return {
    chainId: chainId.toString(),
    block: await provider.getBlockNumber(),
    contracts: Object.fromEntries(entries),
  };
}

export function recordPath(chainId: string): string {
  return join('deployments', `${chainId}.json`);
}

export async function writeRecord(path: string, record: DeploymentRecord): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
}
