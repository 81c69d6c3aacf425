/** Errors of the EnclaveRegistry that only a broken verifier can cause. */

import { expect } from 'chai';
import { AbiCoder, id, toBeHex } from 'ethers';
import { world } from '../support/chain.ts';
import {
  evidenceFor,
  makeEnclave,
  RECORD,
  registrationOf,
  signPresentation,
  signRegistration,
} from '../support/enclaves.ts';
import { TEE } from '../support/tee.ts';

const ATTESTATION = ['bytes32', 'bytes32', 'bytes32', 'bytes32', 'uint48', 'uint48', 'uint8', 'uint32'];

/** Code that returns `data` whatever it is asked: PUSH2 size DUP1 PUSH1 10 PUSH0 CODECOPY PUSH0 RETURN, and the data. */
function always(data: string): string {
  const size = toBeHex((data.length - 2) / 2, 2);
  return `0x61${size.slice(2)}80600a5f395ff3${data.slice(2)}`;
}

describe('EnclaveRegistry behind a verifier that a vote should not have chosen', () => {
  /** Registers with a verifier that attests to `change` of what is right. */
  async function registerWith(change: { tee?: string; validUntil?: number }, time?: number) {
    const it = await world();
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    const enclave = await makeEnclave(it, it.operators[0]!, 'a');
    const registration = await registrationOf(it, enclave);
    const evidence = await evidenceFor(it, registration);
    const right = await it.verifier.verify(evidence);
    const { tee = right.tee, validUntil = right.validUntil } = change;
    const { measurement, reportData, platformId, notBefore, tcbStatus, evaluationNumber } = right;
    const words = [tee, measurement, reportData, platformId, notBefore, validUntil, tcbStatus, evaluationNumber];
    await it.helpers.setCode(
      await it.verifier.getAddress(),
      always(AbiCoder.defaultAbiCoder().encode(ATTESTATION, words)),
    );
    const signatures = [
      await signRegistration(it, enclave.identity, registration),
      await signPresentation(it, enclave.operator, registration, evidence),
    ] as const;
    if (time !== undefined) await it.helpers.time.setNextBlockTimestamp(time);
    return { it, registering: it.enclaveRegistry.register(registration, evidence, ...signatures) };
  }

  it('takes what the right verifier says', async () => {
    const { it, registering } = await registerWith({});
    await expect(registering).to.emit(it.enclaveRegistry, 'EnclaveRegistered');
  });

  it('refuses evidence of another TEE', async () => {
    const { it, registering } = await registerWith({ tee: id('other') });
    await expect(registering)
      .to.be.revertedWithCustomError(it.enclaveRegistry, 'EnclaveRegistryOtherTee')
      .withArgs(id('other'), TEE);
  });

  it('refuses evidence in the second until which it is valid, and takes it in the one before', async () => {
    const validUntil = 2_000_000_000;
    const { it, registering } = await registerWith({ validUntil }, validUntil);
    await expect(registering)
      .to.be.revertedWithCustomError(it.enclaveRegistry, 'EnclaveRegistryExpiredEvidence')
      .withArgs(validUntil, validUntil);
    const { it: before, registering: inTime } = await registerWith({ validUntil }, validUntil - 1);
    await expect(inTime).to.emit(before.enclaveRegistry, 'EnclaveRegistered');
  });
});
