/** What has happened in the contracts that votes rule, against the plan. Nobody but whoever deploys can cause an event there yet. */

import type { Provider } from 'ethers';
import type { Governance } from '../governance.ts';
import type { DeployOptions } from '../options.ts';
import { ANYBODYS_EVENTS, eventsOf, managedIn, OF_A_LIST } from '../plan.ts';
import type { Registries } from '../registries.ts';
import { difference } from './difference.ts';
import { type Found, logsOf } from './logs.ts';

export async function auditEvents(
  provider: Provider,
  it: Governance & Registries,
  options: DeployOptions,
  firstBlock: number,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, contract] of managedIn(it)) {
    const logs = await logsOf(provider, contract, firstBlock);
    const found = logs.filter((log) => !isAnybodys(log, logs)).map(eventOf);
    problems.push(...difference(name, await eventsOf(name, it, it, options), found));
  }
  return problems;
}

/** Of a revocation too where the list that it stands in was brought with it; without one only a vote, or the deployer, revokes. */
function isAnybodys({ name, transaction }: Found, logs: readonly Found[]): boolean {
  if (name !== OF_A_LIST.revocation) return ANYBODYS_EVENTS.includes(name);
  return logs.some((other) => other.name === OF_A_LIST.list && other.transaction === transaction);
}

function eventOf({ name, args }: Found): string {
  return `${name}(${args[0]})`;
}
