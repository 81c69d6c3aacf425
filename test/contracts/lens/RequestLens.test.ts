/** What the lens of requests shows is what the contracts keep, where the compiler says that they keep it. */

import { expect } from 'chai';
import { type BytesLike, hexlify, id, keccak256, ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, claimDerived, outputSecret, parametersOf, rowFor, secretOf, signBip340 } from '../support/keys.ts';
import { fieldsOf, layoutOf, slotOf } from '../support/layout.ts';
import { BTC, DAY, setLimits } from '../support/limits.ts';
import { header, requestId } from '../support/preimages.ts';
import { actAs, intentOf, listModule, readyRequest, request, requestsPlace, STATE } from '../support/requests.ts';

const secret = secretOf('lens');
const DELAY = 600;
const CORE = 'contracts/requests/SigningRequests.sol';
const GAS = 100_000;

describe('RequestLens', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [requester, delegate, module] = [it.operators[10]!, it.operators[11]!, await it.mandates.getAddress()];
    const guard = await it.spendingLimits.getAddress();
    const rows = [rowFor(requester.address, { module, delay: DELAY }), rowFor(delegate.address, { guard })];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    return { it, lens: it.requestLens, requester, delegate, module, keyId };
  });

  const view = async (id: string) => (await made().lens.requestViews([id]))[0]!;

  it('reads slots where the compiler puts them', async () => {
    const layout = await layoutOf(CORE, 'SigningRequests');
    expect(['_undelivered', '_announcements', '_listings'].map((name) => slotOf(layout, name))).to.deep.equal([
      2, 3, 4,
    ]);
    const fields = ['_announcements', '_listings'].flatMap((name) =>
      fieldsOf(layout, name).map(({ name: field, slot, bits, type }) => `${field} ${type} ${slot}:${bits}`),
    );
    expect(fields).to.deep.equal([
      'announcedAt uint48 0:0',
      'epoch uint40 0:48',
      'codeHash bytes32 0:0',
      'effectiveAt uint48 1:0',
    ]);
  });

  it('shows a request as its word says, and nothing of one that does not exist', async () => {
    const { it, lens, requester, keyId } = made();
    const asked = await request(it, requester, await intentOf(it, keyId));
    const [found, none] = await lens.requestViews([asked.id, id('none')]);
    const word = await it.signingRequests.wordOf(asked.id);
    const shown = [found!.state, found!.queuedAt, found!.readyAt, found!.deadline, found!.epoch, found!.voted];
    expect(shown).to.deep.equal([...word]);
    expect([found!.id, found!.state, found!.undelivered]).to.deep.equal([asked.id, STATE.queued, ZeroHash]);
    expect(found!.readyAt - found!.queuedAt).to.equal(DELAY);
    expect([...none!]).to.deep.equal([id('none'), STATE.none, 0n, 0n, 0n, 0n, false, ZeroHash]);
  });

  it('works out headers and ids as formats.md says', async () => {
    const { it, lens, requester, keyId } = made();
    const intent = await intentOf(it, keyId, { consumer: requester.address, callbackGas: 7, path: id('path') });
    const its = header(intent, requester.address, 41);
    expect((await lens.headerOf(intent, requester, 41)).map(String)).to.deep.equal(Object.values(its).map(String));
    expect(await lens.requestId(its)).to.equal(requestId(await requestsPlace(it), its));
  });

  it('says what is overtaken: a request whose row has a newer epoch, and no request that does not exist', async () => {
    const { it, lens, requester, keyId } = made();
    const asked = await request(it, requester, await intentOf(it, keyId));
    expect(await lens.isOvertaken(asked.header)).to.equal(false);
    await it.keyRegistry.connect(requester).raise(keyId, requester);
    expect(await lens.isOvertaken(asked.header)).to.equal(true);
    expect(await lens.isOvertaken({ ...asked.header, counter: 9 })).to.equal(false);
    const again = await request(it, requester, await intentOf(it, keyId));
    expect(await lens.isOvertaken(again.header)).to.equal(false);
  });

  it('shows what a consumer has not taken yet, until it has', async () => {
    const { it, requester, keyId } = made();
    const signer = outputSecret(await claimDerived(it, keyId, secret, requester.address));
    const consumer = await it.spendReceipt.getAddress();
    const code = await it.ethers.provider.getCode(consumer);
    const asked = await readyRequest(it, requester, await intentOf(it, keyId, { consumer, callbackGas: GAS }));
    await it.helpers.setCode(consumer, '0xfe');
    const signatures = [signBip340(signer, hexlify(asked.intent.digests[0] as BytesLike))];
    await it.signingRequests.fulfil(asked.header, asked.intent.digests as string[], signatures);
    const hashes = keccak256(keccak256(signatures[0]!));
    expect((await view(asked.id)).undelivered).to.equal(hashes);
    await it.helpers.setCode(consumer, code);
    await it.signingRequests.redeliver(asked.header, signatures);
    expect((await view(asked.id)).undelivered).to.equal(ZeroHash);
    expect((await view(asked.id)).state).to.equal(STATE.fulfilled);
  });

  it('shows an announcement until it is withdrawn', async () => {
    const { it, lens, requester, module, keyId } = made();
    const asker = await actAs(it, module);
    const shown = async () => [...(await lens.announcementOf(module, keyId, requester, id('it')))];
    expect(await shown()).to.deep.equal([0n, 0n]);
    await it.keyRegistry.connect(requester).raise(keyId, requester);
    await it.signingRequests.connect(asker).announce(keyId, requester, id('it'));
    expect(await shown()).to.deep.equal([BigInt(await it.helpers.time.latest()), 2n]);
    expect([...(await lens.announcementOf(module, keyId, module, id('it')))]).to.deep.equal([0n, 0n]);
    await it.signingRequests.connect(requester).withdraw(module, keyId, requester, id('it'));
    expect(await shown()).to.deep.equal([0n, 0n]);
  });

  it('shows how modules are listed: one with the deployment, others once a vote has', async () => {
    const { it, lens, module } = made();
    const { codeHash } = it.record.contracts.mandates!;
    const [listed, effectiveAt] = await lens.listingOf(module);
    expect(listed).to.equal(codeHash);
    expect(effectiveAt).to.be.at.most(await it.helpers.time.latest());
    const other = await it.lateSignatures.getAddress();
    expect([...(await lens.listingOf(other))]).to.deep.equal([ZeroHash, 0n]);
    await listModule(it, other);
    const { codeHash: its } = it.record.contracts.lateSignatures!;
    const [at] = await it.signingRequests.queryFilter(it.signingRequests.filters.ModuleListed(other));
    expect([...(await lens.listingOf(other))]).to.deep.equal([its, at!.args.effectiveAt]);
    await it.signingRequests.connect(it.dao).removeModule(other);
    expect([...(await lens.listingOf(other))]).to.deep.equal([ZeroHash, 0n]);
  });

  it('shows what delegates may ask for, what is left of it, and their places', async () => {
    const { it, lens, requester, delegate, keyId } = made();
    const caps = [{ asset: BTC, capacity: 2000n, window: DAY, feeCap: 20n }];
    await setLimits(it, keyId, delegate, { caps, recipients: ['0x0014'] });
    await readyRequest(
      it,
      delegate,
      await intentOf(it, keyId, {
        effects: (await intentOf(it, keyId)).effects.map((each) => ({ ...each, asset: BTC })),
      }),
    );
    const [its, none] = await lens.delegates(keyId, [delegate, requester]);
    expect([its!.requester, its!.version]).to.deep.equal([delegate.address, 1n]);
    expect(its!.limits.caps.map(({ asset, capacity }) => [asset, capacity])).to.deep.equal([[BTC, 2000n]]);
    expect([...its!.available]).to.deep.equal([
      await it.spendingLimits.available(it.signingRequests, keyId, delegate, BTC),
    ]);
    expect(its!.available[0]).to.be.within(990n, 1000n);
    expect([none!.requester, none!.version, none!.limits.expiresAt, none!.available.length]).to.deep.equal([
      requester.address,
      0n,
      0n,
      0,
    ]);
    expect([...(await lens.placesOf(keyId, delegate, [ZeroHash, id('other')]))]).to.deep.equal([1n, 0n]);
  });
});
