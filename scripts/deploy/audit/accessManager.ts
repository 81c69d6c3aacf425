/** Who rules by way of the access manager, against the plan. */

import type { Provider } from 'ethers';
import type { Governance } from '../governance.ts';
import type { DeployOptions } from '../options.ts';
import { FUNCTIONS, type Holders, holdersOf, LABELS, managedIn, ROLES, type Role, selectorOf } from '../plan.ts';
import type { Registries } from '../registries.ts';
import { difference } from './difference.ts';
import { logsOf } from './logs.ts';

type Manager = Governance['accessManager'];

/** A deployment does none of this. What they change is in part for later, where no view shows it. */
const NEVER = [
  'RoleAdminChanged',
  'RoleGuardianChanged',
  'RoleGrantDelayChanged',
  'TargetAdminDelayUpdated',
  'TargetClosed',
  'OperationScheduled',
] as const;

export async function auditAccessManager(
  provider: Provider,
  it: Governance & Registries,
  options: DeployOptions,
  firstBlock: number,
): Promise<string[]> {
  const { accessManager } = it;
  const problems = await roles(accessManager);
  const holders = await holdersOf(it, it, options);
  for (const role of Object.keys(ROLES) as Role[])
    problems.push(...(await members(accessManager, role, holders[role])));
  problems.push(...(await functions(accessManager, it)), ...(await targets(accessManager, it)));
  return [...problems, ...(await unplanned(provider, accessManager, firstBlock))];
}

async function roles(manager: Manager): Promise<string[]> {
  const found = (await manager.roles(0, await manager.roleCount())).map(
    ({ id, label, admin, guardian }) => `role ${id} "${label}" with admin ${admin} and guardian ${guardian}`,
  );
  const labels: Partial<Record<Role, string>> = LABELS;
  const planned = Object.entries(ROLES).map(
    ([role, id]) => `role ${id} "${labels[role as Role] ?? ''}" with admin 0 and guardian 0`,
  );
  return difference('the access manager', planned, found);
}

async function members(manager: Manager, role: Role, { always, kept }: Holders): Promise<string[]> {
  const list = await manager.members(ROLES[role], 0, always.length + 10);
  const of = (account: string, delay: bigint) => `member ${account} with a delay of ${delay} s`;
  const found = list.map(({ account, executionDelay }) => of(account, executionDelay));
  const still = kept.filter((named) => !always.includes(named) && list.some(({ account }) => account === named));
  const planned = [...always, ...still].map((account) => of(account, 0n));
  const grantDelay = await manager.getRoleGrantDelay(ROLES[role]);
  const late = grantDelay === 0n ? [] : [`role ${role} is granted with a delay of ${grantDelay} s`];
  return [...difference(`role ${role}`, planned, found), ...late];
}

async function functions(manager: Manager, it: Registries): Promise<string[]> {
  const found = (await manager.functionRoles(0, await manager.functionRoleCount())).map(
    ({ target, selector, role }) => `function ${selector} of ${target} for role ${role}`,
  );
  const planned = FUNCTIONS.map(
    ([contract, name, role]) =>
      `function ${selectorOf(it[contract], name)} of ${it[contract].target} for role ${ROLES[role]}`,
  );
  return difference('the access manager', planned, found);
}

async function targets(manager: Manager, it: Registries): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, contract] of managedIn(it)) {
    const authority = await contract.authority();
    if (authority !== manager.target) problems.push(`${name} obeys ${authority}`);
    if (await manager.isTargetClosed(contract)) problems.push(`${name} is closed`);
    const delay = await manager.getTargetAdminDelay(contract);
    if (delay !== 0n) problems.push(`${name} has an admin delay of ${delay} s`);
  }
  return problems;
}

async function unplanned(provider: Provider, manager: Manager, firstBlock: number): Promise<string[]> {
  const never: readonly string[] = NEVER;
  return (await logsOf(provider, manager, firstBlock))
    .filter(({ name }) => never.includes(name))
    .map(({ name, args }) => `the access manager says ${name}(${args.join(', ')})`);
}
