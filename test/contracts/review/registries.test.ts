/** Attacks on seats, rules of diversity, sparing and trust roots: what the registries let operators and votes do. */

import { expect } from 'chai';
import { AbiCoder, getBytes, hexlify, id, keccak256, ZeroHash } from 'ethers';
import type { ProvenState } from '../../../signer/enclave/path/stages.ts';
import { type Slot, slotsForCeremony } from '../../../signer/enclave/proof/slots.ts';
import { verifyMember } from '../../../signer/enclave/proof/verifyMember.ts';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { MAX_AGE, type World, world } from '../support/chain.ts';
import { DEVELOPMENT_TEE } from '../support/developmentTee.ts';
import {
  admit,
  type Enclave,
  evidenceFor,
  makeEnclave,
  placeOf,
  registrationOf,
  signRegistration,
} from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  committeeOf,
  confirm,
  confirmationOf,
  createKey,
  type KeyChange,
  KIND,
  parametersOf,
  publicKeyOf,
  secretOf,
  signBip340,
} from '../support/keys.ts';
import {
  ANYWHERE,
  addresses,
  admitReleases,
  attest,
  DEVELOPMENT,
  FOREIGN,
  ids,
  measurementOf,
  placed,
  promote,
  RESEALED,
  type Spot,
  UNSEALED,
} from '../support/places.ts';
import { reportData } from '../support/preimages.ts';
import { intentOf, readyRequest, STATE } from '../support/requests.ts';

const WINDOW = 600;
const RELEASES = [DEVELOPMENT, RESEALED, UNSEALED, FOREIGN];
const NO_RULE = { region: 0, vendor: 0, platform: 0, sealing: 0 };
const secret = secretOf('registries');

describe('review: registries', () => {
  const made = fresh(async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, RELEASES);
    const all: Enclave[] = [];
    for (let number = 0; number < 6; ++number) all.push(await placed(it, number, {}));
    for (const [i, release] of [RESEALED, UNSEALED, FOREIGN].entries()) await placed(it, 12 + i, { release });
    await promote(it, RELEASES);
    return { it, registry: it.keyRegistry, enclaves: it.enclaveRegistry, all };
  });

  const pick = (...numbers: number[]) => numbers.map((number) => made().all[number]!);
  const create = (members: readonly Enclave[], reserves: readonly Enclave[], change: KeyChange = {}) =>
    createKey(made().it, parametersOf(members, { reserves: addresses(reserves), ...change }));
  const seated = async (keyId: string) => [...(await made().registry.key(keyId)).members];
  const next = async (keyId: string) => {
    await made().it.helpers.time.increase(WINDOW + 1);
    return made().registry.connect(made().it.anyone).openAttempt(keyId);
  };
  const leave = ({ id: enclave, operator }: Enclave) => made().enclaves.connect(operator).retire(enclave);
  /** The seat that gives way after an attempt that tells nothing. */
  const drawn = (keyId: string, attempt: number, size: bigint) =>
    Number(BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint32'], [keyId, attempt]))) % size);

  describe('seats', () => {
    it('members that all leave at once stall their key for ever, whatever reserves there are', async () => {
      const keyId = await create(pick(0, 1), pick(2, 3, 4));
      for (const member of pick(0, 1)) await leave(member);
      // open: CO-22, a suspect's seat that a reserve has taken is given away once more, beyond the list of changes
      for (let day = 0; day < 3; ++day) {
        await expect(next(keyId)).to.be.revertedWithPanic(0x32);
        await made().it.helpers.time.increase(24 * 3600);
      }
      expect(await seated(await create(pick(2, 3), [])), 'the reserves could').to.deep.equal(ids(pick(2, 3)));
    });

    it('so do as many as t + 1 of five, silent while the two others confirm', async () => {
      const { it } = made();
      const more: Enclave[] = [];
      for (let number = 6; number < 11; ++number) more.push(await placed(it, number, {}));
      const members = pick(0, 1, 2, 3, 4);
      const keyId = await create(members, [...pick(5), ...more]);
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secret));
      for (const member of members.slice(0, 2)) await confirm(it, member, confirmation);
      for (const member of members.slice(2)) await leave(member);
      // open: CO-22, three seats change twice
      for (let times = 0; times < 3; ++times) await expect(next(keyId)).to.be.revertedWithPanic(0x32);
    });

    it('a reserve that takes the seat of a suspect who left loses it in the same call', async () => {
      const { registry } = made();
      const members = pick(0, 1, 2);
      const keyId = await create(members, pick(3, 4, 5));
      const seat = drawn(keyId, 1, 3n);
      await leave(members[seat]!);
      const opening = next(keyId);
      // open: CO-22, one change is enough
      const [dave, erin] = addresses(pick(3, 4));
      await expect(opening)
        .to.emit(registry, 'SeatChanged')
        .withArgs(keyId, 2, seat + 1, members[seat]!.operator, dave);
      await expect(opening)
        .to.emit(registry, 'SeatChanged')
        .withArgs(keyId, 2, seat + 1, dave, erin);
    });

    it('nothing says who is next in line, and whoever loses a seat may be first', async () => {
      const { it, registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const [, , , dave, erin, frank] = made().all;
      const keyId = await create(members, [dave!, erin!, frank!]);
      const seat = drawn(keyId, 1, 3n);
      const gone = members[(seat + 1) % 3]!;
      for (const one of [gone, erin!, frank!]) await leave(one);
      await next(keyId);
      expect((await registry.seats(keyId)).operators[(seat + 1) % 3]).to.equal(dave!.operator.address);
      for (const one of [gone, erin!]) await attest(it, one, ANYWHERE, 2);
      expect(await enclaves.enclaveOf(gone.operator)).to.equal(gone.id);
      await next(keyId);
      // open: CO-29, erin was before it
      expect((await registry.seats(keyId)).operators[drawn(keyId, 2, 3n)]).to.equal(gone.operator.address);
    });
  });

  describe('a rule of diversity', () => {
    const rule = { ...NO_RULE, platform: 1, sealing: 1 };
    const ruled = (members: readonly Enclave[], reserves: readonly Enclave[]) =>
      create(members, reserves, { diversity: rule });
    const spots = async (from: number, list: readonly Partial<Spot>[]) => {
      const enclaves: Enclave[] = [];
      for (const [i, spot] of list.entries()) enclaves.push(await placed(made().it, from + i, spot));
      return enclaves;
    };

    it('lets one operator stall a key for ever by choosing another enclave, though all others fit together', async () => {
      const { it, registry, enclaves } = made();
      const [mallory, bob, carol, dave] = await spots(6, [
        { platform: 'of mallory', release: UNSEALED },
        { platform: 'of bob', release: UNSEALED },
        { platform: 'of carol' },
        { platform: 'of dave', release: UNSEALED },
      ]);
      const keyId = await ruled([mallory!, bob!, carol!], [dave!]);
      await admit(it, mallory!.operator.address, 2);
      const other = await makeEnclave(it, mallory!.operator, 'other');
      await attest(it, other, { ...ANYWHERE, platform: 'of bob' }, 1);
      await enclaves.connect(mallory!.operator).choose(other.id);
      // open: CO-23, bob's platform and carol's sealing source are taken by the first seat, and dave is one only
      for (let day = 0; day < 3; ++day) {
        await expect(next(keyId))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryTooFewEligible')
          .withArgs(keyId, 2, 3);
        await it.helpers.time.increase(24 * 3600);
      }
      const honest = [dave!, bob!, carol!];
      expect(await seated(await ruled(honest, []))).to.deep.equal(ids(honest));
    });

    it('keeps two members that always fail in their seats for ever, where no reserve fits beside either', async () => {
      const [mallory, trudy, carol, dave, erin] = await spots(6, [
        { platform: 'one' },
        { platform: 'two', release: RESEALED },
        { platform: 'three', release: UNSEALED },
        { platform: 'two' },
        { platform: 'one', release: RESEALED },
      ]);
      const keyId = await ruled([mallory!, trudy!, carol!], [dave!, erin!]);
      for (let attempt = 1; attempt < 40; ++attempt) {
        await next(keyId);
        // open: CO-23, dave fits beside carol and erin, but one seat changes at a time
        expect(await seated(keyId)).to.deep.equal(ids([mallory!, trudy!, carol!]));
      }
      const honest = [dave!, erin!, carol!];
      expect(await seated(await ruled(honest, []))).to.deep.equal(ids(honest));
    });

    it('is not asked for again before a key is active: members that move meanwhile break it from its birth', async () => {
      const { it, registry } = made();
      const members = await spots(6, [
        { platform: 'one', release: UNSEALED },
        { platform: 'two', release: UNSEALED },
      ]);
      const keyId = await create(members, [], { diversity: { ...NO_RULE, platform: 1 } });
      await attest(it, members[1]!, { ...ANYWHERE, release: UNSEALED, platform: 'one' }, 2);
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secret));
      for (const member of members) await confirm(it, member, confirmation);
      // open: CO-28, one platform holds both shares
      await registry.activate(keyId, signBip340(secret, await registry.activationMessage(keyId)));
      await expect(registry.recheck(keyId)).to.emit(registry, 'DiversityBroken').withArgs(keyId);
      const { platform } = await it.committees.standingsOf(registry, keyId);
      expect([platform.largest, platform.safe]).to.deep.equal([2n, false]);
    });
  });

  describe('what is retired or revoked', () => {
    const byDao = () => made().it.measurementRegistry.connect(made().it.dao);

    it('a spared key is lost all the same once attestations end, for its members may not renew theirs', async () => {
      const { it, registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const keyId = await activeKey(it, members, secret, parametersOf(members));
      await byDao().retire(measurementOf(DEVELOPMENT), 1000);
      await it.helpers.time.increase(1000);
      await registry.recheck(keyId);
      expect((await registry.key(keyId)).spared).to.equal(true);
      // open: CO-24
      await expect(attest(it, members[0]!, ANYWHERE, 2))
        .to.be.revertedWithCustomError(enclaves, 'EnclaveRegistryMeasurementNotAdmitted')
        .withArgs(measurementOf(DEVELOPMENT));
      await it.helpers.time.increase(MAX_AGE);
      expect(await registry.liveMembers(keyId)).to.equal(0);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeySpared').withArgs(keyId, false);
    });

    it('members of a key that is being made count as live though none of them is eligible', async () => {
      const { registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const keyId = await create(members, []);
      await byDao().revoke(measurementOf(DEVELOPMENT));
      for (const { id: member } of members) expect(await enclaves.isEligible(member)).to.equal(false);
      // open: CO-27
      expect(await registry.liveMembers(keyId)).to.equal(3);
      const recheck = registry.recheck(keyId);
      await expect(recheck).not.to.emit(registry, 'KeyAtRisk');
      await expect(recheck).not.to.emit(registry, 'KeySpared');
    });

    it('enclaves read nothing of a platform that is revoked, until somebody suspends each of its enclaves', async () => {
      const { it, enclaves } = made();
      const [alice] = pick(0);
      const { operator, identity } = alice!;
      const shown = {
        id: getBytes(alice!.id),
        operator: getBytes(operator.address),
        identity: getBytes(identity.address),
      };
      const measured = { id: shown.id, measurement: getBytes(measurementOf(DEVELOPMENT)) };
      await enclaves.connect(it.dao).revokePlatform(id('platform'));
      expect(await enclaves.isAttested(alice!.id)).to.equal(false);
      // open: CO-25, an enclave that reads this state signs with alice
      const revoked = await proven(it, slotsForCeremony(getBytes(ZeroHash), [measured]));
      expect(verifyMember(revoked, shown, 1).party).to.equal(1);
      await enclaves.connect(it.anyone).suspend(alice!.id);
      const suspended = await proven(it, slotsForCeremony(getBytes(ZeroHash), [measured]));
      expect(() => verifyMember(suspended, shown, 1)).to.throw('status 2');
    });

    it('a boot record of the former release makes an enclave eligible under the next one', async () => {
      const { it, enclaves } = made();
      const [alice] = pick(0);
      const former = await enclaves.enclave(alice!.id);
      await byDao().revoke(measurementOf(DEVELOPMENT));
      await registerOnly(it, alice!, 'unsealed', 2);
      const now = await enclaves.enclave(alice!.id);
      // open: CO-30, what shares are encrypted to is a key in the memory of revoked code
      expect(await enclaves.isEligible(alice!.id)).to.equal(true);
      expect([now.measurement, now.encryptionKey]).to.deep.equal([measurementOf(UNSEALED), former.encryptionKey]);
    });
  });

  describe('trust roots and platforms', () => {
    const byDao = () => made().enclaves.connect(made().it.dao);
    const verifier = (tee: string, vendor: string) =>
      new VerifierMock__factory(made().it.deployer).deploy(id(tee), id(vendor));

    it('a verifier taken back before its effect leaves its vendor behind, for ever, and no event says it', async () => {
      const { it, enclaves } = made();
      const setting = byDao().setVerifier(await verifier('new TEE', 'mistaken vendor'));
      await expect(setting).to.emit(enclaves, 'VerifierSet');
      await enclaves.connect(it.guardian).withdrawVerifier(id('new TEE'));
      // open: CO-31
      await expect(byDao().setVerifier(await verifier('new TEE', 'vendor')))
        .to.be.revertedWithCustomError(enclaves, 'EnclaveRegistryOtherVendor')
        .withArgs(id('new TEE'), id('vendor'), id('mistaken vendor'));
      expect(enclaves.interface.getEvent('VerifierSet').inputs.map(({ name }) => name)).not.to.include('vendor');
    });

    it('a trust root that is removed leaves what it admitted, for as long as it said', async () => {
      const { it, enclaves } = made();
      // its evidence is valid until 2^40, and the registry has no bound of its own
      const trudy = await placed(it, 6, { release: FOREIGN });
      await byDao().removeVerifier(FOREIGN.tee);
      await it.helpers.time.increase(100 * 365 * 24 * 3600);
      // open: CO-35
      expect(await enclaves.isEligible(trudy.id)).to.equal(true);
    });

    it('a verifier may name a measurement that was voted for another TEE', async () => {
      const { it, enclaves } = made();
      const trudy = await makeEnclave(it, it.operators[6]!, 'trudy');
      const registration = await registrationOf(it, trudy, { tee: FOREIGN.tee });
      const data = reportData(
        await placeOf(it),
        trudy.operator.address,
        trudy.identity.address,
        1,
        registration.challenge,
      );
      const type = 'tuple(bytes32,bytes32,bytes32,bytes32,uint48,uint48,uint8,uint32)';
      const attestation = [FOREIGN.tee, measurementOf(DEVELOPMENT), data, id('platform'), 2 ** 41, 2 ** 40, 0, 0];
      const signature = (signer: Parameters<typeof signRegistration>[1]) => signRegistration(it, signer, registration);
      await enclaves.register(
        registration,
        AbiCoder.defaultAbiCoder().encode([type], [attestation]),
        await signature(trudy.identity),
        await signature(trudy.operator),
      );
      // open: CO-35, and valid from a time that is yet to come
      const { tee, measurement } = await enclaves.enclave(trudy.id);
      expect([tee, measurement]).to.deep.equal([FOREIGN.tee, measurementOf(DEVELOPMENT)]);
    });

    it('an operator whom a vote has dismissed still counts for the promotion of what it attested', async () => {
      const { it } = made();
      const canary = { ...DEVELOPMENT, image: 'canary' };
      await admitReleases(it, [canary]);
      const sybil = await placed(it, 6, { release: canary });
      await admit(it, sybil.operator.address, 0);
      await it.enclaveRegistry.connect(it.dao).suspend(sybil.id);
      await it.helpers.time.increase(10);
      // open: CO-34
      await expect(it.measurementRegistry.connect(it.anyone).promote(measurementOf(canary)))
        .to.emit(it.measurementRegistry, 'MeasurementPromoted')
        .withArgs(measurementOf(canary), 1);
    });

    it('a committee in effect is taken back by nobody, and only replaced by another', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await activeKey(it, members, secret, parametersOf(members));
      const proposing = await registry.connect(it.dao).proposeCommittee(keyId, committeeOf(pick(2, 3)));
      await proposing.wait();
      await it.helpers.time.increase(Number(await registry.committeeDelay()));
      const [hash] = await registry.proposedCommittee(keyId);
      for (const caller of [it.guardian, it.dao])
        await expect(registry.connect(caller).withdrawCommittee(keyId)).to.be.revertedWithCustomError(
          registry,
          'KeyRegistryNothingToWithdraw',
        );
      await it.helpers.time.increase(10 * 365 * 24 * 3600);
      // open: CO-36, for the ceremony to come
      expect((await registry.proposedCommittee(keyId)).hash).to.equal(hash);
    });

    it('enclaves of one TEE fill the places that a vote gives those of another on a platform of the same id', async () => {
      const { it, enclaves } = made();
      await placed(it, 6, { release: FOREIGN, platform: 'shared' });
      await byDao().setPlatformCap(DEVELOPMENT_TEE, 1);
      // open: CO-32, the only enclave of its TEE there
      await expect(placed(it, 7, { platform: 'shared' }))
        .to.be.revertedWithCustomError(enclaves, 'EnclaveRegistryPlatformFull')
        .withArgs(id('shared'), 2, 1);
    });

    it('a vote can revoke the platform that stands for none, with every enclave that names none', async () => {
      const { enclaves } = made();
      // open: CO-32
      await expect(byDao().revokePlatform(ZeroHash)).to.emit(enclaves, 'PlatformRevoked').withArgs(ZeroHash);
      await expect(byDao().revokePlatform(ZeroHash))
        .to.be.revertedWithCustomError(enclaves, 'EnclaveRegistryPlatformRevoked')
        .withArgs(ZeroHash);
    });
  });

  describe('the network word', () => {
    it('a margin that a vote makes longer leaves requests that contracts take and no enclave signs', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const [requester] = it.voters;
      const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
      const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
      const margin = 24 * 3600;
      await registry.connect(it.dao).setBeat(3600, 16, margin);
      const deadline = (await it.helpers.time.latest()) + 3600;
      // open: CO-26, enclaves want a day
      const ready = await readyRequest(it, requester, await intentOf(it, keyId, { deadline }));
      expect(await it.signingRequests.stateOf(ready.id)).to.equal(STATE.ready);
      expect(deadline - (await it.helpers.time.latest())).to.be.below(Number((await registry.network()).margin));
    });
  });
});

/** What a proof of these slots shows at the latest block. */
async function proven(it: World, slots: readonly Slot[]): Promise<ProvenState> {
  const words = new Map<string, bigint>();
  const nameOf = ({ contract, slot }: Slot) => `${contract} ${hexlify(slot)}`;
  for (const one of slots)
    words.set(nameOf(one), BigInt(await it.ethers.provider.getStorage(it[one.contract], hexlify(one.slot))));
  const timestamp = await it.helpers.time.latest();
  const word = (contract: Slot['contract'], slot: Uint8Array) => words.get(nameOf({ contract, slot }))!;
  return { block: { timestamp }, word } as unknown as ProvenState;
}

/** Attests again with another image, and records no boot. */
async function registerOnly(it: World, enclave: Enclave, image: string, epoch: number) {
  const registration = await registrationOf(it, enclave, { epoch });
  await it.enclaveRegistry.register(
    registration,
    await evidenceFor(it, registration, { image: id(image) }),
    await signRegistration(it, enclave.identity, registration),
    await signRegistration(it, enclave.operator, registration),
  );
}
