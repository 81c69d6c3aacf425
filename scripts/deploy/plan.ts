/** What a deployment is to end in: who may do what, which contracts votes rule, and what has happened in each of them. */

import { type BaseContract, getAddress, ZeroAddress } from 'ethers';
import { verifiersIn } from './attestation.ts';
import type { Governance } from './governance.ts';
import { type DeployOptions, tcbPolicyOf } from './options.ts';
import type { Registries } from './registries.ts';

/** Roles of the access manager. 0 is its admin: the timelock, and nobody else. */
export const ROLES = { admin: 0n, enclaveRegistry: 1n, guardian: 2n, settler: 3n, directory: 4n } as const;
export type Role = keyof typeof ROLES;

/** What the access manager calls each role. */
export const LABELS = {
  enclaveRegistry: 'ENCLAVE_REGISTRY',
  guardian: 'GUARDIAN',
  settler: 'SETTLER',
  // may call nothing: it is how one finds the directory from any contract that the access manager rules
  directory: 'DIRECTORY',
} as const;

/** The contracts that obey the access manager. */
export const MANAGED = [
  'measurementRegistry',
  'enclaveRegistry',
  'committeeVotes',
  'keyRegistry',
  'spendingLimits',
  'signingRequests',
  'guardianContract',
] as const;

/** Those of them that a deployment makes where its options ask for it. */
export const MANAGED_IF_MADE = ['nitroCertificates', 'intelCertificates', 'intelTcb'] as const;

type Managed = (typeof MANAGED)[number] | (typeof MANAGED_IF_MADE)[number];

/** Those that there are, by name. */
export function managedIn(it: Registries): readonly (readonly [Managed, AccessManaged])[] {
  const found = [...MANAGED, ...MANAGED_IF_MADE].map((name) => [name, it[name]] as const);
  return found.filter((entry): entry is readonly [Managed, AccessManaged] => entry[1] !== null);
}

type AccessManaged = NonNullable<Registries[Managed]>;

/** What anybody may cause, at any time, with what a vendor has signed. */
export const ANYBODYS_EVENTS: readonly string[] = [
  ...['CertificateBrought', 'AuthorityBrought', 'PckBrought', 'CrlBrought'],
  ...['TcbInfoBrought', 'QeIdentityBrought'],
];

/** Revoked for ever: by a list that Intel has signed and anybody brings, or by a vote. */
export const OF_A_LIST = { revocation: 'CertificateRevocation', list: 'CrlBrought' } as const;

/** Functions that need a role; every other restricted function needs the admin. */
export const FUNCTIONS = [
  ['measurementRegistry', 'noteAttestation', 'enclaveRegistry'],
  // a guardian takes back what has not taken effect, and suspends; the DAO may do the same
  ['keyRegistry', 'suspend', 'guardian'],
  ['keyRegistry', 'suspendNetwork', 'guardian'],
  ['keyRegistry', 'withdrawCommittee', 'guardian'],
  ['keyRegistry', 'withdrawFork', 'guardian'],
  ['enclaveRegistry', 'withdrawVerifier', 'guardian'],
  ['measurementRegistry', 'withdraw', 'guardian'],
  ['signingRequests', 'withdrawModule', 'guardian'],
  ['signingRequests', 'cancel', 'guardian'],
  ['signingRequests', 'withdraw', 'guardian'],
  ['spendingLimits', 'settle', 'settler'],
] as const satisfies readonly (readonly [(typeof MANAGED)[number], string, Role])[];

export function selectorOf(contract: BaseContract, name: string): string {
  const selector = contract.interface.getFunction(name)?.selector;
  if (selector === undefined) throw new Error(`no function ${name}`);
  return selector;
}

/** Contracts that hold each role, by their names in the record. */
export const ROLE_CONTRACTS = {
  admin: ['timelock'],
  enclaveRegistry: ['enclaveRegistry'],
  guardian: ['timelock', 'guardianContract'],
  settler: ['timelock'],
  directory: ['directory'],
} as const satisfies Readonly<Record<Role, readonly string[]>>;

/** `kept` may have given its role up since, as at any later time: a vote names them again. */
export type Holders = { readonly always: readonly string[]; readonly kept: readonly string[] };

/** A person is the guardian by way of the contract that holds the role, so that a stranger sees all that it can do in one place. */
export async function holdersOf(
  { timelock }: Governance,
  registries: Registries,
  { settler }: DeployOptions,
): Promise<Readonly<Record<Role, Holders>>> {
  const contracts = { ...registries, timelock };
  const always = (role: Role) => Promise.all(ROLE_CONTRACTS[role].map((name) => contracts[name].getAddress()));
  return {
    admin: { always: await always('admin'), kept: [] },
    enclaveRegistry: { always: await always('enclaveRegistry'), kept: [] },
    guardian: { always: await always('guardian'), kept: [] },
    settler: { always: await always('settler'), kept: settler === null ? [] : [getAddress(settler)] },
    directory: { always: await always('directory'), kept: [] },
  };
}

/** Events of a managed contract, each with its first argument. Whoever deploys may call all of it until it renounces. */
export async function eventsOf(
  name: Managed,
  { accessManager }: Governance,
  it: Registries,
  { beat, guardian, intel }: DeployOptions,
): Promise<string[]> {
  const planned = [`AuthorityUpdated(${await accessManager.getAddress()})`];
  if (name === 'keyRegistry') planned.push(`BeatSet(${beat.beatBound})`);
  if (name === 'signingRequests') planned.push(`ModuleListed(${await it.mandates.getAddress()})`);
  if (name === 'guardianContract') planned.push(`GuardianSet(${accountOf(guardian)})`);
  if (name === 'intelTcb' && intel !== null) planned.push(`TcbPolicySet(${Object.values(tcbPolicyOf(intel))})`);
  if (name === 'enclaveRegistry')
    for (const [, verifier] of verifiersIn(it)) planned.push(`VerifierSet(${await verifier.tee()})`);
  return planned;
}

/** As a contract says it: nobody is zero. */
export function accountOf(account: string | null): string {
  return account === null ? ZeroAddress : getAddress(account);
}
