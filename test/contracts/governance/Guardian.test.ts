/** All that a guardian can do, each act by the guardian alone, and at its own contract. */

import { expect } from 'chai';
import { id, keccak256, ZeroAddress } from 'ethers';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves, RECORD } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, committeeOf, parametersOf, rowFor, secretOf } from '../support/keys.ts';
import { header, measurement } from '../support/preimages.ts';
import { intentOf } from '../support/requests.ts';
import { TEE } from '../support/tee.ts';

const ACTS = [
  'suspend',
  'suspendNetwork',
  'withdrawCommittee',
  'withdrawFork',
  'withdrawVerifier',
  'withdrawMeasurement',
  'withdrawModule',
  'cancel',
  'withdraw',
] as const;
type Act = (typeof ACTS)[number];

describe('Guardian', () => {
  const made = fresh(async () => {
    const it = await world({ trustDelay: 1000, committeeDelay: 1000 });
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const module = it.mandates;
    const rows = [rowFor(requester.address, { delay: 60, module: await module.getAddress() })];
    const keyId = await activeKey(it, members, secretOf('guardian'), parametersOf(members, { rows }));

    await it.committeeVotes.connect(it.dao).propose(it.keyRegistry, keyId, committeeOf(members));
    await it.keyRegistry.connect(it.dao).addFork('0x07000000', 9, 4);
    const verifier = await new VerifierMock__factory(it.deployer).deploy(TEE, await vendor(it));
    await it.enclaveRegistry.connect(it.dao).setVerifier(verifier);
    await it.measurementRegistry.connect(it.dao).approve({ ...RECORD, image: id('canary') });
    const canary = measurement(TEE, id('canary'), String(RECORD.configuration));
    const intent = await intentOf(it, keyId);
    await it.signingRequests.connect(requester).request(intent);
    const queued = header(intent, requester.address, await it.signingRequests.requestCount());
    await announce(it, await module.getAddress(), keyId, requester.address);
    const another = await it.spendReceipt.getAddress();
    const anotherCode = keccak256(await it.ethers.provider.getCode(another));
    await it.signingRequests.connect(it.dao).listModule(another, anotherCode);
    return { it, guardian: it.guardianContract, keyId, requester, module, canary, queued, another };
  });

  async function vendor({ enclaveRegistry }: Awaited<ReturnType<typeof world>>) {
    return enclaveRegistry.vendorOf(TEE);
  }

  async function announce(it: Awaited<ReturnType<typeof world>>, module: string, keyId: string, requester: string) {
    await it.helpers.impersonateAccount(module);
    await it.helpers.setBalance(module, 10n ** 18n);
    const asModule = await it.ethers.getSigner(module);
    await it.signingRequests.connect(asModule).announce(keyId, requester, id('announced'));
  }

  const acts: Record<Act, (by: ReturnType<typeof as>) => Promise<unknown>> = {
    suspend: (by) => by.suspend(made().keyId, 10),
    suspendNetwork: (by) => by.suspendNetwork(10),
    withdrawCommittee: (by) => by.withdrawCommittee(made().keyId),
    withdrawFork: (by) => by.withdrawFork(9),
    withdrawVerifier: (by) => by.withdrawVerifier(TEE),
    withdrawMeasurement: (by) => by.withdrawMeasurement(made().canary),
    withdrawModule: (by) => by.withdrawModule(made().another),
    cancel: (by) => by.cancel(made().queued),
    withdraw: (by) => by.withdraw(made().module, made().keyId, made().requester, id('announced')),
  };
  const emitted: Record<Act, [() => Parameters<typeof expect>[0], string]> = {
    suspend: [() => made().it.keyRegistry, 'KeySuspended'],
    suspendNetwork: [() => made().it.keyRegistry, 'NetworkSuspended'],
    withdrawCommittee: [() => made().it.keyRegistry, 'CommitteeWithdrawn'],
    withdrawFork: [() => made().it.keyRegistry, 'ForkWithdrawn'],
    withdrawVerifier: [() => made().it.enclaveRegistry, 'VerifierWithdrawn'],
    withdrawMeasurement: [() => made().it.measurementRegistry, 'MeasurementWithdrawn'],
    withdrawModule: [() => made().it.signingRequests, 'ModuleRemoved'],
    cancel: [() => made().it.signingRequests, 'RequestCancelled'],
    withdraw: [() => made().it.signingRequests, 'AnnouncementWithdrawn'],
  };
  function as(signer: ReturnType<typeof made>['requester']) {
    return made().guardian.connect(signer);
  }

  for (const act of ACTS)
    it(`${act}: by the guardian, and by nobody else`, async () => {
      const { it, guardian, requester } = made();
      for (const caller of [it.anyone, it.dao, it.deployer, requester])
        await expect(acts[act](as(caller)))
          .to.be.revertedWithCustomError(guardian, 'GuardianNotGuardian')
          .withArgs(caller, it.guardian);
      const [contract, name] = emitted[act];
      await expect(acts[act](as(it.guardian))).to.emit(contract(), name);
    });

  it('has a vote name another guardian, or none', async () => {
    const { it, guardian, keyId } = made();
    for (const caller of [it.guardian, it.deployer, it.anyone])
      await expect(as(caller).setGuardian(caller))
        .to.be.revertedWithCustomError(guardian, 'AccessManagedUnauthorized')
        .withArgs(caller);
    await expect(as(it.dao).setGuardian(it.anyone)).to.emit(guardian, 'GuardianSet').withArgs(it.anyone, it.guardian);
    expect(await guardian.guardian()).to.equal(it.anyone);
    await expect(as(it.guardian).suspend(keyId, 1))
      .to.be.revertedWithCustomError(guardian, 'GuardianNotGuardian')
      .withArgs(it.guardian, it.anyone);
    await as(it.anyone).suspend(keyId, 1);
    await as(it.dao).setGuardian(ZeroAddress);
    await expect(as(it.anyone).suspendNetwork(1)).to.be.revertedWithCustomError(guardian, 'GuardianNotGuardian');
  });

  it('says on what it acts, and is nothing but these acts [G4]', async () => {
    const { it, guardian } = made();
    expect([...(await guardian.targets())]).to.deep.equal([
      await it.keyRegistry.getAddress(),
      await it.enclaveRegistry.getAddress(),
      await it.measurementRegistry.getAddress(),
      await it.signingRequests.getAddress(),
    ]);
    const writes: string[] = [];
    guardian.interface.forEachFunction(({ name, stateMutability }) => {
      if (stateMutability !== 'view' && stateMutability !== 'pure') writes.push(name);
    });
    expect(writes.sort()).to.deep.equal([...ACTS, 'setAuthority', 'setGuardian'].sort());
  });
});
