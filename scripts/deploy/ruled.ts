/** What has happened in the contracts that votes rule, against the plan: the deployer may call all of it until it renounces. Nobody else can cause an event there. */

import type { Provider } from 'ethers';
import { difference } from './difference.ts';
import { logsOf } from './logs.ts';
import type { Registries } from './registries.ts';

export const MANAGED = [
  'measurementRegistry',
  'enclaveRegistry',
  'committeeVotes',
  'keyRegistry',
  'spendingLimits',
  'signingRequests',
  'guardianContract',
] as const;

export async function ruled(provider: Provider, it: Registries, firstBlock: number): Promise<string[]> {
  const problems: string[] = [];
  for (const name of MANAGED) {
    const found = (await logsOf(provider, it[name], firstBlock)).map((log) => log.name);
    problems.push(...difference(name, plannedFor(name, it), found));
  }
  return problems;
}

function plannedFor(name: (typeof MANAGED)[number], it: Registries): string[] {
  const planned = ['AuthorityUpdated'];
  if (name === 'keyRegistry') planned.push('BeatSet');
  if (name === 'guardianContract') planned.push('GuardianSet');
  if (name === 'enclaveRegistry' && it.developmentVerifier !== null) planned.push('VerifierSet');
  return planned;
}
