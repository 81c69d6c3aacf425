/** An enclave with a Nitro document, from the vote for its measurement to the registry: everything but the root is what AWS's would be. */

import { expect } from 'chai';
import { getBytes, hexlify, id, ZeroHash } from 'ethers';
import type { NitroOptions } from '../../../scripts/deploy/options.ts';
import { certificatesToBring, nitroEvidence } from '../../../signer/evidence/nitro/onChain.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { issueNitro, nitroMachine } from '../../../signer/tee/issuers/nitro/issueNitro.ts';
import { measureAs } from '../../../signer/tee/measured.ts';
import { nitroRegisters } from '../../../signer/tee/registers.ts';
import type { RegistrationStruct } from '../../../types/contracts/attestation/IEnclaveRegistry.ts';
import { type World, world } from '../support/chain.ts';
import {
  type Enclave,
  makeEnclave,
  placeOf,
  RECORD,
  registrationOf,
  signPresentation,
  signRegistration,
} from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { reportData } from '../support/preimages.ts';

const DAY = 86_400;
const authority = nitroAuthority(new Uint8Array(32).fill(7));
const NITRO: NitroOptions = {
  root: hexlify(authority.root),
  platformSalt: id('salt'),
  documentSeconds: 3 * 3_600,
  registrationSeconds: 30 * DAY,
};
const STARTED = { code: Uint8Array.of(1, 2, 3), configuration: Uint8Array.of(4) };
const [TEE, IMAGE, MEASUREMENT] = (({ tee, image, measurement }) => [tee, image, measurement].map(hexlify))(
  measureAs('nitro', STARTED),
) as [string, string, string];
const MACHINE = nitroMachine(getBytes(id('a machine')));

describe('an enclave with a Nitro document', () => {
  const made = fresh(async () => {
    const it = await world({ nitro: NITRO });
    await it.measurementRegistry
      .connect(it.dao)
      .approve({ ...RECORD, tee: TEE, image: IMAGE, configuration: ZeroHash });
    const enclave = await makeEnclave(it, it.operators[0]!, 'nitro');
    const registration = await registrationOf(it, enclave, { tee: TEE });
    return { it, enclave, registration };
  });

  const documentFor = async (
    it: World,
    { operator, identity, epoch, challenge }: RegistrationStruct,
    started = STARTED,
  ) => {
    const said = reportData(await placeOf(it), String(operator), String(identity), Number(epoch), String(challenge));
    const registers = nitroRegisters(started, MACHINE.instance);
    const claims = { registers, userData: getBytes(said), nonce: null, publicKey: null };
    return issueNitro(authority, MACHINE, claims, (await it.helpers.time.latest()) * 1000);
  };
  const bring = async (it: World, document: Uint8Array) => {
    for (const { certificate, parent, hints } of certificatesToBring(document))
      await it.nitroCertificates!.connect(it.anyone).bring(certificate, parent, hints);
  };
  const register = async (it: World, enclave: Enclave, registration: RegistrationStruct, document: Uint8Array) => {
    const evidence = nitroEvidence(document);
    return it.enclaveRegistry
      .connect(it.anyone)
      .register(
        registration,
        evidence,
        await signRegistration(it, enclave.identity, registration),
        await signPresentation(it, enclave.operator, registration, evidence),
      );
  };

  it('is registered with the measurement that the vote named', async () => {
    const { it, enclave, registration } = made();
    const document = await documentFor(it, registration);
    await bring(it, document);
    await register(it, enclave, registration, document);
    const shown = await it.enclaveRegistry.enclave(enclave.id);
    expect([shown.measurement, shown.tee]).to.deep.equal([MEASUREMENT, TEE]);
    expect((await it.measurementRegistry.measurement(MEASUREMENT)).operators).to.equal(1);
  });

  it('counts no longer once a vote has revoked a certificate above it, though its leaf has long expired', async () => {
    const { it, enclave, registration } = made();
    const document = await documentFor(it, registration);
    await bring(it, document);
    await register(it, enclave, registration, document);
    await it.helpers.time.increase(DAY);
    const recheck = () => it.enclaveRegistry.connect(it.anyone).recheck(enclave.id, nitroEvidence(document));
    await expect(recheck()).to.be.revertedWithCustomError(it.enclaveRegistry, 'EnclaveRegistryStillValid');
    const [above] = certificatesToBring(document).slice(-2);
    const { serial } = await it.nitroCertificates!.certificateOf(above!.id);
    const { subject } = await it.nitroCertificates!.certificateOf(above!.parent);
    await it.nitroCertificates!.connect(it.dao).revoke(subject, serial);
    await recheck();
    expect((await it.enclaveRegistry.enclave(enclave.id)).validUntil).to.equal(0n);
    await it.enclaveRegistry.connect(it.anyone).suspend(enclave.id);
  });

  it('is refused until its certificates are brought', async () => {
    const { it, enclave, registration } = made();
    const document = await documentFor(it, registration);
    await expect(register(it, enclave, registration, document)).to.be.revertedWithCustomError(
      it.nitroCertificates!,
      'CertificateUnknown',
    );
  });

  it('is refused with an image, or a configuration, that no vote has named', async () => {
    const { it, enclave, registration } = made();
    for (const part of ['code', 'configuration'] as const) {
      const document = await documentFor(it, registration, { ...STARTED, [part]: Uint8Array.of(9) });
      await bring(it, document);
      await expect(register(it, enclave, registration, document), part).to.be.revertedWithCustomError(
        it.enclaveRegistry,
        'EnclaveRegistryMeasurementNotAdmitted',
      );
    }
  });

  it('is refused with another’s document, and with one that is stale', async () => {
    const { it, enclave, registration } = made();
    const others = await documentFor(it, { ...registration, identity: it.anyone.address });
    await bring(it, others);
    await expect(register(it, enclave, registration, others)).to.be.revertedWithCustomError(
      it.enclaveRegistry,
      'EnclaveRegistryOtherReportData',
    );
    const document = await documentFor(it, registration);
    await it.helpers.time.increase(NITRO.documentSeconds + 1);
    await expect(register(it, enclave, registration, document)).to.be.revertedWithCustomError(
      it.nitroVerifier!,
      'NitroStale',
    );
  });
});
