/** Enclaves as the registry sees them: an identity, an operator, evidence, and a boot record. */

import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { type BytesLike, id, keccak256, Wallet } from 'ethers';
import type { BootRecordStruct, RegistrationStruct } from '../../../types/contracts/attestation/IEnclaveRegistry.ts';
import type { MeasurementRecordStruct } from '../../../types/contracts/attestation/IMeasurementRegistry.ts';
import { REGION, type World } from './chain.ts';
import { enclaveId, measurement, type Place, reportData } from './preimages.ts';
import { evidence, TEE } from './tee.ts';

export type Enclave = { readonly id: string; readonly operator: HardhatEthersSigner; readonly identity: Wallet };

export const IMAGE = id('image');
export const CONFIGURATION = id('configuration');
export const MEASUREMENT = measurement(TEE, IMAGE, CONFIGURATION);

export const RECORD: MeasurementRecordStruct = {
  tee: TEE,
  image: IMAGE,
  configuration: CONFIGURATION,
  sealing: id('sealing source'),
  sourceCommit: 'f00d',
  buildRecipe: 'npm run build',
};

const BOOT = {
  Boot: [
    { name: 'enclave', type: 'bytes32' },
    { name: 'nonce', type: 'bytes16' },
    { name: 'encryptionKey', type: 'bytes32' },
    { name: 'counter', type: 'uint64' },
  ],
};
const REGISTRATION = {
  Registration: [
    { name: 'operator', type: 'address' },
    { name: 'identity', type: 'address' },
    { name: 'region', type: 'bytes32' },
    { name: 'tlsKey', type: 'bytes32' },
    { name: 'endpoint', type: 'string' },
    { name: 'epoch', type: 'uint32' },
    { name: 'challengeBlock', type: 'uint64' },
    { name: 'challenge', type: 'bytes32' },
    { name: 'tee', type: 'bytes32' },
  ],
};
const PRESENTATION = {
  ...REGISTRATION,
  Presentation: [
    { name: 'registration', type: 'Registration' },
    { name: 'evidence', type: 'bytes32' },
  ],
};

export async function placeOf({ ethers, enclaveRegistry }: World): Promise<Place> {
  const { chainId } = await ethers.provider.getNetwork();
  return { chainId, contract: await enclaveRegistry.getAddress() };
}

export async function domainOf(world: World, contract: 'enclaveRegistry' | 'keyRegistry') {
  const { chainId } = await world.ethers.provider.getNetwork();
  const name = { enclaveRegistry: 'EnclaveRegistry', keyRegistry: 'KeyRegistry' };
  return {
    name: `Quorate ${name[contract]}`,
    version: '1',
    chainId,
    verifyingContract: await world[contract].getAddress(),
  };
}

/** By vote. */
export async function admit(world: World, operator: string, cap = 1, region = REGION) {
  return world.enclaveRegistry.connect(world.dao).setOperator(operator, region, cap);
}

/** Of an operator that the DAO admits, if it does not yet. */
export async function makeEnclave(world: World, operator: HardhatEthersSigner, name: string): Promise<Enclave> {
  const { cap } = await world.enclaveRegistry.operator(operator);
  if (cap === 0n) await admit(world, operator.address);
  const identity = new Wallet(id(`identity ${name}`));
  return { id: enclaveId(await placeOf(world), operator.address, identity.address), operator, identity };
}

export async function registrationOf(
  world: World,
  enclave: Enclave,
  change: Partial<RegistrationStruct> = {},
): Promise<RegistrationStruct & { challenge: string; epoch: number }> {
  const block = await world.ethers.provider.getBlock('latest');
  if (block?.hash === null || block?.hash === undefined) throw new Error('no block');
  return {
    operator: enclave.operator.address,
    identity: enclave.identity.address,
    region: REGION,
    tlsKey: id('tls key'),
    endpoint: 'wss://localhost:7000',
    tee: TEE,
    challengeBlock: block.number,
    ...change,
    challenge: String(change.challenge ?? block.hash),
    epoch: Number(change.epoch ?? 1),
  };
}

/** Evidence that fits the registration, with changes. */
export async function evidenceFor(
  world: World,
  registration: RegistrationStruct,
  change: Partial<Parameters<typeof evidence>[0]> = {},
): Promise<string> {
  return evidence({
    image: IMAGE,
    configuration: CONFIGURATION,
    reportData: reportData(
      await placeOf(world),
      String(registration.operator),
      String(registration.identity),
      Number(registration.epoch),
      String(registration.challenge),
    ),
    platformId: id('platform'),
    issuedAt: await world.helpers.time.latest(),
    ...change,
  });
}

export async function signRegistration(world: World, signer: Pick<Wallet, 'signTypedData'>, it: RegistrationStruct) {
  return signer.signTypedData(await domainOf(world, 'enclaveRegistry'), REGISTRATION, it);
}

/** The operator's word for a registration with this evidence. */
export async function signPresentation(
  world: World,
  operator: Pick<Wallet, 'signTypedData'>,
  registration: RegistrationStruct,
  evidence: BytesLike,
) {
  const message = { registration, evidence: keccak256(evidence) };
  return operator.signTypedData(await domainOf(world, 'enclaveRegistry'), PRESENTATION, message);
}

export async function signBoot(world: World, enclave: Enclave, record: BootRecordStruct, identity = enclave.identity) {
  const message = { enclave: enclave.id, ...record };
  return identity.signTypedData(await domainOf(world, 'enclaveRegistry'), BOOT, message);
}

export async function register(world: World, enclave: Enclave, change: Partial<RegistrationStruct> = {}) {
  const registration = await registrationOf(world, enclave, change);
  const evidence = await evidenceFor(world, registration);
  return world.enclaveRegistry
    .connect(world.anyone)
    .register(
      registration,
      evidence,
      await signRegistration(world, enclave.identity, registration),
      await signPresentation(world, enclave.operator, registration, evidence),
    );
}

export function bootRecord(counter: number): BootRecordStruct {
  return { nonce: id(`nonce ${counter}`).slice(0, 34), encryptionKey: id(`encryption key ${counter}`), counter };
}

export async function bootEntry(world: World, enclave: Enclave, record = bootRecord(1), identity = enclave.identity) {
  return { id: enclave.id, record, signature: await signBoot(world, enclave, record, identity) };
}

export async function recordBoot(world: World, enclave: Enclave, counter = 1) {
  const entry = await bootEntry(world, enclave, bootRecord(counter));
  return world.enclaveRegistry.connect(world.anyone).recordBoots([entry]);
}

/** The measurement ACTIVE and `count` eligible enclaves of different operators. */
export async function eligibleEnclaves(world: World, count: number): Promise<Enclave[]> {
  await world.measurementRegistry.connect(world.dao).approve(RECORD);
  const enclaves: Enclave[] = [];
  for (const [i, operator] of world.operators.slice(0, count).entries()) {
    const enclave = await makeEnclave(world, operator, `${i}`);
    await register(world, enclave);
    await recordBoot(world, enclave);
    enclaves.push(enclave);
  }
  await world.helpers.time.increase(10);
  await world.measurementRegistry.promote(MEASUREMENT);
  return enclaves;
}
