/** I9: the contracts' events and block times give the contracts' state. A long seeded history of every kind of step, then compare. */

import { expect } from 'chai';

import { id, ZeroAddress, ZeroHash } from 'ethers';
import { REGION, type World, world } from './support/chain.ts';

import { type Enclave, MEASUREMENT, makeEnclave, RECORD, recordBoot, register } from './support/enclaves.ts';
import {
  claimDerived,
  committeeOf,
  confirm,
  confirmationOf,
  createKey,
  KIND,
  outputSecret,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  sign,
  signBip340,
} from './support/keys.ts';

import { delegateOf, placesOf, replay, type State, verifierAt } from './support/replay.ts';

import { intentOf, readyRequest, refuse, replacement, request } from './support/requests.ts';

const secret = secretOf('replay');

describe('events', () => {
  it('give the state that the views show (I9) [I9]', async () => {
    const it = await world();
    const enclaves = await populate(it);
    const keyId = await makeKey(it, enclaves);
    await makeRequests(it, keyId, enclaves);
    await makeMandates(it, keyId);
    await delegate(it, keyId);
    await unsettle(it, keyId, enclaves);
    await compare(it, keyId, await replay(it));
  });
});

async function populate(it: World): Promise<Enclave[]> {
  const byDao = it.measurementRegistry.connect(it.dao);
  await byDao.approve({ ...RECORD, image: id('withdrawn') });
  await it.measurementRegistry
    .connect(it.guardian)
    .withdraw(await it.measurementRegistry.measurementOf(RECORD.tee, id('withdrawn'), RECORD.configuration));
  await byDao.approve(RECORD);
  const enclaves: Enclave[] = [];
  for (const [i, operator] of it.operators.slice(0, 5).entries()) {
    const enclave = await makeEnclave(it, operator, `${i}`);
    await register(it, enclave);
    await recordBoot(it, enclave, 1);
    enclaves.push(enclave);
  }
  await register(it, enclaves[1]!, { epoch: 2 });
  await recordBoot(it, enclaves[1]!, 5);
  await it.helpers.time.increase(10);
  await it.measurementRegistry.promote(MEASUREMENT);
  return enclaves;
}

/** A first attempt that fails, a second that works, and a key that never comes to be. */
async function makeKey(it: World, enclaves: Enclave[]): Promise<string> {
  const [alice, bob, carol, dave] = enclaves;
  const members = [alice!, bob!, carol!];
  const policy = {
    requesters: [it.anyone.address],
    delegates: [it.operators[10]!.address],
    kinds: 1 << KIND.psbt,
    delay: 0,
  };
  const reserves = [dave!.operator.address];
  const keyId = await createKey(it, parametersOf(members, { policy, reserves }));
  await createKey(
    it,
    parametersOf(members, { scheme: SCHEME.ed25519, policy: { ...policy, delegates: [], kinds: 1 << KIND.solana } }),
  );
  const first = await confirmationOf(it, keyId, publicKeyOf(secret));
  for (const member of [alice!, bob!]) await confirm(it, member, first);
  await it.helpers.time.increase(601);
  await it.keyRegistry.openAttempt(keyId);
  const second = await confirmationOf(it, keyId, publicKeyOf(secret));
  for (const member of [alice!, bob!, dave!]) await confirm(it, member, second);
  await it.keyRegistry.activate(keyId, sign(SCHEME.bip340, secret, await it.keyRegistry.activationMessage(keyId)));
  return keyId;
}

/** One request for each end. */
async function makeRequests(it: World, keyId: string, enclaves: Enclave[]): Promise<void> {
  const [requester, requests] = [it.anyone, it.signingRequests];
  const derived = await claimDerived(it, keyId, secret, requester.address);
  const intent = () => intentOf(it, keyId);

  await request(it, requester, await intent());
  await readyRequest(it, requester, await intent());
  const fulfilled = await readyRequest(it, requester, await intent());
  const signature = signBip340(outputSecret(derived), String(fulfilled.intent.digests[0]));
  await requests.fulfil(fulfilled.header, fulfilled.intent.digests, [signature]);
  const refused = await readyRequest(it, requester, await intent());
  for (const member of [enclaves[0]!, enclaves[3]!]) await refuse(it, member, refused);
  const cancelled = await request(it, requester, await intent());
  await requests.connect(requester).cancel(cancelled.header);
  const expired = await readyRequest(it, requester, await intent());
  await it.helpers.time.increase(3601);
  await requests.expire(expired.header);
}

/** One that is filled, one that is cancelled, one that only waits. */
async function makeMandates(it: World, keyId: string): Promise<void> {
  const requests = it.signingRequests.connect(it.anyone);
  const { effects, deadline, ...rest } = await intentOf(it, keyId);
  const [transfer] = effects;
  const { path, kind, consumer, callbackGas } = rest;
  const executor = ZeroAddress;
  const mandate = { keyId, path, kind, effects: [transfer!], feeCaps: [], executor, deadline, consumer, callbackGas };
  for (const _ of [1, 2, 3]) await requests.placeMandate(mandate);
  const terms = { requester: it.anyone.address, counter: 1, executor, feeCaps: [] };
  await requests.fill(terms, { ...rest, effects: [transfer!], deadline });
  await requests.cancelMandate(it.anyone, 2, await requests.mandateHashOf(mandate));
}

/** Two payloads of one path, one of them settled, one replaced; and somebody whose limits were taken away. */
async function delegate(it: World, keyId: string): Promise<void> {
  const { signingRequests: requests, spendingLimits: limits, dao } = it;
  const asset = id('bip122:000/slip44:0');
  await limits.connect(dao).removeLimits(requests, keyId, it.anyone);
  await limits.connect(dao).setLimits(requests, keyId, it.operators[10]!, {
    expiresAt: (await it.helpers.time.latest()) + 3600,
    kinds: 1 << KIND.psbt,
    maxUnsettled: 2,
    recipients: [],
    targets: [],
    caps: [{ asset, capacity: 10_000n, window: 3600, feeCap: 10n }],
  });
  const first = await readyRequest(it, it.operators[10]!, await intentOf(it, keyId));
  const second = await readyRequest(it, it.operators[10]!, await intentOf(it, keyId));
  await requests.connect(dao).settle(first.header);
  const dearer = await replacement(it, it.operators[10]!, second, await intentOf(it, keyId));
  await requests.markReady(dearer.header);
}

async function unsettle(it: World, keyId: string, enclaves: Enclave[]): Promise<void> {
  await it.keyRegistry
    .connect(it.dao)
    .setPolicy(keyId, { requesters: [], delegates: [], kinds: 1 << KIND.raw, delay: 9 });
  await it.keyRegistry.connect(it.guardian).suspend(keyId, 1000);
  await it.keyRegistry.connect(it.dao).pause(await it.keyRegistry.keyIdAt(2), 77);
  await it.keyRegistry.connect(it.dao).pauseNetwork(1);
  await it.keyRegistry.connect(it.guardian).suspendNetwork(2000);
  await it.keyRegistry.connect(it.dao).setBeat(7200, 5, 1000);
  await it.enclaveRegistry.connect(enclaves[4]!.operator).retire(enclaves[4]!.id);
  const renewed = await makeEnclave(it, enclaves[4]!.operator, 'renewed');
  await register(it, renewed);
  await moveCommittees(it, keyId, enclaves);
  await changeTrust(it, enclaves);
  await it.measurementRegistry.connect(it.dao).retire(MEASUREMENT, 1);
  await it.keyRegistry.recheck(keyId);
  await it.measurementRegistry.connect(it.dao).acceptLoss(MEASUREMENT, id('a key'));
}

async function moveCommittees(it: World, keyId: string, enclaves: Enclave[]): Promise<void> {
  const byVote = it.keyRegistry.connect(it.dao);
  await byVote.proposeCommittee(keyId, committeeOf(enclaves.slice(0, 2)));
  await it.keyRegistry.connect(it.guardian).withdrawCommittee(keyId);
  await byVote.proposeCommittee(keyId, committeeOf(enclaves.slice(1, 4)));
}

async function changeTrust(it: World, enclaves: Enclave[]): Promise<void> {
  const byVote = it.enclaveRegistry.connect(it.dao);
  await byVote.setOperator(enclaves[0]!.operator, REGION, 2);
  const second = await makeEnclave(it, enclaves[0]!.operator, 'second');
  await register(it, second);
  await it.enclaveRegistry.connect(enclaves[0]!.operator).choose(second.id);
  await byVote.suspend(second.id);
  await byVote.setPlatformCap(RECORD.tee, 9);
  await byVote.revokePlatform(id('another platform'), []);
  await byVote.setVerifier(it.developmentVerifier!);
  await it.enclaveRegistry.connect(it.guardian).withdrawVerifier(RECORD.tee);
  await byVote.removeVerifier(RECORD.tee);
  await byVote.setVerifier(it.developmentVerifier!);
}

async function compareTrust({ enclaveRegistry, measurementRegistry, helpers }: World, state: State): Promise<void> {
  const operators = await enclaveRegistry.operators(0, 100);
  expect(operators.length).to.equal(state.operators.size);
  for (const { operator, region, cap, enclaves, chosen } of operators)
    expect(state.operators.get(operator)).to.deep.equal({ region, cap, enclaves, chosen });
  expect(state.roots.size).to.equal(1);
  const now = BigInt(await helpers.time.latest());
  for (const [tee, root] of state.roots) expect(await enclaveRegistry.verifierOf(tee)).to.equal(verifierAt(root, now));
  for (const [tee, cap] of state.platformCaps) expect(await enclaveRegistry.platformCap(tee)).to.equal(cap);
  for (const platform of state.revokedPlatforms)
    expect(await enclaveRegistry.isPlatformRevoked(platform)).to.equal(true);
  expect([...state.lossAccepted]).to.deep.equal([`${MEASUREMENT} ${id('a key')}`]);
  expect(await measurementRegistry.spares(MEASUREMENT, id('a key'))).to.equal(false);
}

async function compare(it: World, keyId: string, state: State): Promise<void> {
  const measurements = await it.measurementRegistry.measurements(0, 100);
  expect(measurements.length).to.equal(state.measurements.size);
  for (const { measurement, status, votedAt, activeAt, retiresAt, operators } of measurements)
    expect(state.measurements.get(measurement)).to.deep.equal({ status, votedAt, activeAt, retiresAt, operators });

  const enclaves = await it.enclaveRegistry.enclaves(0, 100);
  expect(enclaves.length).to.equal(state.enclaves.size);
  for (const enclave of enclaves) {
    const folded = state.enclaves.get(enclave.id)!;
    for (const [field, value] of Object.entries(folded))
      expect(enclave[field as keyof typeof folded], `${enclave.id} ${field}`).to.equal(value);
  }
  await compareTrust(it, state);

  const keys = await it.keyRegistry.keys(0, 100);
  expect(keys.length).to.equal(state.keys.size);
  for (const key of keys) {
    const { attemptWindow, suspendableAt, publicKey, members, diversity, seats, proposed, ...folded } = state.keys.get(
      key.id,
    )!;
    expect([...key.diversity]).to.deep.equal(diversity);
    const { operators, reserves, next } = await it.keyRegistry.seats(key.id);
    const shown = { operators: [...operators], reserves: [...reserves], next: Number(next), reached: 0 };
    expect(shown).to.deep.equal(seats);
    expect([...(await it.keyRegistry.proposedCommittee(key.id))]).to.deep.equal(proposed);
    expect(attemptWindow).to.equal(600);
    const both = [Number(suspendableAt), Number(state.network.suspendableAt)];
    expect(await it.keyRegistry.suspendableAt(key.id)).to.equal(Math.max(...both));
    for (const [field, value] of Object.entries(folded))
      expect(key[field as keyof typeof folded], `${key.id} ${field}`).to.equal(value);
    expect([...key.publicKey]).to.deep.equal(publicKey);
    expect([...key.members]).to.deep.equal(members);
  }

  const { suspendableAt, ...network } = state.network;
  const shown = await it.keyRegistry.network();
  for (const [field, value] of Object.entries(network)) expect(shown[field as keyof typeof network]).to.equal(value);
  expect(await it.keyRegistry.suspendableAt(ZeroHash)).to.equal(suspendableAt);

  expect([...new Set(state.requests.values())].sort()).to.deep.equal([1n, 2n, 3n, 4n, 5n, 6n]);
  for (const [request, folded] of state.requests) expect(await it.signingRequests.stateOf(request)).to.equal(folded);

  const mandates = await it.signingRequests.mandates(0, 10);
  const foldedMandates = [...state.mandates].map(([its, { state, placedAt, readyAt, deadline }]) => {
    return [its, state, placedAt, readyAt, deadline];
  });
  expect(mandates.map((one) => [...one])).to.deep.equal(foldedMandates);
  expect(foldedMandates.map(([, state]) => state).sort()).to.deep.equal([1n, 2n, 3n]);

  const delegates = await it.spendingLimits.delegates(it.signingRequests, keyId, 0, 10);
  const requests = await it.signingRequests.getAddress();
  const shownDelegates = delegates.map(({ requester, expiresAt, epoch }) => {
    return [delegateOf(requests, keyId, requester), { expiresAt, epoch }];
  });
  expect(shownDelegates).to.deep.equal([...state.delegates]);
  expect(delegates.map(({ epoch }) => epoch).sort(), 'one removed, one set').to.deep.equal([1n, 1n]);

  const places = await it.spendingLimits.unsettledOf(it.signingRequests, keyId, it.operators[10]!, ZeroHash);
  expect(state.unsettled.get(placesOf(requests, keyId, it.operators[10]!.address, ZeroHash))).to.equal(places);
  expect(places).to.equal(1);
}
