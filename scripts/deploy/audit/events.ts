/** What has happened in the contracts that votes rule, against the plan. Nobody but whoever deploys can cause an event there yet. */

import type { LogDescription, Provider } from 'ethers';
import type { Governance } from '../governance.ts';
import type { DeployOptions } from '../options.ts';
import { ANYBODYS_EVENTS, eventsOf, managedIn } from '../plan.ts';
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
  for (const [name, contract] of managedIn(it)) {
    const logs = await logsOf(provider, contract, firstBlock);
    const found = logs.filter((log) => !ANYBODYS_EVENTS.includes(log.name)).map(eventOf);
    problems.push(...difference(name, await eventsOf(name, it, it, options), found));
  }
  return problems;
}

function eventOf({ name, args }: LogDescription): string {
  return `${name}(${args[0]})`;
}
