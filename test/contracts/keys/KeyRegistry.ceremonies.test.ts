import { expect } from 'chai';
import { id, keccak256, toBeHex, ZeroHash } from 'ethers';
import type { ConfirmationStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import { world } from '../support/chain.ts';
import { type Enclave, eligibleEnclaves, makeEnclave, recordBoot, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  CEREMONY,
  confirm,
  confirmationOf,
  createKey,
  KEY_GENERATION,
  KEY_STATUS,
  type KeyChange,
  membersOf,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  sign,
  signConfirmation,
} from '../support/keys.ts';
import { activationMessage, birthDomain, committee, encode, keyId as keyIdOf } from '../support/preimages.ts';

const secret = secretOf('ceremony');
const publicKey = publicKeyOf(secret);

describe('KeyRegistry: ceremonies', () => {
  const made = fresh(async () => {
    const it = await world();
    const enclaves = await eligibleEnclaves(it, 5);
    const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
    return { it, registry: it.keyRegistry, place, members: enclaves.slice(0, 3), spare: enclaves.slice(3) };
  });

  const create = (change: KeyChange = {}) => createKey(made().it, parametersOf(made().members, change));
  const confirmAll = async (keyId: string, members: readonly Enclave[] = made().members) => {
    const confirmation = await confirmationOf(made().it, keyId, publicKey);
    for (const member of members) await confirm(made().it, member, confirmation);
  };
  const pass = (seconds: number) => made().it.helpers.time.increase(seconds);
  const statusOf = async (keyId: string) => (await made().registry.ceremonyOf(keyId)).status;
  const wordsOf = async (keyId: string) => [...(await made().registry.key(keyId))];
  /** Before the first switch: status and scheme, and nothing else. */
  const pendingWords = (scheme: number = SCHEME.bip340) => [
    ...[KEY_STATUS.pending, BigInt(scheme), 0n, 0n, 0n, 0n, 0n, 0n],
    ...[ZeroHash, ZeroHash, ZeroHash, ZeroHash],
  ];

  describe('createKey', () => {
    it("opens attempt 1 with the operators' enclaves", async () => {
      const { it, registry, place, members } = made();
      const ids = members.map((member) => member.id);
      const parameters = parametersOf(members);
      const keyId = keyIdOf(place, 1);
      const creation = registry.connect(it.dao).createKey(parameters);
      await expect(creation).to.emit(registry, 'KeyCreated');
      await expect(creation)
        .to.emit(registry, 'AttemptOpened')
        .withArgs(keyId, 1, KEY_GENERATION, 1, 2, ids, (await it.helpers.time.latest()) + 600);
      const ceremony = await registry.ceremonyOf(keyId);
      const { kind, status, epoch, attempt, threshold, size } = ceremony;
      expect([kind, status, epoch, attempt]).to.deep.equal([KEY_GENERATION, CEREMONY.open, 1n, 1n]);
      expect([threshold, size]).to.deep.equal([2n, 3n]);
      expect(ceremony.committee).to.equal(committee(keyId, 1, 1, 2, ids));
      expect(await membersOf(it, keyId)).to.deep.equal(ids);
      const { operators, reserves } = await it.committees.seatsOf(registry, keyId);
      expect([[...operators], [...reserves]]).to.deep.equal([parameters.committee.operators, []]);
      expect(await wordsOf(keyId)).to.deep.equal(pendingWords());
      expect(await registry.keyCount()).to.equal(1);
    });

    it('refuses a key without a scheme', async () => {
      await expect(create({ scheme: 0 })).to.be.revertedWithCustomError(made().registry, 'KeyRegistryNoScheme');
    });

    it('needs a vote', async () => {
      const { it, registry, members } = made();
      for (const caller of [it.deployer, it.guardian, members[0]!.operator, it.anyone])
        await expect(registry.connect(caller).createKey(parametersOf(members)))
          .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });

    for (const threshold of [0, 1, 4])
      it(`refuses threshold ${threshold} of 3 [C3]`, async () => {
        await expect(create({ threshold }))
          .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidThreshold')
          .withArgs(threshold, 3, 64);
      });

    it('refuses more seats than 64', async () => {
      const operators = Array.from({ length: 65 }, (_, i) => toBeHex(i + 1, 20));
      await expect(create({ operators }))
        .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidThreshold')
        .withArgs(2, 65, 64);
    });

    it('refuses an operator named twice, among seats or reserves [C3]', async () => {
      const { members } = made();
      const [a, b, c] = members.map(({ operator }) => operator.address);
      for (const twice of [
        { operators: [a!, b!, a!] },
        { operators: [a!, b!], reserves: [c!, b!] },
        { operators: [b!, c!], reserves: [a!, a!] },
      ])
        await expect(create(twice)).to.be.revertedWithCustomError(made().it.committees, 'CommitteesRepeatedOperator');
    });

    it('bounds the time that an attempt has [C3]', async () => {
      for (const attemptWindow of [9, 30 * 86400 + 1])
        await expect(create({ attemptWindow }))
          .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidWindow')
          .withArgs(attemptWindow, 10, 30 * 86400);
    });

    it('seats a reserve where an operator has no eligible enclave', async () => {
      const { it, members, spare } = made();
      await it.enclaveRegistry.connect(members[1]!.operator).retire(members[1]!.id);
      const keyId = await create({ reserves: spare.map(({ operator }) => operator.address) });
      expect(await membersOf(it, keyId)).to.deep.equal([members[0]!.id, spare[0]!.id, members[2]!.id]);
    });

    it('refuses when reserves run out', async () => {
      const { it, members } = made();
      await it.enclaveRegistry.connect(members[1]!.operator).retire(members[1]!.id);
      await expect(create())
        .to.be.revertedWithCustomError(made().it.committees, 'CommitteesTooFewEligible')
        .withArgs((keyId: string) => keyId.length === 66, 2, 3);
    });
  });

  describe('confirm', () => {
    it('makes the key CONFIRMED when every member has said the same', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      for (const member of members.slice(0, 2))
        await expect(confirm(it, member, confirmation))
          .to.emit(registry, 'KeyConfirmedBy')
          .withArgs(keyId, 1, member.id, Object.values(confirmation));
      expect(await statusOf(keyId)).to.equal(CEREMONY.open);
      await expect(confirm(it, members[2]!, confirmation))
        .to.emit(registry, 'KeyConfirmed')
        .withArgs(keyId, 1, [publicKey.prefix, publicKey.x]);
      const ceremony = await registry.ceremonyOf(keyId);
      expect([ceremony.status, ceremony.confirmations]).to.deep.equal([CEREMONY.confirmed, 3n]);
      const { publicKeyPrefix, publicKeyX, commitments } = ceremony;
      expect([publicKeyPrefix, publicKeyX]).to.deep.equal([BigInt(publicKey.prefix), publicKey.x]);
      expect(commitments).to.equal(confirmation.commitments);
      expect(await wordsOf(keyId), 'the key has none of it yet').to.deep.equal(pendingWords());
    });

    it('publishes no key when members differ, and says who [K1]', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      await confirm(it, members[0]!, confirmation);
      await expect(confirm(it, members[1]!, { ...confirmation, transcript: id('another') }))
        .to.emit(registry, 'ConfirmationsDiffer')
        .withArgs(
          keyId,
          1,
          members[1]!.id,
          (h: string) => h.length === 66,
          (h: string) => h.length === 66,
        );
      await expect(confirm(it, members[2]!, confirmation)).not.to.emit(registry, 'KeyConfirmed');
      const { status, confirmations, differs } = await registry.ceremonyOf(keyId);
      expect([status, confirmations, differs]).to.deep.equal([CEREMONY.open, 3n, true]);
      expect(await wordsOf(keyId)).to.deep.equal(pendingWords());
    });

    it('takes one confirmation per member and attempt [K1]', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      await confirm(it, members[0]!, confirmation);
      for (const again of [confirmation, { ...confirmation, transcript: id('second thoughts') }])
        await expect(confirm(it, members[0]!, again))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryAlreadyConfirmed')
          .withArgs(keyId, 1, members[0]!.id);
    });

    it('refuses an enclave that is no member', async () => {
      const { it, registry, spare } = made();
      const keyId = await create();
      await expect(confirm(it, spare[0]!, await confirmationOf(it, keyId, publicKey)))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNotMember')
        .withArgs(keyId, spare[0]!.id);
    });

    it("refuses another's signature, and a signature over something else", async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      const bobs = await signConfirmation(it, members[1]!.identity, confirmation);
      await expect(registry.confirm(members[0]!.id, confirmation, bobs))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongSigner')
        .withArgs(members[0]!.id, members[0]!.identity, members[1]!.identity, (d: string) => d.length === 66);
      const alices = await signConfirmation(it, members[0]!.identity, confirmation);
      await expect(
        registry.confirm(members[0]!.id, { ...confirmation, commitments: id('swapped') }, alices),
      ).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongSigner');
    });

    it('refuses a member whose attestation is lost [K1]', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
      await expect(confirm(it, members[0]!, confirmation))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNotServing')
        .withArgs(keyId, members[0]!.id);
    });

    it('refuses another epoch, attempt or committee, and a ceremony that is not open', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      const wrong: [Partial<ConfirmationStruct>, string][] = [
        [{ epoch: 2 }, 'KeyRegistryOtherAttempt'],
        [{ attempt: 2 }, 'KeyRegistryOtherAttempt'],
        [{ committee: id('another') }, 'KeyRegistryOtherCommittee'],
        [{ keyId: id('another') }, 'KeyRegistryUnknownKey'],
      ];
      for (const [change, error] of wrong)
        await expect(confirm(it, members[0]!, { ...confirmation, ...change })).to.be.revertedWithCustomError(
          registry,
          error,
        );
      await confirmAll(keyId);
      await expect(confirm(it, members[0]!, confirmation))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongCeremony')
        .withArgs(keyId, CEREMONY.confirmed, CEREMONY.open);
    });

    it('refuses what comes after the deadline', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      await pass(601);
      await expect(confirm(it, members[0]!, await confirmationOf(it, keyId, publicKey))).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryAttemptOver',
      );
    });

    it('refuses what is no public key of the scheme', async () => {
      const { it, registry, members } = made();
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const keyId = await create();
      for (const [prefix, x] of [
        [0, publicKey.x],
        [4, publicKey.x],
        [2, ZeroHash],
        [2, toBeHex(5, 32)],
        [2, toBeHex(order, 32)],
      ] as const)
        await expect(confirm(it, members[0]!, await confirmationOf(it, keyId, { prefix, x, y: '' })))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidPublicKey')
          .withArgs(SCHEME.bip340, prefix, x);
    });
  });

  describe('activate', () => {
    for (const [name, scheme] of [
      ['bip340', SCHEME.bip340],
      ['ecdsa', SCHEME.ecdsa],
    ] as const)
      it(`takes the new ${name} key's own signature`, async () => {
        const { it, registry, place } = made();
        const keyId = await create({ scheme });
        const { committee: its } = await registry.ceremonyOf(keyId);
        await confirmAll(keyId);
        const message = activationMessage(place, {
          key: keyId,
          epoch: 1,
          attempt: 1,
          committee: its,
          ...publicKey,
          commitments: id('commitments'),
        });
        expect(await registry.activationMessage(keyId)).to.equal(message);
        const signature = sign(scheme, secret, message);
        await expect(registry.connect(it.anyone).activate(keyId, signature))
          .to.emit(registry, 'KeyActivated')
          .withArgs(keyId, 1, [publicKey.prefix, publicKey.x], signature);
        expect(await statusOf(keyId)).to.equal(CEREMONY.done);
        const birth = birthDomain(place, keyId, publicKey.prefix, publicKey.x);
        expect(await wordsOf(keyId), 'the switch').to.deep.equal([
          ...[KEY_STATUS.active, BigInt(scheme), BigInt(publicKey.prefix), 2n, 3n, 1n, 1n, 0n],
          ...[its, publicKey.x, id('commitments'), birth],
        ]);
        await expect(registry.activate(keyId, signature))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongCeremony')
          .withArgs(keyId, CEREMONY.done, CEREMONY.confirmed);
      });

    it("refuses another key's signature, and one over another message [K1]", async () => {
      const { registry } = made();
      const keyId = await create();
      await confirmAll(keyId);
      const message = await registry.activationMessage(keyId);
      for (const signature of [sign(SCHEME.bip340, secretOf('another'), message), sign(SCHEME.bip340, secret, id('m'))])
        await expect(registry.activate(keyId, signature))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidActivation')
          .withArgs(keyId, message);
    });

    it('needs a confirmed key', async () => {
      const { registry } = made();
      const keyId = await create();
      await expect(registry.activate(keyId, '0x'))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongCeremony')
        .withArgs(keyId, CEREMONY.open, CEREMONY.confirmed);
      await expect(registry.activationMessage(keyId)).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryWrongCeremony',
      );
      await expect(registry.activationMessage(id('x')))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey')
        .withArgs(id('x'));
    });
  });

  describe('openAttempt', () => {
    it('follows a deadline, by anyone, with a new number and committee hash', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const before = await registry.ceremonyOf(keyId);
      await expect(registry.openAttempt(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryAttemptRunning')
        .withArgs(keyId, 1, before.deadline, (time: bigint) => time <= before.deadline);
      await pass(601);
      await expect(registry.connect(it.anyone).openAttempt(keyId)).to.emit(registry, 'AttemptOpened');
      const after = await registry.ceremonyOf(keyId);
      expect(after.attempt).to.equal(2);
      expect(after.committee).to.equal(
        committee(
          keyId,
          1,
          2,
          2,
          members.map((member) => member.id),
        ),
      );
    });

    it('forgets what was confirmed before', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      await confirm(it, members[0]!, await confirmationOf(it, keyId, publicKey, { transcript: id('first') }));
      await pass(601);
      await registry.openAttempt(keyId);
      expect((await registry.ceremonyOf(keyId)).confirmations).to.equal(0);
      await confirmAll(keyId);
      expect(await statusOf(keyId)).to.equal(CEREMONY.confirmed);
    });

    const seated = (keyId: string) => membersOf(made().it, keyId);
    const again = async (keyId: string) => {
      await pass(601);
      return made().registry.openAttempt(keyId);
    };
    const addresses = (enclaves: readonly Enclave[]) => enclaves.map(({ operator }) => operator.address);

    /** Where the chain cannot tell, or is not believed, attempt `attempt` is followed by a change of this seat. */
    const draw = (keyId: string, attempt: number) => BigInt(keccak256(encode([keyId, attempt])));
    const drawnSeat = (keyId: string, attempt: number) => Number(draw(keyId, attempt) % 3n);
    const isBelieved = (keyId: string, attempt: number) => attempt === 1 || draw(keyId, attempt) >> 255n === 0n;

    it('seats reserves for members that were silent while t others confirmed [K3]', async () => {
      const { it, registry, members, spare } = made();
      const [alice, bob, carol] = members;
      const keyId = await create({ reserves: addresses(spare) });
      await confirmAll(keyId, [alice!, carol!]);
      await expect(again(keyId))
        .to.emit(it.committees, 'SeatChanged')
        .withArgs(registry, keyId, 2, 2, bob!.operator, spare[0]!.operator);
      expect(await seated(keyId)).to.deep.equal([alice!.id, spare[0]!.id, carol!.id]);
      const { reserves } = await it.committees.seatsOf(registry, keyId);
      expect([...reserves]).to.deep.equal([bob!.operator.address, spare[1]!.operator.address]);
      const { id: next } = spare[1]!;
      const now = await seated(keyId);
      await confirmAll(keyId, [alice!, carol!]);
      now[isBelieved(keyId, 2) ? 1 : drawnSeat(keyId, 2)] = next;
      await again(keyId);
      expect(await seated(keyId), 'the next in line, not the one just replaced').to.deep.equal(now);
    });

    it('changes one seat, drawn by the attempt, where nobody can tell who failed [K3]', async () => {
      const { spare } = made();
      const keyId = await create({ reserves: addresses(spare) });
      let before = await seated(keyId);
      for (let attempt = 1; attempt <= 6; attempt++) {
        await again(keyId);
        const now = await seated(keyId);
        expect([0, 1, 2].filter((seat) => now[seat] !== before[seat])).to.deep.equal([drawnSeat(keyId, attempt)]);
        before = now;
      }
    });

    it('believes silence the first time, and then where the draw says so [K3]', async () => {
      const { it, members, spare } = made();
      const byId = new Map([...members, ...spare].map((member) => [member.id, member]));
      const keyId = await create({ reserves: addresses(spare) });
      const believed = new Set<boolean>();
      for (let attempt = 1; attempt <= 8; attempt++) {
        const before = await seated(keyId);
        const confirmation = await confirmationOf(it, keyId, publicKey);
        for (const member of before.slice(0, 2)) await confirm(it, byId.get(member)!, confirmation);
        await again(keyId);
        const now = await seated(keyId);
        believed.add(isBelieved(keyId, attempt));
        const seat = isBelieved(keyId, attempt) ? 2 : drawnSeat(keyId, attempt);
        expect([0, 1, 2].filter((i) => now[i] !== before[i])).to.deep.equal([seat]);
      }
      expect(believed.size, 'both happened').to.equal(2);
    });

    it('believes no member that confirms alone: it may be the one that failed the others [K3]', async () => {
      const { members, spare } = made();
      const [, bob] = members;
      const keyId = await create({ reserves: addresses(spare) });
      await confirmAll(keyId, [bob!]);
      const expected = await seated(keyId);
      expected[drawnSeat(keyId, 1)] = spare[0]!.id;
      await again(keyId);
      expect(await seated(keyId)).to.deep.equal(expected);
    });

    it('changes a seat when members differ, and when nobody activates', async () => {
      const { it, members, spare } = made();
      const [alice, bob, carol] = members;
      const byId = new Map([...members, ...spare].map((member) => [member.id, member]));
      const keyId = await create({ reserves: addresses(spare) });
      const confirmation = await confirmationOf(it, keyId, publicKey);
      await confirm(it, alice!, { ...confirmation, transcript: id('a lie') });
      for (const member of [bob!, carol!]) await confirm(it, member, confirmation);
      const expected = await seated(keyId);
      expected[drawnSeat(keyId, 1)] = spare[0]!.id;
      await again(keyId);
      expect(await seated(keyId)).to.deep.equal(expected);
      await confirmAll(
        keyId,
        expected.map((member) => byId.get(member)!),
      );
      expect(await statusOf(keyId)).to.equal(CEREMONY.confirmed);
      expected[drawnSeat(keyId, 2)] = spare[1]!.id;
      await again(keyId);
      expect(await seated(keyId)).to.deep.equal(expected);
    });

    it('seats reserves for operators that are gone, passing over reserves that are gone too', async () => {
      const { it, members, spare } = made();
      const [alice, bob, carol] = members;
      const keyId = await create({ reserves: addresses(spare) });
      for (const gone of [bob!, spare[0]!]) await it.enclaveRegistry.connect(gone.operator).retire(gone.id);
      await confirmAll(keyId, [alice!, carol!]);
      await again(keyId);
      expect(await seated(keyId)).to.deep.equal([alice!.id, spare[1]!.id, carol!.id]);
    });

    it('leaves a suspect its seat where nobody else is left', async () => {
      const { members } = made();
      const keyId = await create();
      await confirmAll(keyId, members.slice(0, 2));
      await again(keyId);
      expect(await seated(keyId)).to.deep.equal(members.map((member) => member.id));
    });

    it('seats the new enclave of an operator that changed its identity', async () => {
      const { it, members, spare } = made();
      const keyId = await create({ reserves: [spare[0]!.operator.address] });
      const renewed = await makeEnclave(it, members[0]!.operator, 'renewed');
      await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
      await register(it, renewed);
      await recordBoot(it, renewed);
      await confirmAll(keyId, [members[1]!]);
      await it.enclaveRegistry.connect(spare[0]!.operator).retire(spare[0]!.id);
      await again(keyId);
      expect((await seated(keyId))[0]).to.equal(renewed.id);
    });

    it('replaces a confirmed key that nobody activates', async () => {
      const { registry } = made();
      const keyId = await create();
      await confirmAll(keyId);
      await expect(registry.openAttempt(keyId)).to.be.revertedWithCustomError(registry, 'KeyRegistryAttemptRunning');
      await pass(601);
      await registry.openAttempt(keyId);
      const { status, publicKeyPrefix, publicKeyX, commitments, statement } = await registry.ceremonyOf(keyId);
      expect([status, publicKeyPrefix]).to.deep.equal([CEREMONY.open, 0n]);
      expect([publicKeyX, commitments, statement]).to.deep.equal([ZeroHash, ZeroHash, ZeroHash]);
    });

    it('changes no word of the key, however many fail, and neither does what was confirmed [I5 K2]', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      await registry.connect(it.dao).pause(keyId, 7);
      const before = await wordsOf(keyId);
      await confirm(it, members[0]!, await confirmationOf(it, keyId, publicKey, { transcript: id('alone') }));
      expect(await wordsOf(keyId)).to.deep.equal(before);
      await again(keyId);
      expect(await wordsOf(keyId)).to.deep.equal(before);
      await confirmAll(keyId);
      expect(await wordsOf(keyId)).to.deep.equal(before);
      await again(keyId);
      expect(await wordsOf(keyId)).to.deep.equal(before);
      await confirmAll(keyId);
      await registry.activate(keyId, sign(SCHEME.bip340, secret, await registry.activationMessage(keyId)));
      const { status, attempt, pausedUntil } = await registry.key(keyId);
      expect([status, attempt, pausedUntil], 'the third attempt').to.deep.equal([KEY_STATUS.active, 3n, 7n]);
    });

    it('is over once the key is active [I5 K2]', async () => {
      const { registry } = made();
      const keyId = await create();
      await confirmAll(keyId);
      await registry.activate(keyId, sign(SCHEME.bip340, secret, await registry.activationMessage(keyId)));
      await pass(10_000);
      await expect(registry.openAttempt(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongCeremony')
        .withArgs(keyId, CEREMONY.done, CEREMONY.open);
      await expect(registry.openAttempt(id('x'))).to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey');
    });
  });

  it('says by an event when time or operators have put a key at risk', async () => {
    const { it, registry, members } = made();
    const keyId = await create();
    await expect(registry.connect(it.anyone).recheck(keyId)).not.to.emit(registry, 'KeyAtRisk');
    await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
    expect(await registry.liveMembers(keyId)).to.equal(2);
    await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 2, 2);
    await it.helpers.time.increase(31 * 86400);
    await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 0, 2);
    await expect(registry.recheck(id('x'))).to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey');
  });

  it('numbers keys from 1, and knows no other', async () => {
    const { registry, place } = made();
    const first = await create();
    const second = await create();
    expect([first, second]).to.deep.equal([keyIdOf(place, 1), keyIdOf(place, 2)]);
    expect(await registry.keyCount()).to.equal(2);
    const { status, scheme } = await registry.key(keyIdOf(place, 3));
    expect([status, scheme]).to.deep.equal([KEY_STATUS.none, 0n]);
    expect((await registry.ceremonyOf(keyIdOf(place, 3))).kind).to.equal(0);
  });

  it('knows a member of an active key by its signature, and of no other', async () => {
    const { registry, members, spare } = made();
    const keyId = await create();
    const digest = id('anything');
    const signed = (member: Enclave) => member.identity.signingKey.sign(digest).serialized;
    await expect(registry.requireMemberSigned(keyId, members[1]!.id, digest, signed(members[1]!)))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
      .withArgs(keyId, KEY_STATUS.pending, KEY_STATUS.active);
    await confirmAll(keyId);
    await registry.activate(keyId, sign(SCHEME.bip340, secret, await registry.activationMessage(keyId)));
    const found = await registry.requireMemberSigned(keyId, members[1]!.id, digest, signed(members[1]!));
    expect([...found]).to.deep.equal([1n, 2n, 2n, 3n]);
    await expect(registry.requireMemberSigned(keyId, spare[0]!.id, digest, signed(spare[0]!)))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryNotMember')
      .withArgs(keyId, spare[0]!.id);
    await expect(registry.requireMemberSigned(keyId, members[1]!.id, digest, signed(members[0]!)))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongSigner')
      .withArgs(members[1]!.id, members[1]!.identity, members[0]!.identity, digest);
  });
});
