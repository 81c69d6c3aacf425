/** Attacks on key ceremonies: members that want no key to come to be, and votes as large as the rules allow. */

import { expect } from 'chai';
import { id, Wallet, ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { admit, type Enclave, eligibleEnclaves, makeEnclave, recordBoot, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  CEREMONY,
  confirm,
  confirmationOf,
  createKey,
  ed25519KeyOf,
  type KeyChange,
  KIND,
  membersOf,
  NO_POINTS,
  parametersOf,
  publicKeyOf,
  rowFor,
  SCHEME,
  secretOf,
  signBip340,
  signEd25519,
} from '../support/keys.ts';
import { intentOf, readyRequest, STATE } from '../support/requests.ts';

const WINDOW = 600;
/** EIP-7825 */
const TRANSACTION_GAS = 16_777_216n;
const secret = secretOf('review');
const publicKey = publicKeyOf(secret);

describe('KeyRegistry: attacks', () => {
  const made = fresh(async () => {
    const it = await world();
    return { it, registry: it.keyRegistry, enclaves: await eligibleEnclaves(it, 7) };
  });

  const create = (members: readonly Enclave[], reserves: readonly Enclave[], change: KeyChange = {}) =>
    createKey(made().it, parametersOf(members, { reserves: reserves.map(({ operator }) => operator), ...change }));
  const seated = (keyId: string) => membersOf(made().it, keyId);
  const next = async (keyId: string) => {
    await made().it.helpers.time.increase(WINDOW + 1);
    return made().registry.connect(made().it.anyone).openAttempt(keyId);
  };

  it('a suspect does not take the last reserve from a seat that has nobody', async () => {
    const { it, registry, enclaves } = made();
    const [alice, bob, mallory, dave] = enclaves;
    const keyId = await create([alice!, bob!, mallory!], [dave!]);
    // nobody confirmed, so any seat may be the suspect; mallory leaves, and one reserve is as good as needed
    await it.enclaveRegistry.connect(mallory!.operator).retire(mallory!.id);
    await expect(next(keyId)).to.emit(registry, 'AttemptOpened');
    expect(await seated(keyId)).to.deep.equal([alice!.id, bob!.id, dave!.id]);
  });

  it('members that always fail do not meet in some seat for ever', async () => {
    const { enclaves } = made();
    const [mallory, bob, trudy, dave, erin] = enclaves;
    const keyId = await create([mallory!, bob!, trudy!], [dave!, erin!]);
    const failing = new Set([mallory!.id, trudy!.id]);
    let attempts = 1;
    while ((await seated(keyId)).some((id) => failing.has(id)) && attempts < 150) {
      await next(keyId);
      ++attempts;
    }
    expect(attempts, 'attempts until only the others are seated').to.be.below(150);
  });

  it('a member that makes honest ones look silent loses its seat all the same', async () => {
    const { it, enclaves } = made();
    const [mallory, bob, carol, dave] = enclaves;
    const byId = new Map(enclaves.map((enclave) => [enclave.id, enclave]));
    const keyId = await create([mallory!, bob!, carol!], [dave!]);
    let attempts = 1;
    // its last message goes to one honest member alone: that one confirms, and so does mallory, and the other cannot
    for (; (await seated(keyId)).includes(mallory!.id) && attempts < 60; ++attempts) {
      const confirmation = await confirmationOf(it, keyId, publicKey);
      const deceived = (await seated(keyId)).find((id) => id !== mallory!.id);
      for (const id of [mallory!.id, deceived!]) await confirm(it, byId.get(id)!, confirmation);
      await next(keyId);
    }
    expect(attempts, 'attempts until the others are among themselves').to.be.below(60);
  });

  it('a member with two enclaves has one seat, and one enclave sits for one operator', async () => {
    const { it, registry, enclaves } = made();
    const [alice, bob, carol] = enclaves;
    const twice = parametersOf([alice!, bob!], { reserves: [alice!.operator] });
    await expect(registry.connect(it.dao).createKey(twice))
      .to.be.revertedWithCustomError(it.committees, 'CommitteesRepeatedOperator')
      .withArgs(alice!.operator);
    const keyId = await create([alice!, bob!, carol!], []);
    expect(new Set(await seated(keyId)).size).to.equal(3);
  });

  it('a confirmation for one attempt says nothing in the next, not even with the same members', async () => {
    const { it, registry, enclaves } = made();
    const [alice, bob, carol] = enclaves;
    const keyId = await create([alice!, bob!, carol!], []);
    const stale = await confirmationOf(it, keyId, publicKey);
    await next(keyId);
    await expect(confirm(it, alice!, stale))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryOtherAttempt')
      .withArgs(keyId, 1, 1, 1, 2);
    const relabelled = { ...stale, attempt: 2 };
    await expect(confirm(it, alice!, relabelled)).to.be.revertedWithCustomError(registry, 'KeyRegistryOtherCommittee');
  });

  it('an attempt number is no use at another key: confirmations name theirs', async () => {
    const { it, registry, enclaves } = made();
    const members = enclaves.slice(0, 2);
    const [one, two] = [await create(members, []), await create(members, [])];
    const confirmation = await confirmationOf(it, one, publicKey);
    await expect(confirm(it, members[0]!, { ...confirmation, keyId: two })).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryOtherCommittee',
    );
  });

  it('a signature that activates one attempt activates no later one, not even of the same key', async () => {
    const { it, registry, enclaves } = made();
    const members = enclaves.slice(0, 2);
    const keyId = await create(members, []);
    const confirmAll = async () => {
      const confirmation = await confirmationOf(it, keyId, publicKey);
      for (const member of members) await confirm(it, member, confirmation);
    };
    await confirmAll();
    const first = signBip340(secret, await registry.activationMessage(keyId));
    await next(keyId);
    await expect(registry.activate(keyId, first)).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongCeremony');
    await confirmAll();
    const message = await registry.activationMessage(keyId);
    await expect(registry.activate(keyId, first))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidActivation')
      .withArgs(keyId, message);
    await registry.activate(keyId, signBip340(secret, message));
    await it.helpers.time.increase(WINDOW + 1);
    await expect(registry.openAttempt(keyId)).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongCeremony');
  });

  // open: CO-20. Harmless while an ACTIVE key has no later attempt
  it('an Ed25519 key may be asked to sign what activates one: contracts cannot tell a message from a digest', async () => {
    const { it, registry, enclaves } = made();
    const members = enclaves.slice(0, 2);
    const rows = [rowFor(it.anyone.address, { kinds: 1 << KIND.raw })];
    const keyId = await create(members, [], { scheme: SCHEME.ed25519, rows });
    const confirmation = await confirmationOf(it, keyId, ed25519KeyOf(secret));
    for (const member of members) await confirm(it, member, confirmation);
    const message = await registry.activationMessage(keyId);
    await registry.activate(keyId, signEd25519(secret, message));
    await it.derivedKeys.claim(keyId, it.anyone, ZeroHash, NO_POINTS);
    const asked = await readyRequest(it, it.anyone, await intentOf(it, keyId, { kind: KIND.raw, digests: [message] }));
    await it.signingRequests.fulfil(asked.header, [message], [signEd25519(secret, message)]);
    expect(await it.signingRequests.stateOf(asked.id)).to.equal(STATE.fulfilled);
  });

  // CO-37, said at `createKey`. Where blocks are final after a quarter of an hour, such a key never comes to be
  it('a vote may give an attempt less time than a block takes to be final, and its key waits for another vote', async () => {
    const { it, registry, enclaves } = made();
    const members = enclaves.slice(0, 2);
    const keyId = await create(members, [], { attemptWindow: 10 });
    const confirmation = await confirmationOf(it, keyId, publicKey);
    await it.helpers.time.increase(900);
    await expect(confirm(it, members[0]!, confirmation)).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryAttemptOver',
    );
    const another = await create(members, []);
    for (const member of members) await confirm(it, member, await confirmationOf(it, another, publicKey));
    expect((await registry.ceremonyOf(another)).status).to.equal(CEREMONY.confirmed);
  });

  it('a stranger opens no attempt before its time, nor one more in the same second', async () => {
    const { it, registry, enclaves } = made();
    const keyId = await create(enclaves.slice(0, 2), []);
    const { deadline } = await registry.ceremonyOf(keyId);
    await it.helpers.time.setNextBlockTimestamp(deadline);
    await expect(registry.connect(it.anyone).openAttempt(keyId)).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryAttemptRunning',
    );
    await next(keyId);
    await expect(registry.connect(it.anyone).openAttempt(keyId)).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryAttemptRunning',
    );
  });

  it('the largest key that a vote can ask for is made, and its next attempt opened, in a transaction each', async () => {
    const { it, registry } = made();
    const operators = Array.from({ length: 64 }, (_, i) => new Wallet(id(`operator ${i}`)));
    for (const [i, operator] of operators.entries()) {
      const enclave = await makeEnclave(it, operator as unknown as Enclave['operator'], `of operator ${i}`);
      await register(it, enclave);
      await recordBoot(it, enclave);
    }
    const strangers = () => Array.from({ length: 64 }, () => Wallet.createRandom().address);
    const parameters = parametersOf([], {
      threshold: 33,
      operators,
      reserves: strangers(),
      rows: strangers()
        .slice(0, 16)
        .map((requester) => rowFor(requester)),
    });
    // what the governor and the timelock need comes on top
    const gasLimit = (TRANSACTION_GAS * 7n) / 8n;
    await registry.connect(it.dao).createKey(parameters, { gasLimit });
    const keyId = await registry.keyIdAt(1);
    await it.helpers.time.increase(WINDOW + 1);
    await registry.connect(it.anyone).openAttempt(keyId, { gasLimit });
    expect(await registry.liveMembers(keyId)).to.equal(64);
  });

  it('all seats of the largest committee change hands under a rule in one transaction [C2]', async () => {
    const { it, registry } = made();
    const everyone = Array.from({ length: 128 }, (_, i) => new Wallet(id(`seat ${i}`)));
    const enclaves: Enclave[] = [];
    for (const [i, wallet] of everyone.entries()) {
      const region = id(`region ${i % 2}`);
      await admit(it, wallet.address, 1, region);
      const enclave = await makeEnclave(it, wallet as unknown as Enclave['operator'], `of seat ${i}`);
      await register(it, enclave, { region });
      await recordBoot(it, enclave);
      enclaves.push(enclave);
    }
    const diversity = { region: 32, vendor: 0, platform: 0, sealing: 0 };
    const [seats, reserves] = [everyone.slice(0, 64), everyone.slice(64)];
    const parameters = parametersOf([], { threshold: 33, operators: seats, reserves, diversity });
    await registry.connect(it.dao).createKey(parameters, { gasLimit: (TRANSACTION_GAS * 7n) / 8n });
    for (const { id: gone } of enclaves.slice(0, 64)) await it.enclaveRegistry.connect(it.dao).suspend(gone);
    await it.helpers.time.increase(WINDOW + 1);
    const keyId = await registry.keyIdAt(1);
    await registry.connect(it.anyone).openAttempt(keyId, { gasLimit: TRANSACTION_GAS });
    expect(await seated(keyId)).to.deep.equal(enclaves.slice(64).map((one) => one.id));
    const recheck = await registry.recheck(keyId, { gasLimit: TRANSACTION_GAS });
    expect((await recheck.wait())?.status).to.equal(1);
  });
});
