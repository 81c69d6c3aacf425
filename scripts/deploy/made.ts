/** How a deployment came about, read from its journal, the chain, the build and the checkout. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Provider } from 'ethers';
import { buildInfoOf } from '../contracts/buildInfo.ts';
import { DEPLOYED } from '../contracts/deployed.ts';
import { transactionOf } from './creation.ts';
import type { Governance } from './governance.ts';
import type { Journal, Step } from './journal.ts';
import type { DeployOptions } from './options.ts';
import { FUNCTIONS, holdersOf, LABELS, ROLES, type Role } from './plan.ts';
import type { Made, PlannedRole } from './record.ts';
import type { Registries } from './registries.ts';

const ROOT = join(import.meta.dirname, '../..');

export async function madeOf(
  provider: Provider,
  deployer: string,
  it: Governance & Registries,
  options: DeployOptions,
  journal: Journal,
): Promise<Made> {
  const transactions: Record<string, Made['transactions'][string]> = {};
  for (const [name, step] of Object.entries(journal.steps())) {
    const found = await transaction(provider, deployer, step);
    if (found !== null) transactions[name] = found;
  }
  return {
    transactions,
    roles: await plannedRoles(it, options),
    commit: commitOf(ROOT),
    compiler: await compilerOf(),
    options: JSON.parse(plainJson(options)) as unknown,
  };
}

async function transaction(provider: Provider, from: string, { nonce, block, transaction: hash }: Step) {
  const known = hash ?? (await transactionOf(provider, { from, nonce }, block))?.hash;
  const receipt = known === undefined ? null : await provider.getTransactionReceipt(known);
  return receipt && { hash: receipt.hash, block: receipt.blockNumber, gasUsed: receipt.gasUsed.toString() };
}

export async function plannedRoles(it: Governance & Registries, options: DeployOptions): Promise<PlannedRole[]> {
  const holders = await holdersOf(it, it, options);
  const labels: Partial<Record<Role, string>> = LABELS;
  return (Object.keys(ROLES) as Role[]).map((role) => ({
    id: ROLES[role].toString(),
    label: labels[role] ?? 'ADMIN',
    members: [...new Set([...holders[role].always, ...holders[role].kept])],
    functions: FUNCTIONS.filter(([, , of]) => of === role).map(([contract, name]) => `${contract}.${name}`),
  }));
}

export function plainJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
}

/** Null where the sources are no checkout. */
export function commitOf(root: string): string | null {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', 'HEAD')}${isDirty ? '-dirty' : ''}`;
  } catch {
    return null;
  }
}

/** Of the contracts that are not compiled in a way of their own. */
async function compilerOf(): Promise<Made['compiler']> {
  const { file, name } = DEPLOYED.directory;
  const { input, compiler } = await buildInfoOf(file, name);
  const { outputSelection: _, ...settings } = input.settings;
  return { version: compiler, settings };
}
