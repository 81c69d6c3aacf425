/** Enclaves in different places: regions, vendors, platforms, sealing sources (I11). */

import { id } from 'ethers';
import type { RegistrationStruct } from '../../../types/contracts/attestation/IEnclaveRegistry.ts';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import type { World } from './chain.ts';
import {
  admit,
  CONFIGURATION,
  type Enclave,
  evidenceFor,
  makeEnclave,
  placeOf,
  RECORD,
  recordBoot,
  registrationOf,
  signPresentation,
  signRegistration,
} from './enclaves.ts';
import { measurement, reportData } from './preimages.ts';
import { attestation, TEE } from './tee.ts';

/** What runs in which TEE: names stand for hashes. */
export type Release = { readonly tee: string; readonly image: string; readonly sealing: string };
export type Spot = { readonly region: string; readonly platform: string; readonly release: Release };

export const OWN: Release = { tee: TEE, image: 'image', sealing: 'first source' };
/** The same TEE with keys from elsewhere. */
export const RESEALED: Release = { tee: TEE, image: 'resealed', sealing: 'second source' };
export const UNSEALED: Release = { tee: TEE, image: 'unsealed', sealing: '' };
/** Another vendor's TEE. */
export const FOREIGN: Release = { tee: id('foreign TEE'), image: 'foreign', sealing: 'third source' };
export const RELEASES = [OWN, RESEALED, UNSEALED, FOREIGN];

export const ANYWHERE: Spot = { region: 'region', platform: 'platform', release: OWN };

export const measurementOf = ({ tee, image }: Release) => measurement(tee, id(image), CONFIGURATION);

/** Admits the releases by vote, with a verifier that believes everything for the foreign TEE. Needs `promotionCount: 1`. */
export async function admitReleases(world: World, releases: readonly Release[]): Promise<void> {
  const foreign = await new VerifierMock__factory(world.deployer).deploy(FOREIGN.tee, id('foreign vendor'));
  await world.enclaveRegistry.connect(world.dao).setVerifier(foreign);
  for (const { tee, image, sealing } of releases)
    await world.measurementRegistry
      .connect(world.dao)
      .approve({ ...RECORD, tee, image: id(image), sealing: sealing === '' ? `0x${'00'.repeat(32)}` : id(sealing) });
}

export async function promote(world: World, releases: readonly Release[]): Promise<void> {
  await world.helpers.time.increase(10);
  for (const release of releases) await world.measurementRegistry.promote(measurementOf(release));
}

/** An attested enclave in this place, with its boot recorded, of the operator with this number. */
export async function placed(world: World, number: number, change: Partial<Spot>, epoch = 1): Promise<Enclave> {
  const spot = { ...ANYWHERE, ...change };
  const operator = world.operators[number]!;
  await admit(world, operator.address, 1, id(spot.region));
  const enclave = await makeEnclave(world, operator, `${number}`);
  await attest(world, enclave, spot, epoch);
  return enclave;
}

export async function attest(world: World, enclave: Enclave, spot: Spot, epoch: number): Promise<void> {
  const { tee } = spot.release;
  const registration = await registrationOf(world, enclave, { region: id(spot.region), tee, epoch });
  const evidence = await evidenceOf(world, registration, spot);
  await world.enclaveRegistry.register(
    registration,
    evidence,
    await signRegistration(world, enclave.identity, registration),
    await signPresentation(world, enclave.operator, registration, evidence),
  );
  const { bootCounter } = await world.enclaveRegistry.enclave(enclave.id);
  await recordBoot(world, enclave, Number(bootCounter) + 1);
}

export async function evidenceOf(world: World, registration: RegistrationStruct, spot: Spot, validUntil = 2 ** 40) {
  const { release, platform } = spot;
  if (release.tee === TEE)
    return evidenceFor(world, registration, { image: id(release.image), platformId: id(platform) });
  const { operator, identity, epoch, challenge } = registration;
  const data = reportData(await placeOf(world), String(operator), String(identity), Number(epoch), String(challenge));
  return attestation(release.tee, measurementOf(release), data, id(platform), [0, validUntil]);
}

export const ids = (enclaves: readonly Enclave[]) => enclaves.map((enclave) => enclave.id);
export const addresses = (enclaves: readonly Enclave[]) => enclaves.map(({ operator }) => operator.address);
