/** Anyone may have an enclave's evidence judged again: it can only count for less, and only if it is what was accepted. */

import { expect } from 'chai';
import { id, keccak256 } from 'ethers';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { world } from '../support/chain.ts';
import { registrationOf } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { admitReleases, attest, evidenceOf, FOREIGN, placed, type Spot } from '../support/places.ts';

const SPOT: Spot = { region: 'region', platform: 'platform', release: FOREIGN };
const UNTIL = 2 ** 40;

describe('evidence that is judged again', () => {
  const made = fresh(async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, [FOREIGN]);
    const enclave = await placed(it, 0, SPOT);
    const verifier = VerifierMock__factory.connect(await it.enclaveRegistry.verifierOf(FOREIGN.tee), it.deployer);
    return { it, enclave, verifier, evidence: await latestEvidence(it) };
  });
  /** Whoever reads the chain has it: it stands in the calldata of the registration. */
  async function latestEvidence(it: Awaited<ReturnType<typeof world>>): Promise<string> {
    const [event] = (await it.enclaveRegistry.queryFilter(it.enclaveRegistry.filters.EnclaveRegistered())).slice(-1);
    const { data } = (await event!.getTransaction())!;
    return it.enclaveRegistry.interface.decodeFunctionData('register', data)[1] as string;
  }
  const show = (evidence = made().evidence, of = made().enclave.id) =>
    made().it.enclaveRegistry.connect(made().it.anyone).recheck(of, evidence);
  const judged = async (validUntil: number) => {
    await made().verifier.judge(validUntil);
    return show();
  };
  const refused = (sent: Promise<unknown>, error: string, ...values: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(made().it.enclaveRegistry, error)
      .withArgs(...values);

  it('counts for less long: it is said, and at the end anyone may suspend the enclave [E9]', async () => {
    const { it, enclave } = made();
    const soon = (await it.helpers.time.latest()) + 100;
    await expect(judged(soon))
      .to.emit(it.enclaveRegistry, 'EnclaveAttested')
      .withArgs(enclave.id, 1, id(SPOT.platform), soon);
    expect(await it.enclaveRegistry.isAttested(enclave.id)).to.equal(true);
    await judged(0);
    expect(await it.enclaveRegistry.isAttested(enclave.id)).to.equal(false);
    await it.enclaveRegistry.connect(it.anyone).suspend(enclave.id);
  });

  it('never counts for longer [E9]', async () => {
    const { enclave } = made();
    for (const longer of [UNTIL, UNTIL + 1])
      await refused(judged(longer), 'EnclaveRegistryStillValid', enclave.id, longer, UNTIL);
  });

  it('is what was accepted: not what the same enclave once showed in vain, nor the same with a byte more [E9]', async () => {
    const { it, enclave, evidence } = made();
    const registration = await registrationOf(it, enclave, { region: id(SPOT.region), tee: FOREIGN.tee });
    const inVain = await evidenceOf(it, registration, SPOT, 0);
    for (const other of [inVain, `${evidence}00`])
      await refused(
        show(other),
        ...(['EnclaveRegistryOtherEvidence', enclave.id, keccak256(other), keccak256(evidence)] as const),
      );
  });

  it('is of this epoch: what was accepted before says nothing any more [E9]', async () => {
    const { it, enclave, evidence } = made();
    await attest(it, enclave, SPOT, 2);
    const latest = await latestEvidence(it);
    await refused(
      show(evidence),
      ...(['EnclaveRegistryOtherEvidence', enclave.id, keccak256(evidence), keccak256(latest)] as const),
    );
  });

  it('is of this enclave: another’s says nothing about it', async () => {
    const { it, evidence } = made();
    const other = await placed(it, 1, { ...SPOT, platform: 'another' });
    await refused(
      show(evidence, other.id),
      ...([
        'EnclaveRegistryOtherEvidence',
        other.id,
        keccak256(evidence),
        keccak256(await latestEvidence(it)),
      ] as const),
    );
  });

  it('is judged by a verifier, of an enclave that is active', async () => {
    const { it, enclave } = made();
    await it.enclaveRegistry.connect(enclave.operator).retire(enclave.id);
    await expect(show()).to.be.revertedWithCustomError(it.enclaveRegistry, 'EnclaveRegistryNotActive');
    const other = await placed(it, 1, { ...SPOT, platform: 'another' });
    await it.enclaveRegistry.connect(it.dao).removeVerifier(FOREIGN.tee);
    await refused(show(await latestEvidence(it), other.id), 'EnclaveRegistryUnknownTee', FOREIGN.tee);
  });
});
