/** A request that names another as replaced: one that was READY, by itself or by a vote, and by no module. */

import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, claimDerived, outputSecret, parametersOf, rowFor, secretOf, signBip340 } from '../support/keys.ts';
import { header } from '../support/preimages.ts';
import {
  actAs,
  intentOf,
  listModule,
  makeReady,
  type Request,
  readyRequest,
  refuse,
  request,
  STATE,
} from '../support/requests.ts';

const secret = secretOf('replacements');
const DELAY = 600;
const DAY = 86_400;

describe('SigningRequests: replacements', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [requester, other] = [it.operators[10]!, it.operators[11]!];
    const module = await it.mandates.getAddress();
    const rows = [requester, other].map(({ address }) => rowFor(address, { delay: DELAY, module }));
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const signer = outputSecret(await claimDerived(it, keyId, secret, requester.address, ZeroHash));
    return { it, requests: it.signingRequests, members, requester, other, keyId, module, signer };
  });
  const intent = async (change: Partial<IntentStruct> = {}) => {
    const { it, keyId } = made();
    return intentOf(it, keyId, { deadline: (await it.helpers.time.latest()) + DAY, ...change });
  };
  const queued = async (change: Partial<IntentStruct> = {}) =>
    request(made().it, made().requester, await intent(change));
  const ready = async (change: Partial<IntentStruct> = {}) =>
    readyRequest(made().it, made().requester, await intent(change));
  const replace = async (replaces: string) =>
    made()
      .requests.connect(made().requester)
      .request(await intent({ replaces }));

  it('name what was READY, whatever became of it, and nothing else [R12]', async () => {
    const { it, requests, members, requester, signer } = made();
    const by = requests.connect(requester);
    const end = async (its: Request, act: (its: Request) => Promise<unknown>) => {
      await act(its);
      return its;
    };
    const expire = async (its: Request) => {
      await it.helpers.time.increase(2 * DAY);
      return requests.expire(its.header);
    };
    const fulfil = ({ header, intent }: Request) =>
      requests.fulfil(header, intent.digests, [signBip340(signer, String(intent.digests[0]))]);
    const table: [bigint, boolean, () => Promise<{ id: string }>][] = [
      [STATE.none, false, async () => ({ id: id('none') })],
      [STATE.queued, false, queued],
      [STATE.cancelled, false, async () => end(await queued(), (its) => by.cancel(its.header))],
      [STATE.expired, false, async () => end(await queued(), expire)],
      [STATE.ready, true, ready],
      [STATE.fulfilled, true, async () => end(await ready(), fulfil)],
      [STATE.refused, true, async () => end(await ready(), (its) => refuse(it, members[0]!, its))],
      [STATE.expired, true, async () => end(await ready(), expire)],
      [STATE.expired, true, async () => end(await ready(), (its) => by.abandon(its.header))],
    ];
    for (const [row, [state, may, reach]] of table.entries()) {
      const first = await reach();
      expect(await requests.stateOf(first.id), `reached, ${row}`).to.equal(state);
      if (may) await replace(first.id);
      else
        await expect(replace(first.id), `${row}`)
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNeverReady')
          .withArgs(first.id, state);
    }
  });

  it('are requests of their own: an id, a delay, a deadline, and the first stays where it is', async () => {
    const { it, requests } = made();
    const first = await ready();
    const second = await queued({ replaces: first.id });
    expect(await requests.stateOf(second.id)).to.equal(STATE.queued);
    await makeReady(it, second);
    for (const its of [first, second]) expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
    const without = { ...second.header, replaces: ZeroHash };
    await expect(requests.expire(without)).to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState');
  });

  it('are asked for by a vote too, in whose name it is', async () => {
    const { it, requests, requester } = made();
    const first = await ready();
    const said = await intent({ replaces: first.id });
    await requests.connect(it.dao).requestFor(said, requester, ZeroHash);
    const its = header(said, requester.address, 2);
    await it.helpers.time.increase(DELAY);
    await expect(requests.markReady(its)).to.emit(requests, 'RequestReady');
    const never = await intent({ replaces: id('none') });
    await expect(requests.connect(it.dao).requestFor(never, requester, ZeroHash))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsNeverReady')
      .withArgs(id('none'), STATE.none);
  });

  it('are asked for by no module: what it announced says nothing of them [R12]', async () => {
    const { it, requests, requester, keyId, module } = made();
    const first = await ready();
    await listModule(it, module);
    const asModule = requests.connect(await actAs(it, module));
    await asModule.announce(keyId, requester, id('announced'));
    await it.helpers.time.increase(DELAY);
    await expect(asModule.requestFor(await intent({ replaces: first.id }), requester, id('announced')))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsReplacement')
      .withArgs(first.id);
    await asModule.requestFor(await intent(), requester, id('announced'));
  });
});
