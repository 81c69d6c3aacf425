import { expect } from 'chai';
import { AbiCoder, id, keccak256, toBeHex, ZeroHash } from 'ethers';
import type { ConfirmationStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import { world } from '../support/chain.ts';
import { type Enclave, eligibleEnclaves, makeEnclave, recordBoot, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  confirm,
  confirmationOf,
  createKey,
  KEY_STATUS,
  type KeyChange,
  KIND,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  sign,
  signConfirmation,
} from '../support/keys.ts';
import { activationMessage, committee, encode, keyId as keyIdOf, policy as policyHash } from '../support/preimages.ts';

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
        .withArgs(keyId, 1, 1, 2, ids, (await it.helpers.time.latest()) + 600);
      const key = await registry.key(keyId);
      expect([key.status, key.epoch, key.attempt, key.policyEpoch]).to.deep.equal([KEY_STATUS.generating, 1n, 1n, 1n]);
      expect(key.committee).to.equal(committee(keyId, 1, 1, 2, ids));
      expect([...key.members]).to.deep.equal(ids);
      const { operators, reserves } = await registry.seats(keyId);
      expect([[...operators], [...reserves]]).to.deep.equal([parameters.committee.operators, []]);
    });

    it('needs a vote', async () => {
      const { it, registry, members } = made();
      for (const caller of [it.deployer, it.guardian, members[0]!.operator])
        await expect(registry.connect(caller).createKey(parametersOf(members)))
          .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });

    for (const threshold of [0, 1, 4])
      it(`refuses threshold ${threshold} of 3`, async () => {
        await expect(create({ threshold }))
          .to.be.revertedWithCustomError(made().registry, 'KeyRegistryInvalidThreshold')
          .withArgs(threshold, 3, 64);
      });

    it('refuses more seats than 64', async () => {
      const operators = Array.from({ length: 65 }, (_, i) => toBeHex(i + 1, 20));
      await expect(create({ operators }))
        .to.be.revertedWithCustomError(made().registry, 'KeyRegistryInvalidThreshold')
        .withArgs(2, 65, 64);
    });

    it('refuses an operator named twice, among seats or reserves', async () => {
      const { registry, members } = made();
      const [a, b, c] = members.map(({ operator }) => operator.address);
      for (const twice of [
        { operators: [a!, b!, a!] },
        { operators: [a!, b!], reserves: [c!, b!] },
        { operators: [b!, c!], reserves: [a!, a!] },
      ])
        await expect(create(twice)).to.be.revertedWithCustomError(registry, 'KeyRegistryRepeatedOperator');
    });

    it('bounds the time that an attempt has', async () => {
      for (const attemptWindow of [9, 30 * 86400 + 1])
        await expect(create({ attemptWindow }))
          .to.be.revertedWithCustomError(made().registry, 'KeyRegistryInvalidWindow')
          .withArgs(attemptWindow, 10, 30 * 86400);
    });

    it('refuses payload kinds that the scheme cannot sign, and none', async () => {
      const { registry } = made();
      const kinds: [number, number][] = [
        [SCHEME.bip340, 0],
        [SCHEME.bip340, 1 << KIND.evm],
        [SCHEME.ecdsa, 1 << KIND.psbt],
        [SCHEME.ed25519, 1 << KIND.psbt],
        [0, 1 << KIND.raw],
      ];
      for (const [scheme, mask] of kinds)
        await expect(
          create({ scheme, policy: { requesters: [], delegates: [], kinds: mask, delay: 0 } }),
          `${scheme} ${mask}`,
        ).to.be.revertedWithCustomError(registry, 'KeyRegistryKindsUnfit');
    });

    it('gives an Ed25519 key one requester at most: it is not derived', async () => {
      const { it, registry, members } = made();
      const [alice, bob] = [it.anyone.address, it.deployer.address];
      for (const [requesters, delegates] of [
        [[alice, bob], []],
        [[], [alice, bob]],
        [[alice], [bob]],
      ] as const) {
        const policy = { requesters: [...requesters], delegates: [...delegates], kinds: 1 << KIND.solana, delay: 0 };
        await expect(createKey(it, parametersOf(members, { scheme: SCHEME.ed25519, policy })))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidRequesters')
          .withArgs(SCHEME.ed25519, 2, 1);
      }
    });

    it('seats a reserve where an operator has no eligible enclave', async () => {
      const { it, members, spare } = made();
      await it.enclaveRegistry.connect(members[1]!.operator).retire(members[1]!.id);
      const keyId = await create({ reserves: spare.map(({ operator }) => operator.address) });
      const key = await it.keyRegistry.key(keyId);
      expect([...key.members]).to.deep.equal([members[0]!.id, spare[0]!.id, members[2]!.id]);
    });

    it('refuses when reserves run out', async () => {
      const { it, registry, members } = made();
      await it.enclaveRegistry.connect(members[1]!.operator).retire(members[1]!.id);
      await expect(create())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryTooFewEligible')
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
      expect((await registry.key(keyId)).status).to.equal(KEY_STATUS.generating);
      await expect(confirm(it, members[2]!, confirmation))
        .to.emit(registry, 'KeyConfirmed')
        .withArgs(keyId, 1, [publicKey.prefix, publicKey.x]);
      const key = await registry.key(keyId);
      expect([key.status, key.confirmations]).to.deep.equal([KEY_STATUS.confirmed, 3n]);
      expect([...key.publicKey]).to.deep.equal([BigInt(publicKey.prefix), publicKey.x]);
      expect(key.commitments).to.equal(confirmation.commitments);
    });

    it('publishes no key when members differ, and says who', async () => {
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
      const key = await registry.key(keyId);
      expect([key.status, key.confirmations]).to.deep.equal([KEY_STATUS.generating, 3n]);
    });

    it('takes one confirmation per member and attempt', async () => {
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

    it('refuses a member whose attestation is lost', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const confirmation = await confirmationOf(it, keyId, publicKey);
      await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
      await expect(confirm(it, members[0]!, confirmation))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNotEligible')
        .withArgs(keyId, members[0]!.id);
    });

    it('refuses another epoch, attempt or committee, and a key that is not generating', async () => {
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
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(keyId, KEY_STATUS.confirmed, KEY_STATUS.generating);
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
    for (const [name, scheme, kinds] of [
      ['bip340', SCHEME.bip340, 1 << KIND.psbt],
      ['ecdsa', SCHEME.ecdsa, 1 << KIND.evm],
    ] as const)
      it(`takes the new ${name} key's own signature`, async () => {
        const { it, registry, place } = made();
        const keyId = await create({ scheme, policy: { requesters: [], delegates: [], kinds, delay: 0 } });
        const { committee: its } = await registry.key(keyId);
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
        expect((await registry.key(keyId)).status).to.equal(KEY_STATUS.active);
        await expect(registry.activate(keyId, signature))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
          .withArgs(keyId, KEY_STATUS.active, KEY_STATUS.confirmed);
      });

    it("refuses another key's signature, and one over another message", async () => {
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
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(keyId, KEY_STATUS.generating, KEY_STATUS.confirmed);
      await expect(registry.activationMessage(keyId)).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus');
      await expect(registry.activationMessage(id('x')))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey')
        .withArgs(id('x'));
    });
  });

  describe('openAttempt', () => {
    it('follows a deadline, by anyone, with a new number and committee hash', async () => {
      const { it, registry, members } = made();
      const keyId = await create();
      const before = await registry.key(keyId);
      await expect(registry.openAttempt(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryAttemptRunning')
        .withArgs(keyId, 1, before.attemptDeadline, (time: bigint) => time <= before.attemptDeadline);
      await pass(601);
      await expect(registry.connect(it.anyone).openAttempt(keyId)).to.emit(registry, 'AttemptOpened');
      const after = await registry.key(keyId);
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
      expect((await registry.key(keyId)).confirmations).to.equal(0);
      await confirmAll(keyId);
      expect((await registry.key(keyId)).status).to.equal(KEY_STATUS.confirmed);
    });

    const seated = async (keyId: string) => [...(await made().registry.key(keyId)).members];
    const again = async (keyId: string) => {
      await pass(601);
      return made().registry.openAttempt(keyId);
    };
    const addresses = (enclaves: readonly Enclave[]) => enclaves.map(({ operator }) => operator.address);

    /** Where the chain cannot tell, or is not believed, attempt `attempt` is followed by a change of this seat. */
    const draw = (keyId: string, attempt: number) => BigInt(keccak256(encode([keyId, attempt])));
    const drawnSeat = (keyId: string, attempt: number) => Number(draw(keyId, attempt) % 3n);
    const isBelieved = (keyId: string, attempt: number) => attempt === 1 || draw(keyId, attempt) >> 255n === 0n;

    it('seats reserves for members that were silent while t others confirmed', async () => {
      const { registry, members, spare } = made();
      const [alice, bob, carol] = members;
      const keyId = await create({ reserves: addresses(spare) });
      await confirmAll(keyId, [alice!, carol!]);
      await expect(again(keyId))
        .to.emit(registry, 'SeatChanged')
        .withArgs(keyId, 2, 2, bob!.operator, spare[0]!.operator);
      expect(await seated(keyId)).to.deep.equal([alice!.id, spare[0]!.id, carol!.id]);
      const { reserves } = await registry.seats(keyId);
      expect([...reserves]).to.deep.equal([bob!.operator.address, spare[1]!.operator.address]);
      const { id: next } = spare[1]!;
      const now = await seated(keyId);
      await confirmAll(keyId, [alice!, carol!]);
      now[isBelieved(keyId, 2) ? 1 : drawnSeat(keyId, 2)] = next;
      await again(keyId);
      expect(await seated(keyId), 'the next in line, not the one just replaced').to.deep.equal(now);
    });

    it('changes one seat, drawn by the attempt, where nobody can tell who failed', async () => {
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

    it('believes silence the first time, and then where the draw says so', async () => {
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

    it('believes no member that confirms alone: it may be the one that failed the others', async () => {
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
      expect((await it.keyRegistry.key(keyId)).status).to.equal(KEY_STATUS.confirmed);
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
      const { it, registry, members, spare } = made();
      const keyId = await create({ reserves: [spare[0]!.operator.address] });
      const renewed = await makeEnclave(it, members[0]!.operator, 'renewed');
      await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
      await register(it, renewed);
      await recordBoot(it, renewed);
      await confirmAll(keyId, [members[1]!]);
      await it.enclaveRegistry.connect(spare[0]!.operator).retire(spare[0]!.id);
      await again(keyId);
      expect((await registry.key(keyId)).members[0]).to.equal(renewed.id);
    });

    it('replaces a confirmed key that nobody activates', async () => {
      const { registry } = made();
      const keyId = await create();
      await confirmAll(keyId);
      await expect(registry.openAttempt(keyId)).to.be.revertedWithCustomError(registry, 'KeyRegistryAttemptRunning');
      await pass(601);
      await registry.openAttempt(keyId);
      const key = await registry.key(keyId);
      expect([key.status, [...key.publicKey], key.commitments]).to.deep.equal([
        KEY_STATUS.generating,
        [0n, ZeroHash],
        ZeroHash,
      ]);
    });

    it('is over once the key is active', async () => {
      const { registry } = made();
      const keyId = await create();
      await confirmAll(keyId);
      await registry.activate(keyId, sign(SCHEME.bip340, secret, await registry.activationMessage(keyId)));
      await pass(10_000);
      await expect(registry.openAttempt(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(keyId, KEY_STATUS.active, KEY_STATUS.generating);
      await expect(registry.openAttempt(id('x'))).to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey');
    });
  });

  describe('setPolicy', () => {
    it('starts the next policy epoch, by vote', async () => {
      const { it, registry } = made();
      const keyId = await create();
      const policy = {
        requesters: [it.anyone.address],
        delegates: [it.deployer.address],
        kinds: 1 << KIND.raw,
        delay: 60,
      };
      const encoded = AbiCoder.defaultAbiCoder().encode(
        ['tuple(address[] requesters, address[] delegates, uint32 kinds, uint32 delay)'],
        [policy],
      );
      const hash = policyHash(keyId, 2, encoded);
      await expect(registry.connect(it.dao).setPolicy(keyId, policy))
        .to.emit(registry, 'PolicySet')
        .withArgs(keyId, 2, hash, Object.values(policy));
      const key = await registry.key(keyId);
      expect([key.policyEpoch, key.delay, key.policy]).to.deep.equal([2n, 60n, hash]);
      const kept = await registry.policyOf(keyId);
      const { requesters, delegates } = policy;
      expect([[...kept.requesters], [...kept.delegates]]).to.deep.equal([requesters, delegates]);
      expect([kept.kinds, kept.delay]).to.deep.equal([64n, 60n]);
    });

    it('takes 64 requesters and delegates together, and nobody as both', async () => {
      const { it, registry } = made();
      const keyId = await create();
      const set = (requesters: string[], delegates: string[]) =>
        registry.connect(it.dao).setPolicy(keyId, { requesters, delegates, kinds: 1 << KIND.raw, delay: 0 });
      const many = Array.from({ length: 33 }, (_, i) => toBeHex(i + 1, 20));
      const others = Array.from({ length: 32 }, (_, i) => toBeHex(i + 100, 20));
      await set(many.slice(1), others);
      await expect(set(many, others))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidRequesters')
        .withArgs(SCHEME.bip340, 65, 64);
      await expect(set([it.anyone.address], [it.deployer.address, it.anyone.address]))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryRequesterIsDelegate')
        .withArgs(it.anyone);
    });

    it('tells delegates from requesters, and forgets both with the next policy', async () => {
      const { it, registry, members } = made();
      const [requesters, delegates] = [[it.anyone.address], [it.deployer.address]];
      const policy = { requesters, delegates, kinds: 1 << KIND.psbt, delay: 5 };
      const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
      const ask = (by: string) => registry.requireRequestable(keyId, by, KIND.psbt);
      expect([...(await ask(requesters[0]!))]).to.deep.equal([5n, BigInt(SCHEME.bip340), false]);
      expect([...(await ask(delegates[0]!))]).to.deep.equal([5n, BigInt(SCHEME.bip340), true]);
      await registry.connect(it.dao).setPolicy(keyId, { ...policy, requesters: [], delegates: [] });
      for (const by of [requesters[0]!, delegates[0]!])
        await expect(ask(by))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryRequesterNotAllowed')
          .withArgs(keyId, by, 2);
    });

    it('needs a vote, a key, and bounds the delay', async () => {
      const { it, registry } = made();
      const keyId = await create();
      const policy = { requesters: [], delegates: [], kinds: 1 << KIND.raw, delay: 0 };
      await expect(registry.connect(it.guardian).setPolicy(keyId, policy)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
      await expect(registry.connect(it.dao).setPolicy(id('x'), policy)).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryUnknownKey',
      );
      await expect(registry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 366 * 86400 }))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidDelay')
        .withArgs(366 * 86400, 365 * 86400);
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

  it('shows keys by the page', async () => {
    const { registry, place } = made();
    await create();
    await create();
    const ids = async (offset: number, limit: number) => (await registry.keys(offset, limit)).map((key) => key.id);
    expect(await registry.keyCount()).to.equal(2);
    expect(await ids(0, 9)).to.deep.equal([keyIdOf(place, 1), keyIdOf(place, 2)]);
    expect(await ids(1, 1)).to.deep.equal([keyIdOf(place, 2)]);
    expect(await ids(2, 9)).to.deep.equal([]);
  });
});
