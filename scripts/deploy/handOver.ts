/** Who may do what, and the end of the deployer's powers. */

import type { BaseContract } from 'ethers';
import type { Governance } from './governance.ts';
import type { DeployOptions } from './options.ts';
import type { Registries } from './registries.ts';
import type { Steps } from './steps.ts';

/** Roles of the access manager. 0 is its admin: the timelock, and nobody else. */
export const ROLES = { admin: 0n, enclaveRegistry: 1n, guardian: 2n, settler: 3n } as const;

/** What the access manager calls each role. */
export const LABELS = { enclaveRegistry: 'ENCLAVE_REGISTRY', guardian: 'GUARDIAN', settler: 'SETTLER' } as const;

/** Functions that need a role; every other restricted function needs the admin. */
export const FUNCTIONS = [
  ['measurementRegistry', 'noteAttestation', 'enclaveRegistry'],
  // a guardian takes back what has not taken effect, and suspends; the DAO may do the same
  ['signingRequests', 'cancel', 'guardian'],
  ['signingRequests', 'withdraw', 'guardian'],
  ['signingRequests', 'withdrawModule', 'guardian'],
  ['keyRegistry', 'suspend', 'guardian'],
  ['keyRegistry', 'suspendNetwork', 'guardian'],
  ['keyRegistry', 'withdrawCommittee', 'guardian'],
  ['enclaveRegistry', 'withdrawVerifier', 'guardian'],
  ['measurementRegistry', 'withdraw', 'guardian'],
  ['spendingLimits', 'settle', 'settler'],
] as const;

export async function grantRoles(steps: Steps, governance: Governance, it: Registries, options: DeployOptions) {
  const { accessManager, timelock, governor } = governance;
  await setDevelopmentVerifier(steps, it);
  for (const entry of FUNCTIONS) await allow(steps, accessManager, it, entry);

  await grant(steps, accessManager, 'enclaveRegistry', 'enclaveRegistry', await it.enclaveRegistry.getAddress());
  await grant(steps, accessManager, 'guardian', 'timelock', await timelock.getAddress());
  await grant(steps, accessManager, 'guardian', 'guardianContract', await it.guardianContract.getAddress());
  await grant(steps, accessManager, 'settler', 'timelock', await timelock.getAddress());
  if (options.settler !== null) await grant(steps, accessManager, 'settler', 'settler', options.settler);
  for (const role of ['enclaveRegistry', 'guardian', 'settler'] as const) await label(steps, accessManager, role);

  for (const role of ['PROPOSER_ROLE', 'CANCELLER_ROLE'] as const) {
    const id = await timelock[role]();
    await steps.call(
      `timelock: ${role} to governor`,
      (at) => timelock.grantRole(id, governor, at),
      () => timelock.hasRole(id, governor),
    );
  }
}

async function setDevelopmentVerifier(steps: Steps, { enclaveRegistry, developmentVerifier }: Registries) {
  if (developmentVerifier === null) return;
  const [tee, address] = [await developmentVerifier.tee(), await developmentVerifier.getAddress()];
  await steps.call(
    'enclaveRegistry: setVerifier',
    (at) => enclaveRegistry.setVerifier(developmentVerifier, at),
    async () => (await enclaveRegistry.verifierOf(tee)) === address,
  );
}

type Manager = Governance['accessManager'];

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

export function selectorOf(contract: BaseContract, name: string): string {
  const selector = contract.interface.getFunction(name)?.selector;
  if (selector === undefined) throw new Error(`no function ${name}`);
  return selector;
}

async function grant(steps: Steps, manager: Manager, role: keyof typeof ROLES, name: string, account: string) {
  await steps.call(
    `accessManager: role ${role} to ${name}`,
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
  await grant(steps, accessManager, 'admin', 'timelock', await timelock.getAddress());
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
