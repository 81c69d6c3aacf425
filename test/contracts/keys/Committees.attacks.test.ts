/** Attacks on seats, rules of diversity, measurements and trust roots: what the registries let operators and votes do. */

import { anyValue } from '@nomicfoundation/hardhat-ethers-chai-matchers/withArgs';
import { expect } from 'chai';
import { AbiCoder, getBytes, hexlify, id, keccak256, ZeroHash } from 'ethers';
import { verifyMember } from '../../../signer/enclave/path/verifyMember.ts';
import { type Slot, slotsForCeremony } from '../../../signer/proof/slots.ts';
import type { ProvenState } from '../../../signer/proof/state.ts';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { type World, world } from '../support/chain.ts';
import {
  admit,
  type Enclave,
  evidenceFor,
  makeEnclave,
  placeOf,
  registrationOf,
  signPresentation,
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
  membersOf,
  NO_RULE,
  parametersOf,
  publicKeyOf,
  rowFor,
  secretOf,
  signBip340,
} from '../support/keys.ts';
import {
  ANYWHERE,
  addresses,
  admitReleases,
  attest,
  FOREIGN,
  ids,
  measurementOf,
  OWN,
  placed,
  promote,
  RELEASES,
  RESEALED,
  type Spot,
  UNSEALED,
} from '../support/places.ts';
import { reportData } from '../support/preimages.ts';
import { intentOf, readyRequest } from '../support/requests.ts';
import { MAX_AGE, TEE } from '../support/tee.ts';

const WINDOW = 600;
const secret = secretOf('registries');

describe('Committees and registries: attacks', () => {
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
  const seated = (keyId: string) => membersOf(made().it, keyId);
  const next = async (keyId: string) => {
    await made().it.helpers.time.increase(WINDOW + 1);
    return made().registry.connect(made().it.anyone).openAttempt(keyId);
  };
  const leave = ({ id: enclave, operator }: Enclave) => made().enclaves.connect(operator).retire(enclave);
  /** The seat that gives way after an attempt that tells nothing. */
  const drawn = (keyId: string, attempt: number, size: bigint) =>
    Number(BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint32'], [keyId, attempt]))) % size);

  describe('seats', () => {
    // CO-22
    it('members that all leave at once give their seats to reserves', async () => {
      const keyId = await create(pick(0, 1), pick(2, 3, 4));
      for (const member of pick(0, 1)) await leave(member);
      await next(keyId);
      expect(await seated(keyId)).to.deep.equal(ids(pick(2, 3)));
    });

    // CO-22
    it('so do as many as t + 1 of five, silent while the two others confirm', async () => {
      const { it } = made();
      const more: Enclave[] = [];
      for (let number = 6; number < 11; ++number) more.push(await placed(it, number, {}));
      const members = pick(0, 1, 2, 3, 4);
      const keyId = await create(members, [...pick(5), ...more]);
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secret));
      for (const member of members.slice(0, 2)) await confirm(it, member, confirmation);
      for (const member of members.slice(2)) await leave(member);
      await next(keyId);
      expect(await seated(keyId)).to.deep.equal(ids([...members.slice(0, 2), ...pick(5), ...more.slice(0, 2)]));
    });

    // CO-22
    it('a reserve that takes the seat of a suspect who left keeps it', async () => {
      const members = pick(0, 1, 2);
      const keyId = await create(members, pick(3, 4, 5));
      const seat = drawn(keyId, 1, 3n);
      await leave(members[seat]!);
      await next(keyId);
      const now = ids(members);
      now[seat] = made().all[3]!.id;
      expect(await seated(keyId)).to.deep.equal(now);
    });

    // CO-29
    it('whoever loses a seat is last in line, and a view says who is first', async () => {
      const { it, registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const [, , , dave, erin, frank] = made().all;
      const keyId = await create(members, [dave!, erin!, frank!]);
      const seat = drawn(keyId, 1, 3n);
      const gone = members[(seat + 1) % 3]!;
      for (const one of [gone, erin!, frank!]) await leave(one);
      await next(keyId);
      expect((await it.committees.seatsOf(registry, keyId)).operators[(seat + 1) % 3]).to.equal(dave!.operator.address);
      for (const one of [gone, erin!]) await attest(it, one, ANYWHERE, 2);
      expect(await enclaves.enclaveOf(gone.operator)).to.equal(gone.id);
      await next(keyId);
      const { operators, nextReserve: place } = await it.committees.seatsOf(registry, keyId);
      expect([operators[drawn(keyId, 2, 3n)], place]).to.deep.equal([erin!.operator.address, 2n]);
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

    // CO-23
    it('lets no operator stall a key for ever by choosing another enclave, where all others fit together', async () => {
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
      let opened = false;
      for (let hour = 0; hour < 48 && !opened; ++hour) {
        await it.helpers.time.increase(3600);
        opened = await registry.openAttempt(keyId).then(
          () => true,
          () => false,
        );
      }
      expect(opened, 'bob and carol are looked at first some time').to.equal(true);
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
        // CO-23, accepted (docs/contracts/keys.md, K3): dave fits beside carol and erin, but one seat changes at a time
        expect(await seated(keyId)).to.deep.equal(ids([mallory!, trudy!, carol!]));
      }
      const honest = [dave!, erin!, carol!];
      expect(await seated(await ruled(honest, []))).to.deep.equal(ids(honest));
    });

    // CO-28
    it('is asked for again before a key is active: members that move meanwhile make no key', async () => {
      const { it, registry } = made();
      const members = await spots(6, [
        { platform: 'one', release: UNSEALED },
        { platform: 'two', release: UNSEALED },
      ]);
      const keyId = await create(members, [], { diversity: { ...NO_RULE, platform: 1 } });
      await attest(it, members[1]!, { ...ANYWHERE, release: UNSEALED, platform: 'one' }, 2);
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secret));
      for (const member of members) await confirm(it, member, confirmation);
      const message = await registry.activationMessage(keyId);
      await expect(registry.activate(keyId, signBip340(secret, message)))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryDiversityBroken')
        .withArgs(keyId);
    });
  });

  describe('what is retired or revoked', () => {
    const byDao = () => made().it.measurementRegistry.connect(made().it.dao);

    // CO-24
    it('members of a key renew their attestation, and no other enclave takes their measurement up', async () => {
      const { it, registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const keyId = await activeKey(it, members, secret, parametersOf(members));
      await byDao().retire(measurementOf(OWN));
      await it.helpers.time.increase(MAX_AGE / 2);
      for (const member of members) await attest(it, member, ANYWHERE, 2);
      await it.helpers.time.increase(MAX_AGE / 2 + 1000);
      expect(await registry.liveMembers(keyId)).to.equal(3);
      expect(await enclaves.isEligible(members[0]!.id)).to.equal(false);
      await expect(placed(it, 8, {}))
        .to.be.revertedWithCustomError(enclaves, 'EnclaveRegistryMeasurementNotAdmitted')
        .withArgs(measurementOf(OWN));
    });

    // CO-27
    it('members of a key that is being made count as live only if they serve', async () => {
      const { registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const keyId = await create(members, []);
      await byDao().revoke(measurementOf(OWN));
      for (const { id: member } of members) expect(await enclaves.isEligible(member)).to.equal(false);
      expect(await registry.liveMembers(keyId)).to.equal(0);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 0, 2);
    });

    // CH-02
    it('makes no key: of members that have confirmed, all serve still, or another attempt does it [K1]', async () => {
      const { it, registry, enclaves } = made();
      const members = pick(0, 1, 2);
      const leaves = await create(members, pick(3, 4, 5));
      const confirmation = await confirmationOf(it, leaves, publicKeyOf(secret));
      for (const member of members) await confirm(it, member, confirmation);
      const signature = signBip340(secret, await registry.activationMessage(leaves));
      const refused = (member: Enclave) =>
        expect(registry.activate(leaves, signature))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryNotServing')
          .withArgs(leaves, member.id);
      await leave(members[2]!);
      await refused(members[2]!);
      // t members with code that votes have given up sign for a key as well as any: it is theirs from its birth
      await byDao().revoke(measurementOf(OWN));
      await refused(members[0]!);
      expect(await enclaves.serves(members[1]!.id)).to.equal(false);
      expect((await registry.key(leaves)).status).to.equal(1);
    });

    // CO-25
    it('a vote that revokes a platform suspends the enclaves that it names, in words that enclaves read', async () => {
      const { it, enclaves } = made();
      const [alice] = pick(0);
      const { operator, identity } = alice!;
      const shown = {
        id: getBytes(alice!.id),
        operator: getBytes(operator.address),
        identity: getBytes(identity.address),
      };
      const measured = { id: shown.id, measurement: getBytes(measurementOf(OWN)) };
      const stranger = await placed(it, 8, { platform: 'another' });
      await enclaves.connect(made().all[1]!.operator).retire(made().all[1]!.id);
      const named = [alice!.id, stranger.id, made().all[1]!.id, id('nobody')];
      const revoking = enclaves.connect(it.dao).revokePlatform(id('platform'), named);
      await expect(revoking).to.emit(enclaves, 'EnclaveSuspended').withArgs(alice!.id, it.dao);
      expect((await enclaves.enclave(stranger.id)).status).to.equal(1);
      // whom it does not name anyone suspends
      expect(await enclaves.isAttested(made().all[2]!.id)).to.equal(false);
      await enclaves.connect(it.anyone).suspend(made().all[2]!.id);
      const suspended = await proven(it, slotsForCeremony(getBytes(ZeroHash), [measured]));
      expect(() => verifyMember(suspended, shown, 1)).to.throw('status 2');
    });

    // CO-30
    it('a boot record of the former release makes no enclave eligible under the next one', async () => {
      const { it, enclaves } = made();
      const [alice] = pick(0);
      const former = await enclaves.enclave(alice!.id);
      await byDao().revoke(measurementOf(OWN));
      await registerOnly(it, alice!, 'unsealed', 2);
      const now = await enclaves.enclave(alice!.id);
      expect(await enclaves.isEligible(alice!.id)).to.equal(false);
      expect([now.measurement, now.encryptionKey]).to.deep.equal([measurementOf(UNSEALED), ZeroHash]);
      // the next counter too is used up: the former code may have signed it already (CM-05)
      expect(now.bootCounter, 'counters go on').to.equal(former.bootCounter + 1n);
    });
  });

  describe('trust roots and platforms', () => {
    const byDao = () => made().enclaves.connect(made().it.dao);
    const verifier = (tee: string, vendor: string) =>
      new VerifierMock__factory(made().it.deployer).deploy(id(tee), id(vendor));

    // CO-31
    it('a verifier taken back before its effect leaves no vendor behind, and its event says which it was', async () => {
      const { it, enclaves } = made();
      const setting = byDao().setVerifier(await verifier('new TEE', 'mistaken vendor'));
      await expect(setting)
        .to.emit(enclaves, 'VerifierSet')
        .withArgs(id('new TEE'), anyValue, id('mistaken vendor'), anyValue);
      await it.guardianContract.connect(it.guardian).withdrawVerifier(id('new TEE'));
      expect(await enclaves.vendorOf(id('new TEE'))).to.equal(ZeroHash);
      await byDao().setVerifier(await verifier('new TEE', 'vendor'));
      expect(await enclaves.vendorOf(id('new TEE'))).to.equal(id('vendor'));
    });

    // CH-03
    it('nor does one that a vote removes, or replaces, before its effect [E6]', async () => {
      const { it, enclaves } = made();
      const tee = id('new TEE');
      await byDao().setVerifier(await verifier('new TEE', 'mistaken vendor'));
      await byDao().removeVerifier(tee);
      expect(await enclaves.vendorOf(tee)).to.equal(ZeroHash);
      await byDao().setVerifier(await verifier('new TEE', 'another mistake'));
      await byDao().setVerifier(await verifier('new TEE', 'another mistake'));
      await it.guardianContract.connect(it.guardian).withdrawVerifier(tee);
      expect(await enclaves.vendorOf(tee)).to.equal(ZeroHash);
      await byDao().setVerifier(await verifier('new TEE', 'vendor'));
      await it.helpers.time.increase(await enclaves.trustDelay());
      // what was in effect had a vendor, and its TEE keeps it
      await byDao().setVerifier(await verifier('new TEE', 'vendor'));
      await byDao().removeVerifier(tee);
      expect(await enclaves.vendorOf(tee)).to.equal(id('vendor'));
    });

    it('a trust root that is removed leaves what it admitted, for as long as it said', async () => {
      const { it, enclaves } = made();
      // its evidence is valid until 2^40, and the registry has no bound of its own
      const trudy = await placed(it, 6, { release: FOREIGN });
      await byDao().removeVerifier(FOREIGN.tee);
      await it.helpers.time.increase(100 * 365 * 24 * 3600);
      // CO-35, accepted: how long evidence holds is its verifier's word, and `suspend` is for votes at any time
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
      const attestation = [FOREIGN.tee, measurementOf(OWN), data, id('platform'), 2 ** 41, 2 ** 40, 0, 0];
      const evidence = AbiCoder.defaultAbiCoder().encode([type], [attestation]);
      await enclaves.register(
        registration,
        evidence,
        await signRegistration(it, trudy.identity, registration),
        await signPresentation(it, trudy.operator, registration, evidence),
      );
      // CO-35, accepted: a verifier that a vote has chosen is believed; also what is valid from a time that is yet to come
      const { tee, measurement } = await enclaves.enclave(trudy.id);
      expect([tee, measurement]).to.deep.equal([FOREIGN.tee, measurementOf(OWN)]);
    });

    it('an operator whom a vote has dismissed still counts for the promotion of what it attested', async () => {
      const { it } = made();
      const canary = { ...OWN, image: 'canary' };
      await admitReleases(it, [canary]);
      const sybil = await placed(it, 6, { release: canary });
      await admit(it, sybil.operator.address, 0);
      await it.enclaveRegistry.connect(it.dao).suspend(sybil.id);
      await it.helpers.time.increase(10);
      // CO-34, accepted and said at `promote`
      await expect(it.measurementRegistry.connect(it.anyone).promote(measurementOf(canary)))
        .to.emit(it.measurementRegistry, 'MeasurementPromoted')
        .withArgs(measurementOf(canary), 1);
    });

    // CO-36
    it('a committee in effect is taken back by a vote, and by no guardian', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await activeKey(it, members, secret, parametersOf(members));
      await it.committeeVotes.connect(it.dao).propose(registry, keyId, committeeOf(pick(2, 3)));
      await it.helpers.time.increase(Number(await registry.committeeDelay()));
      const [hash] = await registry.proposedCommittee(keyId);
      await expect(it.guardianContract.connect(it.guardian).withdrawCommittee(keyId)).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryNothingToWithdraw',
      );
      await expect(registry.connect(it.dao).withdrawCommittee(keyId))
        .to.emit(registry, 'CommitteeWithdrawn')
        .withArgs(keyId, hash, it.dao);
      await expect(registry.connect(it.dao).withdrawCommittee(keyId)).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryNothingToWithdraw',
      );
    });

    it('enclaves of one TEE fill the places that a vote gives those of another on a platform of the same id', async () => {
      const { it, enclaves } = made();
      await placed(it, 6, { release: FOREIGN, platform: 'shared' });
      await byDao().setPlatformCap(TEE, 1);
      // CO-32, accepted: a platform is one machine, whatever TEEs it has
      await expect(placed(it, 7, { platform: 'shared' }))
        .to.be.revertedWithCustomError(enclaves, 'EnclaveRegistryPlatformFull')
        .withArgs(id('shared'), 2, 1);
    });

    // CO-32
    it('no vote can revoke the platform that stands for none', async () => {
      const { enclaves } = made();
      await expect(byDao().revokePlatform(ZeroHash, [])).to.be.revertedWithCustomError(
        enclaves,
        'EnclaveRegistryNoPlatform',
      );
    });
  });

  describe('the network word', () => {
    // CO-26
    it('no margin that a vote may set leaves requests that contracts take and no enclave signs', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const [requester] = it.voters;
      const rows = [rowFor(requester.address)];
      const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
      await expect(registry.connect(it.dao).setBeat(3600, 16, 24 * 3600)).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryBeatOutOfBounds',
      );
      await registry.connect(it.dao).setBeat(3600, 16, 1_200);
      const deadline = (await it.helpers.time.latest()) + 3600;
      await readyRequest(it, requester, await intentOf(it, keyId, { deadline }));
      expect(deadline - (await it.helpers.time.latest())).to.be.above(1_200);
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
  const evidence = await evidenceFor(it, registration, { image: id(image) });
  await it.enclaveRegistry.register(
    registration,
    evidence,
    await signRegistration(it, enclave.identity, registration),
    await signPresentation(it, enclave.operator, registration, evidence),
  );
}
