/** What has happened in the contracts that votes rule, against the plan. Nobody but whoever deploys can cause an event there yet. */

import type { LogDescription, Provider } from 'ethers';
import type { Governance } from '../governance.ts';
import type { DeployOptions } from '../options.ts';
import { eventsOf, MANAGED } from '../plan.ts';
import type { Registries } from '../registries.ts';
import { difference } from './difference.ts';
import { logsOf } from './logs.ts';

export async function auditEvents(
  provider: Provider,
  it: Governance & Registries,
  options: DeployOptions,
  firstBlock: number,
): Promise<string[]> {
  const problems: string[] = [];
  for (const name of MANAGED) {
    const found = (await logsOf(provider, it[name], firstBlock)).map(eventOf);
    problems.push(...difference(name, await eventsOf(name, it, it, options), found));
  }
  return problems;
}

function eventOf({ name, args }: LogDescription): string {
  return `${name}(${args[0]})`;
}
