/** What was deployed, as `deployments/<chainId>.json` keeps it. */

import { join } from 'node:path';
import { type BaseContract, keccak256, type Provider } from 'ethers';
import type { Origin } from './origin.ts';

export type DeploymentRecord = {
  readonly chainId: string;
  readonly block: number;
  readonly contracts: Readonly<Record<string, { readonly address: string; readonly codeHash: string }>>;
  /** A run with the same finds that nothing is left to do. */
  readonly origin?: Origin;
  /** Before the first transaction, which may be days before `block`. */
  readonly firstBlock?: number;
  readonly made?: Made;
};

/** How a deployment came about: what a stranger needs to make it again, and to compare. */
export type Made = {
  /** By step, in the order in which they were sent. */
  readonly transactions: Readonly<
    Record<string, { readonly hash: string; readonly block: number; readonly gasUsed: string }>
  >;
  /** As planned: `quorate verify deployment` compares it with the chain. */
  readonly roles: readonly PlannedRole[];
  /** Of the sources; ends in `-dirty` where they differ from it. */
  readonly commit: string | null;
  readonly compiler: { readonly version: string; readonly settings: unknown };
  /** What the DAO decided; amounts as decimal strings. */
  readonly options: unknown;
};
export type PlannedRole = {
  readonly id: string;
  readonly label: string;
  readonly members: readonly string[];
  /** `contract.function` */
  readonly functions: readonly string[];
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
    entries.push([name, { address, codeHash: codeHashOf(name, address, await provider.getCode(address)) }]);
  }
  const { chainId } = await provider.getNetwork();
  return {
    chainId: chainId.toString(),
    block: await provider.getBlockNumber(),
    contracts: Object.fromEntries(entries),
  };
}

export class NoCode extends Error {
  constructor(name: string, address: string) {
    super(`${name}: no code at ${address}: no record is made of it; run again once the node is up to date`);
  }
}

export function codeHashOf(name: string, address: string, code: string): string {
  if (code === '0x') throw new NoCode(name, address);
  return keccak256(code);
}

export function recordPath(chainId: string): string {
  return join('deployments', `${chainId}.json`);
}

/** Where a deployment that has not ended keeps its steps. */
export function journalPath(record: string): string {
  return record.replace(/(\.json)?$/, '.partial.json');
}

/** A record of another chain with the same number, say of a local one that is gone, is no reason to send nothing. */
export async function requireStanding(provider: Provider, path: string, record: DeploymentRecord): Promise<void> {
  for (const [name, { address, codeHash }] of Object.entries(record.contracts)) {
    const code = await provider.getCode(address);
    if (code === '0x' || keccak256(code) !== codeHash)
      throw new Error(`${path}: the chain has other code at ${address} (${name}): move the file away to deploy anew`);
  }
}
