/** Attacks on mandates, by executors above all. */

import { expect } from 'chai';
import { id, ZeroAddress, ZeroHash } from 'ethers';
import type { EffectStruct, IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import type { FeeCapStruct, MandateStruct } from '../../../types/contracts/requests/modules/IMandates.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, claimDerived, KIND, outputSecret, parametersOf, secretOf, signBip340 } from '../support/keys.ts';
import { header, mandateHash, mandateId, requestId } from '../support/preimages.ts';
import { EFFECT, intentOf, readyRequest, requestsPlace, STATE } from '../support/requests.ts';

const secret = secretOf('review of mandates');
const BTC = id('bip122:000/slip44:0');
const [HOUR, DAY] = [3600, 86400];

type Placed = { readonly mandate: MandateStruct; readonly counter: bigint };

describe('review: mandates', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [requester] = [it.operators[10]!];
    const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.psbt, delay: DAY };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, requester.address);
    const { signingRequests: requests, spendReceipt } = it;
    return { it, requests, spendReceipt, policy, requester, keyId, signer: outputSecret(derived) };
  });

  const now = () => made().it.helpers.time.latest();
  const pass = (seconds: number) => made().it.helpers.time.increase(seconds);
  const effect = (change: Partial<EffectStruct> = {}): EffectStruct => ({
    kind: EFFECT.transfer,
    asset: BTC,
    recipient: '0x0014',
    amount: 1000n,
    detail: ZeroHash,
    ...change,
  });
  const fee = (amount: bigint) => effect({ kind: EFFECT.fee, recipient: '0x', amount });
  const place = async (change: Partial<MandateStruct> = {}, by = made().requester): Promise<Placed> => {
    const { keyId, requests } = made();
    const mandate = {
      ...{ keyId, path: ZeroHash, kind: KIND.psbt, effects: [effect()], feeCaps: [{ asset: BTC, amount: 20n }] },
      ...{ executor: ZeroAddress, deadline: (await now()) + 10 * DAY, consumer: ZeroAddress, callbackGas: 0 },
      ...change,
    };
    await requests.connect(by).placeMandate(mandate);
    return { mandate, counter: await requests.mandateCount() };
  };
  const intentFor = async ({ mandate }: Placed, change: Partial<IntentStruct> = {}) => {
    const { keyId, path, kind, deadline, consumer, callbackGas, effects } = mandate;
    const said = { path, kind, deadline, consumer, callbackGas, effects: [...effects, fee(10n)] };
    return intentOf(made().it, String(keyId), { ...said, ...change });
  };
  const fill = async (its: Placed, intent: IntentStruct, by = made().it.anyone) => {
    const { executor, feeCaps } = its.mandate;
    const terms = { requester: made().requester.address, counter: its.counter, executor, feeCaps };
    await made().requests.connect(by).fill(terms, intent);
    const filled = header(intent, made().requester.address, await made().requests.requestCount());
    return { header: filled, id: requestId(await requestsPlace(made().it), filled) };
  };

  // CO-52, accepted and said at `placeMandate`. The executor chooses the digests, and where none is named a stranger does
  it('a stranger fulfils a mandate with a signature of long ago: its consumer hears so, and no enclave was asked', async () => {
    const { it, requests, spendReceipt, requester, keyId, signer } = made();
    const digest = id('a payment of last month');
    const former = await intentOf(it, keyId, { digests: [digest], deadline: (await now()) + 5 * DAY });
    await requests.connect(requester).requestSignature(former);
    await pass(DAY);
    const old = header(former, requester.address, 1);
    await requests.markReady(old);
    const signatures = [signBip340(signer, digest)];
    await requests.fulfil(old, [digest], signatures);

    const its = await place({ consumer: await spendReceipt.getAddress(), callbackGas: 200_000 });
    await pass(DAY);
    const { id: filled, header: said } = await fill(its, await intentFor(its, { digests: [digest], payload: '0x' }));
    await requests.connect(it.anyone).markReady(said);
    await expect(requests.connect(it.anyone).fulfil(said, [digest], signatures))
      .to.emit(requests, 'CallbackDelivered')
      .withArgs(filled, spendReceipt);
    expect(await spendReceipt.receiptOf(filled)).not.to.equal(ZeroHash);
    expect(await requests.stateOf(filled)).to.equal(STATE.fulfilled);
  });

  // CO-66, said in the threat model. The executor chooses the inputs, so it can spend those of a payload that is signed and not mined
  it('an executor fills two mandates with one payload: both are fulfilled by one signature, and one is paid', async () => {
    const { requests, signer } = made();
    const spend = { payload: '0x1234', digests: [id('the input of both')] };
    const placed = [await place(), await place()];
    await pass(DAY);
    for (const its of placed) {
      const { id: filled, header: said } = await fill(its, await intentFor(its, spend));
      await requests.markReady(said);
      await requests.fulfil(said, spend.digests, [signBip340(signer, spend.digests[0]!)]);
      expect(await requests.stateOf(filled)).to.equal(STATE.fulfilled);
    }
  });

  // CO-60. What the policy of then said counts on
  it('a mandate with a far deadline can be filled after a vote has shortened the delay', async () => {
    const { it, keyId, policy } = made();
    const its = await place({ deadline: (await now()) + 91 * DAY });
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 0 });
    await pass(HOUR);
    await fill(its, await intentFor(its));
  });

  // CO-60
  it('a shorter delay hurries neither a mandate that is placed nor a request that is queued', async () => {
    const { it, requests, requester, keyId, policy } = made();
    const its = await place();
    const queued = await intentOf(it, keyId, { deadline: (await now()) + 5 * DAY });
    await requests.connect(requester).requestSignature(queued);
    const waiting = header(queued, requester.address, 1);
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 0 });
    const { id: filled, header: said } = await fill(its, await intentFor(its));
    for (const each of [waiting, said])
      await expect(requests.markReady(each)).to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly');
    await pass(DAY);
    await requests.markReady(said);
    expect(await requests.stateOf(filled)).to.equal(STATE.ready);
  });

  it('no split of effects into voted ones and fees fills another mandate', async () => {
    const { it, requests, requester } = made();
    const its = await place({ effects: [effect(), effect({ amount: 1n })] });
    const { feeCaps } = its.mandate;
    const terms = { requester: requester.address, counter: its.counter, executor: ZeroAddress, feeCaps };
    const [first, second] = [effect(), effect({ amount: 1n })];
    const lists = [
      [first, fee(1n), second, fee(1n)],
      [fee(1n), first, second],
      [first, fee(0n), fee(1n)],
      [second, first, fee(1n)],
      [first, second, effect({ kind: 0, amount: 0n }), fee(1n)],
    ];
    for (const effects of lists)
      await expect(
        requests.connect(it.anyone).fill(terms, await intentFor(its, { effects })),
      ).to.be.revertedWithCustomError(requests, 'MandatesWrongState');
    for (const caps of [[], [{ asset: BTC, amount: 21n }], [...feeCaps, ...feeCaps] as FeeCapStruct[]])
      await expect(
        requests.connect(it.anyone).fill({ ...terms, feeCaps: caps }, await intentFor(its)),
      ).to.be.revertedWithCustomError(requests, 'MandatesWrongState');
    await fill(its, await intentFor(its));
  });

  it('fees that wrap a sum are refused, and so is a fee in an asset without a cap', async () => {
    const { it, requests, requester } = made();
    const most = 2n ** 256n - 1n;
    const its = await place({ feeCaps: [{ asset: BTC, amount: most }] });
    const terms = {
      ...{ requester: requester.address, counter: its.counter, executor: ZeroAddress },
      feeCaps: its.mandate.feeCaps,
    };
    const refusedWith = async (effects: EffectStruct[], asset: string, amount: bigint, left: bigint) =>
      expect(requests.connect(it.anyone).fill(terms, await intentFor(its, { effects })))
        .to.be.revertedWithCustomError(requests, 'MandatesFeeTooHigh')
        .withArgs(
          mandateId(await requestsPlace(it), requester.address, 1, mandateHash(its.mandate)),
          asset,
          amount,
          left,
        );
    await refusedWith([effect(), fee(most), fee(1n)], BTC, 1n, 0n);
    await refusedWith([effect(), { ...fee(1n), asset: id('other') }], id('other'), 1n, 0n);
  });

  it('a mandate of a requester who is a delegate by then needs limits, whoever fills it', async () => {
    const { it, requests, requester, keyId, policy } = made();
    const its = await place();
    await it.keyRegistry
      .connect(it.dao)
      .setPolicy(keyId, { ...policy, requesters: [], delegates: [requester.address] });
    const { feeCaps } = its.mandate;
    const terms = { requester: requester.address, counter: its.counter, executor: ZeroAddress, feeCaps };
    await expect(requests.connect(it.anyone).fill(terms, await intentFor(its))).to.be.revertedWithCustomError(
      it.spendingLimits,
      'SpendingLimitsMissing',
    );
    expect(await requests.requestCount()).to.equal(0);
  });

  it('a mandate and a request of the same bytes have different ids', async () => {
    const { it, requests, requester, keyId } = made();
    const its = await place();
    const at = await requestsPlace(it);
    const mandate = mandateId(at, requester.address, its.counter, mandateHash(its.mandate));
    expect(await requests.stateOf(mandate)).to.equal(STATE.none);
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...made().policy, delay: 0 });
    const asked = await readyRequest(it, requester, await intentOf(it, keyId));
    expect(await requests.mandateStateOf(asked.id)).to.equal(0);
  });

  // CO-57
  it('a request that expired in the queue gets no late signatures: nobody can have made any for it', async () => {
    const { it, requests, requester, keyId, signer } = made();
    const digest = id('signed for another request');
    const intent = await intentOf(it, keyId, { digests: [digest], deadline: (await now()) + 2 * DAY });
    await requests.connect(requester).requestSignature(intent);
    const said = header(intent, requester.address, 1);
    await pass(3 * DAY);
    await requests.expire(said);
    const signatures = [signBip340(signer, digest)];
    await expect(requests.connect(it.anyone).recordLate(said, [digest], signatures))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsNotLate')
      .withArgs(requestId(await requestsPlace(it), said), STATE.expired);
  });

  it('the largest filling of a delegate fits into half a transaction', async () => {
    const { it, requests, requester, keyId, policy } = made();
    const assets = Array.from({ length: 32 }, (_, i) => id(`asset ${i}`));
    const effects = assets.slice(0, 16).map((asset) => effect({ asset, recipient: `0x${'07'.repeat(34)}` }));
    const feeCaps = assets.slice(16).map((asset) => ({ asset, amount: 20n }));
    const its = await place({ effects, feeCaps });
    await it.keyRegistry
      .connect(it.dao)
      .setPolicy(keyId, { ...policy, requesters: [], delegates: [requester.address] });
    const caps = assets.map((asset) => ({ asset, capacity: 10_000n, window: DAY, feeCap: 100n }));
    const expiresAt = (await now()) + 60 * DAY;
    const rest = { kinds: 1 << KIND.psbt, maxUnsettled: 1, targets: [], recipients: [`0x${'07'.repeat(34)}`], caps };
    await it.spendingLimits.connect(it.dao).setLimits(requests, keyId, requester, { expiresAt, ...rest });
    const fees = assets.slice(16).map((asset) => ({ ...fee(1n), asset }));
    const intent = await intentFor(its, {
      effects: [...effects, ...fees],
      payload: `0x${'07'.repeat(32 * 1024)}`,
      digests: Array.from({ length: 64 }, (_, i) => id(`${i}`)),
    });
    const terms = { requester: requester.address, counter: its.counter, executor: ZeroAddress, feeCaps };
    const sent = await requests.connect(it.anyone).fill(terms, intent, { gasLimit: 16_777_216n });
    expect((await sent.wait())!.gasUsed).to.be.lessThan(8_388_608n);
  });
});
