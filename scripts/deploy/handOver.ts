/** Who may do what, and the end of the deployer's powers. */

import type { AddressLike, Signer } from 'ethers';
import type { Governance } from './governance.ts';
import { send } from './mined.ts';
import type { DeployOptions } from './options.ts';
import type { Registries } from './registries.ts';

/** Roles of the access manager. 0 is its admin: the timelock, and nobody else. */
export const ROLES = { admin: 0n, enclaveRegistry: 1n, guardian: 2n, settler: 3n } as const;

/** Functions that need a role; every other restricted function needs the admin. */
export async function grantRoles(governance: Governance, registries: Registries, options: DeployOptions) {
  const { accessManager, timelock, governor } = governance;
  const { measurementRegistry, enclaveRegistry, developmentVerifier } = registries;
  const noteAttestation = measurementRegistry.interface.getFunction('noteAttestation').selector;

  if (developmentVerifier !== null) await send(enclaveRegistry.setVerifier(developmentVerifier));

  await send(accessManager.labelRole(ROLES.enclaveRegistry, 'ENCLAVE_REGISTRY'));
  await send(accessManager.setTargetFunctionRole(measurementRegistry, [noteAttestation], ROLES.enclaveRegistry));
  await send(accessManager.grantRole(ROLES.enclaveRegistry, enclaveRegistry, 0));

  await letGuardianStop(governance, registries, options.guardian);
  await letWatcherSettle(governance, registries, options.settler);

  await send(timelock.grantRole(await timelock.PROPOSER_ROLE(), governor));
  await send(timelock.grantRole(await timelock.CANCELLER_ROLE(), governor));
}

/** A guardian takes back what has not taken effect, as the DAO may; and it suspends, where the DAO pauses. */
async function letGuardianStop({ accessManager, timelock }: Governance, it: Registries, guardian: string | null) {
  const stops: [AddressLike, string][] = [
    [it.signingRequests, it.signingRequests.interface.getFunction('cancel').selector],
    [it.keyRegistry, it.keyRegistry.interface.getFunction('suspend').selector],
    [it.keyRegistry, it.keyRegistry.interface.getFunction('withdrawCommittee').selector],
    [it.keyRegistry, it.keyRegistry.interface.getFunction('suspendNetwork').selector],
    [it.enclaveRegistry, it.enclaveRegistry.interface.getFunction('withdrawVerifier').selector],
    [it.measurementRegistry, it.measurementRegistry.interface.getFunction('withdraw').selector],
  ];
  await send(accessManager.labelRole(ROLES.guardian, 'GUARDIAN'));
  for (const [contract, selector] of stops)
    await send(accessManager.setTargetFunctionRole(contract, [selector], ROLES.guardian));
  await send(accessManager.grantRole(ROLES.guardian, timelock, 0));
  if (guardian !== null) await send(accessManager.grantRole(ROLES.guardian, guardian, 0));
}

/** A watcher says that a delegate's payload is final or void; the DAO may do the same. */
async function letWatcherSettle({ accessManager, timelock }: Governance, it: Registries, settler: string | null) {
  const { selector } = it.signingRequests.interface.getFunction('settle');
  await send(accessManager.labelRole(ROLES.settler, 'SETTLER'));
  await send(accessManager.setTargetFunctionRole(it.signingRequests, [selector], ROLES.settler));
  await send(accessManager.grantRole(ROLES.settler, timelock, 0));
  if (settler !== null) await send(accessManager.grantRole(ROLES.settler, settler, 0));
}

/** The timelock becomes the one admin; the deployer keeps nothing. */
export async function renounce(deployer: Signer, { accessManager, timelock }: Governance): Promise<void> {
  await send(accessManager.grantRole(ROLES.admin, timelock, 0));
  await send(accessManager.renounceRole(ROLES.admin, deployer));
  await send(timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), deployer));
}
