/** Who may do what at the timelock, which lists nothing: events name the candidates, and the chain says who holds what. */

import { type Provider, ZeroAddress } from 'ethers';
import type { Governance } from '../governance.ts';
import type { DeployOptions } from '../options.ts';
import { difference } from './difference.ts';
import { type Found, logsOf } from './logs.ts';

type Timelock = Governance['timelock'];

const NAMES = ['DEFAULT_ADMIN_ROLE', 'PROPOSER_ROLE', 'CANCELLER_ROLE', 'EXECUTOR_ROLE'] as const;

export class MissingEvents extends Error {
  constructor() {
    super('the node leaves out events of the timelock, so nobody knows who rules it: run again, later or with another');
  }
}

export async function auditTimelock(
  provider: Provider,
  deployer: string,
  { timelock, governor }: Governance,
  { timelockDelay }: DeployOptions,
  firstBlock: number,
): Promise<string[]> {
  const logs = await logsOf(provider, timelock, firstBlock);
  await requireComplete(timelock, deployer, logs);
  const planned = [
    `DEFAULT_ADMIN_ROLE of ${timelock.target}`,
    `PROPOSER_ROLE of ${governor.target}`,
    `CANCELLER_ROLE of ${governor.target}`,
    `EXECUTOR_ROLE of ${ZeroAddress}`,
  ];
  const problems = difference('the timelock', planned, await held(timelock, logs));
  const delay = await timelock.getMinDelay();
  if (delay !== BigInt(timelockDelay)) problems.push(`the timelock has a delay of ${delay} s`);
  return [...problems, ...(await operations(timelock, logs))];
}

async function held(timelock: Timelock, logs: readonly Found[]): Promise<string[]> {
  const names = new Map<string, string>();
  for (const name of NAMES) names.set(await timelock[name](), name);
  const found = new Set<string>();
  for (const { name, args } of logs)
    if (name === 'RoleGranted' && (await timelock.hasRole(args.role, args.account)))
      found.add(`${names.get(args.role) ?? args.role} of ${args.account}`);
  return [...found];
}

/** The deployer's last act there: whatever it granted came before. */
async function requireComplete(timelock: Timelock, deployer: string, logs: readonly Found[]): Promise<void> {
  const admin = await timelock.DEFAULT_ADMIN_ROLE();
  const told = logs.some(
    ({ name, args }) => name === 'RoleRevoked' && args.role === admin && args.account === deployer,
  );
  if (!told && !(await timelock.hasRole(admin, deployer))) throw new MissingEvents();
}

/** Nobody has voted yet. What was cancelled is none any more. */
async function operations(timelock: Timelock, logs: readonly Found[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { name, args } of logs)
    if (name === 'CallScheduled' && (await timelock.isOperation(args.id)))
      problems.push(`the timelock holds operation ${args.id}, a call of ${args.target}`);
  return problems;
}
