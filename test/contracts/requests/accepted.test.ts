/** Attacks on the core, its guards and its rows: what holds, and what is only said. */

import { expect } from 'chai';
import { id } from 'ethers';
import { ConsumerMock__factory } from '../../../types/factories/contracts/mocks/ConsumerMock__factory.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  confirm,
  confirmationOf,
  createKey,
  ed25519KeyOf,
  KIND,
  parametersOf,
  rowFor,
  SCHEME,
  signEd25519,
} from '../support/keys.ts';
import { BTC, expectGuardRefuses, limitsFor } from '../support/limits.ts';
import { DELAY, requesters } from '../support/requesters.ts';
import { actAs, type Request, STATE } from '../support/requests.ts';

const [TAKE, BURN_GAS] = [0, 2];
const CALLBACK_GAS = 500_000;

describe('what is accepted of the core, its guards and rows', () => {
  const made = fresh(() => requesters('core'));

  describe('gas that was estimated', () => {
    const readyOnes = async (change = {}) => {
      const all: Request[] = [];
      for (const input of ['one', 'other', 'last']) all.push(await made().ready({ ...change, digests: [id(input)] }));
      return all;
    };
    const states = async (all: readonly Request[]) => Promise.all(all.map((its) => made().requests.stateOf(its.id)));

    /** CM-06: whoever brings what an estimate says lets one consumer stop all others; the declared gas is enough, whatever they do. */
    it('is not enough for fulfilMany once a consumer spends what it had not in the estimate', async () => {
      const { it, requests, entry } = made();
      const consumer = await new ConsumerMock__factory(it.deployer).deploy();
      const hostile = await readyOnes({ consumer: await consumer.getAddress(), callbackGas: CALLBACK_GAS });
      const entries = hostile.map(entry);
      await consumer.setMode(TAKE);
      const estimated = await requests.fulfilMany.estimateGas(entries);
      await consumer.setMode(BURN_GAS);
      await expect(requests.fulfilMany(entries, { gasLimit: estimated })).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsEntryOutOfGas',
      );
      expect(await states(hostile)).to.deep.equal(hostile.map(() => STATE.ready));
      await requests.fulfilMany(entries, { gasLimit: estimated + BigInt(hostile.length * CALLBACK_GAS) });
      expect(await states(hostile)).to.deep.equal(hostile.map(() => STATE.fulfilled));
    });

    it('is enough for fulfil, whatever the consumer does with its own', async () => {
      const { it, requests, entry } = made();
      const consumer = await new ConsumerMock__factory(it.deployer).deploy();
      const [its] = await readyOnes({ consumer: await consumer.getAddress(), callbackGas: CALLBACK_GAS });
      const { header, digests, signatures } = entry(its!);
      const estimated = await requests.fulfil.estimateGas(header, digests, signatures);
      await consumer.setMode(BURN_GAS);
      await requests.fulfil(header, digests, signatures, { gasLimit: estimated });
      expect(await requests.stateOf(its!.id)).to.equal(STATE.fulfilled);
    });
  });

  describe('a row that was removed and comes back', () => {
    const limited = async () => ({ guard: await made().it.spendingLimits.getAddress() });
    const setLimits = async () => {
      const { it, requests, keyId, patient } = made();
      await it.spendingLimits.connect(it.dao).setLimits(requests, keyId, patient, await limitsFor(it));
    };

    it('revives no request of its requester', async () => {
      const { requests, patient, setRow, removeRow, queued, pass } = made();
      const its = await queued();
      await removeRow(patient);
      await setRow(patient, { delay: DELAY });
      await pass(DELAY);
      await expect(requests.markReady(its.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken');
    });

    /** CM-07: limits belong to (requests, key, requester) and not to the row; a vote that brings a row back looks at them. */
    it('finds the limits of then, with what was drawn on them', async () => {
      const { it, requests, keyId, patient, setRow, removeRow, queued } = made();
      await setRow(patient, await limited());
      await setLimits();
      await queued();
      await removeRow(patient);
      await setRow(patient, await limited());
      const available = await it.spendingLimits.available(requests, keyId, patient, BTC);
      expect(available).to.be.within(8990n, 8995n);
      await queued();
    });

    it('finds none where the vote removed them too', async () => {
      const { it, requests, keyId, patient, setRow, removeRow, intent } = made();
      await setRow(patient, await limited());
      await setLimits();
      await it.spendingLimits.connect(it.dao).removeLimits(requests, keyId, patient);
      await removeRow(patient);
      await setRow(patient, await limited());
      const asking = requests.connect(patient).request(await intent());
      await expectGuardRefuses(it, asking, it.spendingLimits, 'SpendingLimitsMissing');
    });

    it('gives back no place', async () => {
      const { it, requests, keyId, patient, setRow, removeRow, queued } = made();
      await setRow(patient, await limited());
      await setLimits();
      const { header } = await queued();
      await removeRow(patient);
      await setRow(patient, await limited());
      expect(await it.spendingLimits.unsettledOf(requests, keyId, patient, header.path)).to.equal(1);
    });
  });

  describe('a guard', () => {
    /** CM-08: a vote may name a requester as its own guard, which guards nothing and needs no `unguarded`. */
    it('may be the requester itself, who then says yes to itself', async () => {
      const { it, requests, setRow, intent } = made();
      const { guard, acting } = await made().guard();
      await setRow(acting, { guard: await guard.getAddress() });
      await requests.connect(await actAs(it, acting.address)).request(await intent());
      expect(await guard.asked()).to.equal(2);
      expect(await requests.requestCount()).to.equal(1);
    });
  });

  /** CM-10: an entry that no core has, and no ABI decodes, is the caller's own; nothing of the batch happens. */
  it('a header with dirty upper bits reverts a call for many instead of being skipped', async () => {
    const { requests, stranger, queued, pass } = made();
    const [first, second] = [await queued(), await queued()];
    await pass(DELAY);
    const clean = requests.interface.encodeFunctionData('markReadyMany', [[first.header, second.header]]);
    const requester = 2 + 8 + 64 * (2 + 1);
    const data = `${clean.slice(0, requester)}ff${clean.slice(requester + 2)}`;
    await expect(stranger.sendTransaction({ to: requests, data, gasLimit: 2_000_000 })).to.be.revert(made().it.ethers);
    expect(await requests.stateOf(second.id)).to.equal(STATE.queued);
    await stranger.sendTransaction({ to: requests, data: clean });
    expect(await requests.stateOf(second.id)).to.equal(STATE.ready);
  });

  /** CM-09: an Ed25519 key is not derived, so what a row may have signed is signed by the root, like an activation. */
  it('a raw digest of an Ed25519 key activates another key, if all members of that one say that it is this key', async () => {
    const { it, registry, members, secret, requester, ready } = made();
    const rows = [rowFor(requester.address, { kinds: 1 << KIND.raw })];
    const parameters = parametersOf(members, { scheme: SCHEME.ed25519, rows });
    const keyId = await activeKey(it, members, secret, parameters);
    const other = await createKey(it, parametersOf(members, { scheme: SCHEME.ed25519 }));
    const confirmation = await confirmationOf(it, other, ed25519KeyOf(secret));
    for (const member of members) await confirm(it, member, confirmation);
    const message = await registry.activationMessage(other);
    const asked = await ready({ keyId, kind: KIND.raw, digests: [message] });
    await registry.activate(other, signEd25519(secret, String(asked.intent.digests[0])));
    expect((await registry.key(other)).publicKeyX).to.equal((await registry.key(keyId)).publicKeyX);
  });

  it('nothing that is asked under one key, requester or core counts for limits of another', async () => {
    const { it, requests, keyId, patient, stranger } = made();
    const { spendingLimits, dao } = it;
    await spendingLimits.connect(dao).setLimits(requests, keyId, patient, await limitsFor(it));
    const of = (core: string, key: string, who: string) => spendingLimits.available(core, key, who, BTC);
    const core = await requests.getAddress();
    expect(await of(core, keyId, patient.address)).to.equal(10_000n);
    for (const [where, key, who] of [
      [core, id('key'), patient.address],
      [core, keyId, stranger.address],
      [await spendingLimits.getAddress(), keyId, patient.address],
    ] as const)
      expect(await of(where, key, who)).to.equal(0n);
  });
});
