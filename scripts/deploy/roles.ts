/** The transactions that give every power to whom the plan names, and end the deployer's. */

import type { BaseContract } from 'ethers';
import type { Governance } from './governance.ts';
import type { DeployOptions } from './options.ts';
import { FUNCTIONS, holdersOf, LABELS, ROLES, type Role, selectorOf } from './plan.ts';
import type { Registries } from './registries.ts';
import type { Steps } from './steps.ts';

type Manager = Governance['accessManager'];

export async function grantRoles(steps: Steps, governance: Governance, it: Registries, options: DeployOptions) {
  const { accessManager, timelock, governor } = governance;
  for (const entry of FUNCTIONS) await allow(steps, accessManager, it, entry);

  const holders = await holdersOf(governance, it, options);
  for (const role of ['enclaveRegistry', 'guardian', 'settler', 'directory'] as const) {
    const { always, kept } = holders[role];
    for (const account of new Set([...always, ...kept])) await grant(steps, accessManager, role, account);
    await label(steps, accessManager, role);
  }

  for (const role of ['PROPOSER_ROLE', 'CANCELLER_ROLE'] as const) {
    const id = await timelock[role]();
    await steps.call(
      `timelock: ${role} to governor`,
      (at) => timelock.grantRole(id, governor, at),
      () => timelock.hasRole(id, governor),
    );
  }
}

async function allow(
  steps: Steps,
  manager: Manager,
  registries: Registries,
  [contract, name, role]: (typeof FUNCTIONS)[number],
): Promise<void> {
  const target: BaseContract = registries[contract];
  const selector = selectorOf(target, name);
  await steps.call(
    `accessManager: ${contract}.${name} for ${role}`,
    (at) => manager.setTargetFunctionRole(target, [selector], ROLES[role], at),
    async () => (await manager.getTargetFunctionRole(target, selector)) === ROLES[role],
  );
}

async function grant(steps: Steps, manager: Manager, role: Role, account: string) {
  await steps.call(
    `accessManager: role ${role} to ${account}`,
    (at) => manager.grantRole(ROLES[role], account, 0, at),
    async () => (await manager.hasRole(ROLES[role], account)).isMember,
  );
}

async function label(steps: Steps, manager: Manager, role: keyof typeof LABELS): Promise<void> {
  await steps.call(
    `accessManager: label ${role}`,
    (at) => manager.labelRole(ROLES[role], LABELS[role], at),
    async () => (await manager.roles(0, 100)).some((it) => it.id === ROLES[role] && it.label === LABELS[role]),
  );
}

/** The timelock becomes the one admin; the deployer keeps nothing. */
export async function renounce(steps: Steps, deployer: string, { accessManager, timelock }: Governance): Promise<void> {
  await grant(steps, accessManager, 'admin', await timelock.getAddress());
  await steps.call(
    'accessManager: renounce admin',
    (at) => accessManager.renounceRole(ROLES.admin, deployer, at),
    async () => !(await accessManager.hasRole(ROLES.admin, deployer)).isMember,
  );
  const admin = await timelock.DEFAULT_ADMIN_ROLE();
  await steps.call(
    'timelock: renounce admin',
    (at) => timelock.renounceRole(admin, deployer, at),
    async () => !(await timelock.hasRole(admin, deployer)),
  );
}
