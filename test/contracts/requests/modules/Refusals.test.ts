/** Members that will not sign: counted, and the end of a request once too few are left. */

import { expect } from 'chai';
import { encodeBytes32String, id, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves, register } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  outputSecret,
  parametersOf,
  rowFor,
  secretOf,
  signBip340,
} from '../../support/keys.ts';
import { DAY, foreignCore } from '../../support/limits.ts';
import { header, requestId } from '../../support/preimages.ts';
import {
  CODE,
  intentOf,
  REFUSAL_KIND,
  type Request,
  refuse,
  request,
  requestsPlace,
  STATE,
  signRefusal,
} from '../../support/requests.ts';

const secret = secretOf('refusals');
const FINAL = { kind: REFUSAL_KIND.final, code: CODE };
const UNSUPPORTED = { kind: REFUSAL_KIND.unsupported, code: encodeBytes32String('KIND_NOT_SUPPORTED') };

describe('Refusals', () => {
  // 2 of 4: three refusals make a signature impossible
  const made = fresh(async () => {
    const it = await world();
    const [alice, bob, carol, dave, outsider] = await eligibleEnclaves(it, 5);
    const members = [alice!, bob!, carol!, dave!];
    const [requester, slow] = [it.operators[10]!, it.operators[11]!];
    const rows = [rowFor(requester.address), rowFor(slow.address, { delay: 600 })];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const signer = outputSecret(await claimDerived(it, keyId, secret, requester.address));
    const { signingRequests: requests, refusals } = it;
    return { it, requests, refusals, members, outsider: outsider!, requester, slow, keyId, signer };
  });

  const intent = async (change: Partial<IntentStruct> = {}) => {
    const deadline = (await made().it.helpers.time.latest()) + DAY;
    return intentOf(made().it, made().keyId, { deadline, ...change });
  };
  const ready = async (change: Partial<IntentStruct> = {}) =>
    request(made().it, made().requester, await intent(change));
  const fulfil = ({ header: its, intent: { digests } }: Request) =>
    made().requests.fulfil(
      its,
      digests,
      digests.map((digest) => signBip340(made().signer, String(digest))),
    );
  const refused = (call: Promise<unknown>, error: string) =>
    expect(call).to.be.revertedWithCustomError(made().refusals, error);

  it("shows each member's code, and ends the request at n - t + 1 [X1]", async () => {
    const { it, requests, refusals, members } = made();
    const its = await ready();
    for (const [i, member] of members.slice(0, 2).entries()) {
      await expect(refuse(it, member, its))
        .to.emit(refusals, 'RequestRefusedBy')
        .withArgs(requests, its.id, member.id, FINAL.kind, CODE, i + 1, 3);
      expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
    }
    expect(await refusals.refusalsOf(requests, its.header)).to.deep.equal([2n, 0n]);
    await expect(refuse(it, members[2]!, its, { ...FINAL, code: encodeBytes32String('DIGEST_MISMATCH') }))
      .to.emit(requests, 'RequestRefused')
      .withArgs(its.id);
    expect(await requests.stateOf(its.id)).to.equal(STATE.refused);
    await refused(refuse(it, members[3]!, its), 'RefusalsWrongState').withArgs(its.id, STATE.refused);
    await expect(fulfil(its)).to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState');
  });

  it('counts each member once, whatever code it gives [X1]', async () => {
    const { it, members } = made();
    const its = await ready();
    await refuse(it, members[0]!, its);
    for (const code of [CODE, encodeBytes32String('OTHER')])
      await refused(refuse(it, members[0]!, its, { ...FINAL, code }), 'RefusalsRepeated').withArgs(
        its.id,
        members[0]!.id,
        FINAL.kind,
      );
  });

  it('shows what images do not support, counts it apart, and never ends a request for it [X1]', async () => {
    const { it, requests, refusals, members } = made();
    const its = await ready();
    for (const [i, member] of members.entries())
      await expect(refuse(it, member, its, UNSUPPORTED))
        .to.emit(refusals, 'RequestRefusedBy')
        .withArgs(requests, its.id, member.id, UNSUPPORTED.kind, UNSUPPORTED.code, i + 1, 0);
    expect(await refusals.refusalsOf(requests, its.header)).to.deep.equal([0n, 4n]);
    expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
    await refused(refuse(it, members[0]!, its, UNSUPPORTED), 'RefusalsRepeated').withArgs(
      its.id,
      members[0]!.id,
      UNSUPPORTED.kind,
    );
  });

  it('hears a final refusal from who did not support it before [X1]', async () => {
    const { it, requests, refusals, members } = made();
    const its = await ready();
    for (const member of members) await refuse(it, member, its, UNSUPPORTED);
    for (const member of members.slice(0, 3)) await refuse(it, member, its);
    expect(await refusals.refusalsOf(requests, its.header)).to.deep.equal([3n, 4n]);
    expect(await requests.stateOf(its.id)).to.equal(STATE.refused);
  });

  it('counts each request apart', async () => {
    const { it, requests, refusals, members } = made();
    const [first, second] = [await ready(), await ready()];
    for (const member of members.slice(0, 2)) await refuse(it, member, first);
    await refuse(it, members[0]!, second);
    const counts = [first, second].map((its) => refusals.refusalsOf(requests, its.header));
    expect(await Promise.all(counts)).to.deep.equal([
      [2n, 0n],
      [1n, 0n],
    ]);
  });

  it('hears no outsiders, forged statements, empty codes or statements about another request [X1]', async () => {
    const { it, requests, refusals, members, outsider, keyId } = made();
    const [its, other] = [await ready(), await ready()];
    const [alice, bob] = members;
    await expect(refuse(it, outsider, its))
      .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryNotMember')
      .withArgs(keyId, outsider.id);
    const bobs = await signRefusal(it, { ...bob!, id: alice!.id }, its.id);
    await expect(refusals.refuse(requests, its.header, alice!.id, FINAL.kind, CODE, bobs))
      .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryWrongSigner')
      .withArgs(alice!.id, alice!.identity, bob!.identity, (digest: string) => digest.length === 66);
    const lies = [
      await signRefusal(it, alice!, other.id),
      await signRefusal(it, alice!, its.id, { ...FINAL, code: id('other code') }),
      await signRefusal(it, alice!, its.id, { ...FINAL, kind: REFUSAL_KIND.unsupported }),
    ];
    for (const lie of lies)
      await expect(
        refusals.refuse(requests, its.header, alice!.id, FINAL.kind, CODE, lie),
      ).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryWrongSigner');
    for (const empty of [
      { ...FINAL, code: ZeroHash },
      { ...FINAL, kind: REFUSAL_KIND.none },
    ])
      await refused(refuse(it, alice!, its, empty), 'RefusalsEmpty').withArgs(its.id);
    expect(await refusals.refusalsOf(requests, its.header)).to.deep.equal([0n, 0n]);
  });

  it('is about what is ready', async () => {
    const { it, requests, refusals, members, requester, slow } = made();
    const queued = await request(it, slow, await intent());
    const cancelled = await request(it, slow, await intent());
    await requests.connect(slow).cancel(cancelled.header);
    const [abandoned, fulfilled] = [await ready(), await ready()];
    await requests.connect(requester).abandon(abandoned.header);
    await fulfil(fulfilled);
    const never = header(await intent(), requester.address, 99n);
    const table: [bigint, Pick<Request, 'id' | 'header'>][] = [
      [STATE.none, { id: requestId(await requestsPlace(it), never), header: never }],
      [STATE.queued, queued],
      [STATE.cancelled, cancelled],
      [STATE.expired, abandoned],
      [STATE.fulfilled, fulfilled],
    ];
    for (const [state, its] of table) {
      const refusing = refuse(it, members[0]!, { ...its, intent: queued.intent });
      await refused(refusing, 'RefusalsWrongState').withArgs(its.id, state);
      expect(await refusals.refusalsOf(requests, its.header)).to.deep.equal([0n, 0n]);
    }
  });

  it('is in time until the deadline', async () => {
    const { it, members } = made();
    const its = await ready();
    const deadline = Number(its.header.deadline);
    await it.helpers.time.setNextBlockTimestamp(deadline);
    await refuse(it, members[0]!, its);
    await it.helpers.time.setNextBlockTimestamp(deadline + 1);
    await refused(refuse(it, members[1]!, its), 'RefusalsDeadlinePassed').withArgs(its.id, deadline, deadline + 1);
  });

  it('does not stop a signature before its quorum', async () => {
    const { it, requests, members } = made();
    const its = await ready();
    for (const member of members.slice(0, 2)) await refuse(it, member, its);
    await fulfil(its);
    expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
  });

  // a member that serves no more has not signed for it, and says so all the same
  it('hears members that are not attested any more', async () => {
    const { it, members } = made();
    const its = await ready();
    await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
    await refuse(it, members[0]!, its);
  });

  it('counts where the request is: another requests contract ends its own, and counts nowhere else', async () => {
    const { it, requests, refusals, members, requester } = made();
    const ours = await ready();
    const foreign = await foreignCore(it);
    const said = { ...ours.intent };
    await foreign.connect(requester).request(said);
    const theirs = header(said, requester.address, 1);
    const place = { ...(await requestsPlace(it)), contract: await foreign.getAddress() };
    const named = requestId(place, theirs);
    for (const member of members.slice(0, 3))
      await refusals.refuse(
        foreign,
        theirs,
        member.id,
        FINAL.kind,
        CODE,
        await signRefusal(it, member, named, FINAL, foreign),
      );
    expect(await foreign.stateOf(named)).to.equal(STATE.refused);
    expect(await requests.stateOf(ours.id)).to.equal(STATE.ready);
    expect(await refusals.refusalsOf(requests, ours.header)).to.deep.equal([0n, 0n]);
    expect(await refusals.refusalsOf(foreign, theirs)).to.deep.equal([3n, 0n]);
  });

  it('hears a statement about a request here for no request of another contract', async () => {
    const { it, refusals, members, requester } = made();
    const ours = await ready();
    const foreign = await foreignCore(it);
    await foreign.connect(requester).request(ours.intent);
    const theirs = header(ours.intent, requester.address, 1);
    const [place, { id: member }] = [
      { ...(await requestsPlace(it)), contract: await foreign.getAddress() },
      members[0]!,
    ];
    const lies = [
      await signRefusal(it, members[0]!, ours.id),
      await signRefusal(it, members[0]!, ours.id, FINAL, foreign),
      await signRefusal(it, members[0]!, requestId(place, theirs)),
    ];
    for (const lie of lies)
      await expect(refusals.refuse(foreign, theirs, member, FINAL.kind, CODE, lie)).to.be.revertedWithCustomError(
        it.keyRegistry,
        'KeyRegistryWrongSigner',
      );
  });

  it('is ended by this contract and by nobody else', async () => {
    const { it, requests, refusals, members, requester } = made();
    const its = await ready();
    for (const by of [it.dao, it.guardian, requester, members[0]!.operator])
      await expect(requests.connect(by).endRefused(its.id))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotRefusals')
        .withArgs(by, refusals);
  });

  it('survives that members register anew: an identity refuses for its seat', async () => {
    const { it, members } = made();
    const its = await ready();
    await register(it, members[0]!, { epoch: 2 });
    await refuse(it, members[0]!, its);
    await refused(refuse(it, members[0]!, its), 'RefusalsRepeated').withArgs(its.id, members[0]!.id, FINAL.kind);
  });
});
