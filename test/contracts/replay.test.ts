/** I9: the contracts' events and block times give the contracts' state. A long seeded history of every kind of step, then compare. */

import { expect } from 'chai';
import { AbiCoder, id, keccak256, toBeHex, ZeroAddress, ZeroHash } from 'ethers';
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
  rowFor,
  SCHEME,
  secretOf,
  sign,
  signBip340,
} from './support/keys.ts';
import { layoutOf, slotOf } from './support/layout.ts';
import { delegateOf, isOvertaken, placesOf, replay, type State, verifierAt } from './support/replay.ts';
import { intentOf, listModule, readyRequest, refuse, request } from './support/requests.ts';

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
  await it.guardianContract
    .connect(it.guardian)
    .withdrawMeasurement(await it.measurementRegistry.measurementOf(RECORD.tee, id('withdrawn'), RECORD.configuration));
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
  const rows = [
    rowFor(it.anyone.address, { module: await it.mandates.getAddress() }),
    rowFor(it.operators[9]!.address, { delay: 60 }),
    rowFor(it.operators[10]!.address, { guard: await it.spendingLimits.getAddress() }),
  ];
  const reserves = [dave!.operator.address];
  const keyId = await createKey(it, parametersOf(members, { rows, reserves }));
  await createKey(
    it,
    parametersOf(members, {
      scheme: SCHEME.ed25519,
      rows: [rowFor(it.anyone.address, { kinds: 1 << KIND.solana })],
    }),
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

/** One request for each end, and some that have none. */
async function makeRequests(it: World, keyId: string, enclaves: Enclave[]): Promise<void> {
  const [requester, patient, requests] = [it.anyone, it.operators[9]!, it.signingRequests];
  const derived = await claimDerived(it, keyId, secret, requester.address);
  const intent = () => intentOf(it, keyId);

  await readyRequest(it, requester, await intent());
  await requests.connect(it.dao).requestFor(await intent(), requester, ZeroHash);
  const fulfilled = await readyRequest(it, requester, await intent());
  const signature = signBip340(outputSecret(derived), String(fulfilled.intent.digests[0]));
  await requests.fulfil(fulfilled.header, fulfilled.intent.digests, [signature]);
  const refused = await readyRequest(it, requester, await intent());
  for (const member of [enclaves[0]!, enclaves[3]!]) await refuse(it, member, refused);
  const cancelled = await request(it, patient, await intent());
  await requests.connect(patient).cancel(cancelled.header);
  const abandoned = await readyRequest(it, patient, await intent());
  await requests.connect(patient).abandon(abandoned.header);
  const expired = [await readyRequest(it, requester, await intent()), await request(it, patient, await intent())];
  await it.helpers.time.increase(3601);
  for (const { header } of expired) await requests.expire(header);
  // the next are overtaken: one is ended, one is left
  const overtaken = [await request(it, patient, await intent()), await request(it, patient, await intent())];
  await it.keyRegistry.connect(patient).raise(keyId, patient);
  await requests.expire(overtaken[0]!.header);
  await request(it, patient, await intent());
}

/** One that is filled, one that is withdrawn, one that only waits; and a module that is not listed any more. */
async function makeMandates(it: World, keyId: string): Promise<void> {
  await listModule(it, await it.mandates.getAddress());
  const mandates = it.mandates.connect(it.anyone);
  const { effects, deadline, replaces, ...rest } = await intentOf(it, keyId);
  const [transfer] = effects;
  const { path, kind, consumer, callbackGas } = rest;
  const executor = ZeroAddress;
  const mandate = { keyId, path, kind, effects: [transfer!], feeCaps: [], executor, deadline, consumer, callbackGas };
  for (const _ of [1, 2, 3]) await mandates.place(mandate);
  const terms = { requester: it.anyone.address, counter: 1, executor, feeCaps: [] };
  await mandates.fill(terms, { ...rest, replaces, effects: [transfer!], deadline });
  const second = await it.mandates.mandateId(it.anyone, 2, await it.mandates.mandateHashOf(mandate));
  await it.guardianContract.connect(it.guardian).withdraw(it.mandates, keyId, it.anyone, second);
  const code = keccak256(await it.ethers.provider.getCode(it.lateSignatures));
  await it.signingRequests.connect(it.dao).listModule(it.lateSignatures, code);
  await it.signingRequests.connect(it.dao).removeModule(it.lateSignatures);
}

/** Two payloads of one path, one of them settled; and somebody whose limits were taken away. */
async function delegate(it: World, keyId: string): Promise<void> {
  const { signingRequests: requests, spendingLimits: limits, dao } = it;
  const asset = id('bip122:000/slip44:0');
  const once = rowFor(it.operators[11]!.address, { guard: await limits.getAddress() });
  await it.keyRegistry.connect(dao).setRow(keyId, once);
  const limitsOf = async () => ({
    expiresAt: (await it.helpers.time.latest()) + 36_000,
    kinds: 1 << KIND.psbt,
    maxUnsettled: 2,
    recipients: [],
    targets: [],
    caps: [{ asset, capacity: 10_000n, window: 3600, feeCap: 10n }],
  });
  await limits.connect(dao).setLimits(requests, keyId, it.operators[10]!, await limitsOf());
  await limits.connect(dao).setLimits(requests, keyId, it.operators[11]!, await limitsOf());
  await limits.connect(dao).removeLimits(requests, keyId, it.operators[11]!);
  const first = await readyRequest(it, it.operators[10]!, await intentOf(it, keyId));
  const second = await readyRequest(it, it.operators[10]!, await intentOf(it, keyId));
  await readyRequest(it, it.operators[10]!, await intentOf(it, keyId, { replaces: second.id }));
  await limits.connect(dao).settle(requests, first.header);
}

async function unsettle(it: World, keyId: string, enclaves: Enclave[]): Promise<void> {
  await it.keyRegistry.connect(it.dao).removeRow(keyId, it.operators[11]!);
  await it.guardianContract.connect(it.guardian).suspend(keyId, 1000);
  await it.keyRegistry.connect(it.dao).pause(await it.keyRegistry.keyIdAt(2), 77);
  await it.keyRegistry.connect(it.dao).pauseNetwork(1);
  await it.guardianContract.connect(it.guardian).suspendNetwork(2000);
  await it.keyRegistry.connect(it.dao).setBeat(7200, 5, 1000);
  await it.enclaveRegistry.connect(enclaves[4]!.operator).retire(enclaves[4]!.id);
  const renewed = await makeEnclave(it, enclaves[4]!.operator, 'renewed');
  await register(it, renewed);
  await moveCommittees(it, keyId, enclaves);
  await changeTrust(it, enclaves);
  await it.measurementRegistry.connect(it.dao).retire(MEASUREMENT);
  await it.keyRegistry.recheck(keyId);
}

async function moveCommittees(it: World, keyId: string, enclaves: Enclave[]): Promise<void> {
  const byVote = it.committeeVotes.connect(it.dao);
  await byVote.propose(it.keyRegistry, keyId, committeeOf(enclaves.slice(0, 2)));
  await it.guardianContract.connect(it.guardian).withdrawCommittee(keyId);
  await it.keyRegistry.connect(it.dao).addFork('0x07000000', 10, 3);
  await it.keyRegistry.connect(it.dao).addFork('0x08000000', 20, 4);
  await it.guardianContract.connect(it.guardian).withdrawFork(20);
  await byVote.propose(it.keyRegistry, keyId, committeeOf(enclaves.slice(1, 4)));
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
  await byVote.setPlatformAdmitted(id('platform'), true);
  await byVote.setPlatformAdmitted(id('a third platform'), true);
  await byVote.setPlatformAdmitted(id('a third platform'), false);
  await byVote.setOnlyAdmittedPlatforms(RECORD.tee, true);
  await byVote.setVerifier(it.verifier);
  await it.guardianContract.connect(it.guardian).withdrawVerifier(RECORD.tee);
  await byVote.removeVerifier(RECORD.tee);
  await byVote.setVerifier(it.verifier);
}

/** All of a list that is read one by one. */
async function each<T>(count: bigint, read: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: Number(count) }, (_, i) => read(i)));
}

/** What the contract shows of the fields that were folded. */
function shown<T extends object>(view: { [K in keyof T]: unknown }, folded: T): unknown {
  return Object.fromEntries(Object.keys(folded).map((field) => [field, view[field as keyof T]]));
}

async function compareTrust({ enclaveRegistry, helpers }: World, state: State): Promise<void> {
  const operators = await each(await enclaveRegistry.operatorCount(), async (i) =>
    enclaveRegistry.operator(await enclaveRegistry.operatorAt(i)),
  );
  expect(operators.length).to.equal(state.operators.size);
  for (const { operator, region, cap, enclaves, chosen } of operators)
    expect(state.operators.get(operator)).to.deep.equal({ region, cap, enclaves, chosen });
  expect(state.roots.size).to.equal(1);
  const now = BigInt(await helpers.time.latest());
  for (const [tee, root] of state.roots) expect(await enclaveRegistry.verifierOf(tee)).to.equal(verifierAt(root, now));
  for (const [tee, cap] of state.platformCaps) expect(await enclaveRegistry.platformCap(tee)).to.equal(cap);
  for (const platform of state.revokedPlatforms)
    expect(await enclaveRegistry.isPlatformRevoked(platform)).to.equal(true);
  expect(state.onlyAdmitted.size).to.equal(1);
  for (const [tee, only] of state.onlyAdmitted) expect(await enclaveRegistry.onlyAdmittedPlatforms(tee)).to.equal(only);
  expect(state.admittedPlatforms.size).to.equal(2);
  for (const [platform, admitted] of state.admittedPlatforms)
    expect(await enclaveRegistry.isPlatformAdmitted(platform)).to.equal(admitted);
}

async function compare(it: World, keyId: string, state: State): Promise<void> {
  const { measurementRegistry, enclaveRegistry } = it;
  const measurements = await each(await measurementRegistry.measurementCount(), async (i) =>
    measurementRegistry.measurement(await measurementRegistry.measurementAt(i)),
  );
  expect(measurements.length).to.equal(state.measurements.size);
  for (const { measurement, status, votedAt, activeAt, operators } of measurements)
    expect(state.measurements.get(measurement)).to.deep.equal({ status, votedAt, activeAt, operators });

  const enclaves = await each(await enclaveRegistry.enclaveCount(), async (i) =>
    enclaveRegistry.enclave(await enclaveRegistry.enclaveIdAt(i)),
  );
  expect(enclaves.length).to.equal(state.enclaves.size);
  for (const enclave of enclaves) {
    const folded = state.enclaves.get(enclave.id)!;
    expect(shown(enclave, folded), enclave.id).to.deep.equal(folded);
  }
  await compareTrust(it, state);
  await compareKeys(it, state);
  await compareRequests(it, state);
  await compareDelegates(it, keyId, state);
}

async function compareKeys({ keyRegistry, committees, keyLens }: World, state: State): Promise<void> {
  expect(await keyRegistry.keyCount()).to.equal(state.keys.size);
  for (const [its, folded] of state.keys) {
    expect(shown(await keyRegistry.key(its), folded), its).to.deep.equal(folded);
    const ceremony = state.ceremonies.get(its)!;
    expect(shown(await keyRegistry.ceremonyOf(its), ceremony), its).to.deep.equal(ceremony);
    const { members, seats, diversity, proposed, suspendableAt, window } = state.rest.get(its)!;
    expect([...(await keyRegistry.membersOf(ceremony.committee))]).to.deep.equal(members);
    const { operators, reserves, nextReserve, diversity: rule } = await committees.seatsOf(keyRegistry, its);
    const sat = { operators: [...operators], reserves: [...reserves], next: Number(nextReserve), reached: 0 };
    expect([sat, [...rule]]).to.deep.equal([seats, diversity]);
    expect(window).to.equal(600);
    expect([...(await keyRegistry.proposedCommittee(its))]).to.deep.equal(proposed);
    const both = [Number(suspendableAt), Number(state.network.suspendableAt)];
    expect(await keyRegistry.suspendableAt(its)).to.equal(Math.max(...both));
  }
  expect(state.rows.size).to.equal(5);
  for (const [name, { module, ...row }] of state.rows) {
    const [its, requester] = name.split(' ') as [string, string];
    expect(shown(await keyRegistry.rowOf(its, requester), row), name).to.deep.equal(row);
    expect(await keyRegistry.moduleOf(its, requester)).to.equal(module);
  }
  const { suspendableAt, ...network } = state.network;
  expect(shown(await keyRegistry.network(), network)).to.deep.equal(network);
  expect(await keyRegistry.suspendableAt(ZeroHash)).to.equal(suspendableAt);
  const forks = (await keyLens.forks()).map(({ version, epoch, shape, effectiveAt }) => ({
    version,
    epoch,
    shape,
    effectiveAt,
  }));
  expect(forks).to.deep.equal(state.forks);
  expect(forks.map(({ epoch }) => epoch)).to.deep.equal([10n]);
}

async function compareRequests({ signingRequests, mandates }: World, state: State): Promise<void> {
  const found = new Set([...state.requests.values()].map((request) => request.state));
  expect([...found].sort()).to.deep.equal([1n, 2n, 3n, 4n, 5n, 6n]);
  expect(await signingRequests.requestCount()).to.equal(state.requests.size);
  const overtaken: string[] = [];
  for (const [its, folded] of state.requests) {
    expect(shown(await signingRequests.wordOf(its), folded), its).to.deep.equal(folded);
    if (isOvertaken(state, its)) overtaken.push(its);
  }
  expect([...state.requests.values()].some(({ voted }) => voted)).to.equal(true);
  // one was left for anybody to end; the votes about limits overtook none that is open
  expect(overtaken.map((its) => state.requests.get(its)!.state)).to.deep.equal([1n]);
  expect([...state.refusals.values()]).to.deep.equal([2n]);

  expect(await mandates.mandateCount()).to.equal(state.mandates.count);
  const layout = await layoutOf('contracts/requests/SigningRequests.sol', 'SigningRequests');
  const slot = (key: string, mapping: string) =>
    keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [key, slotOf(layout, mapping)]));
  const wordAt = (at: string) => signingRequests['extsload(bytes32)'](at);
  expect(state.announcements.size, 'one waits').to.equal(1);
  for (const [name, { announcedAt, epoch }] of state.announcements)
    expect(await wordAt(slot(keccak256(name), '_announcements'))).to.equal(toBeHex(announcedAt | (epoch << 48n), 32));
  expect(state.listings.size, 'one in effect, one removed').to.equal(2);
  for (const [module, { codeHash, effectiveAt }] of state.listings) {
    const at = slot(toBeHex(module, 32), '_listings');
    expect([await wordAt(at), await wordAt(toBeHex(BigInt(at) + 1n, 32))]).to.deep.equal([
      codeHash,
      toBeHex(effectiveAt, 32),
    ]);
  }
}

async function compareDelegates(it: World, keyId: string, state: State): Promise<void> {
  const { spendingLimits: limits, signingRequests } = it;
  const requests = await signingRequests.getAddress();
  const versions: bigint[] = [];
  for (const who of [it.operators[10]!, it.operators[11]!]) {
    const folded = state.delegates.get(delegateOf(requests, keyId, who.address))!;
    const { expiresAt } = await limits.limitsOf(requests, keyId, who);
    expect({ expiresAt, version: await limits.versionOf(requests, keyId, who) }).to.deep.equal(folded);
    versions.push(folded.version);
  }
  expect(versions, 'one set, one set and removed').to.deep.equal([1n, 2n]);
  const places = await limits.unsettledOf(requests, keyId, it.operators[10]!, ZeroHash);
  expect(state.unsettled.get(placesOf(requests, keyId, it.operators[10]!.address, ZeroHash))).to.equal(places);
  expect(places).to.equal(1);
}
