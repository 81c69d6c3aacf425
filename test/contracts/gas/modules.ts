/** What delegates and modules cost. */

import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import type { Meter } from '../support/gas.ts';
import {
  activeKey,
  claimDerived,
  outputSecret,
  parametersOf,
  rowFor,
  secretOf,
  signBip340,
} from '../support/keys.ts';
import { limitsFor, setLimits } from '../support/limits.ts';
import { cap, fillingOf, mandateOf, place, termsOf, transfer } from '../support/mandates.ts';
import { intentOf, lastRequest, listModule, readyRequest, refuse } from '../support/requests.ts';

const secret = secretOf('gas');
const DELAY = 60;

export function moduleCosts(meter: Meter): void {
  async function made() {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    const { signingRequests: requests, spendingLimits: limits } = it;
    const [delegate, quick, requester] = [it.operators[10]!, it.operators[11]!, it.anyone];
    const module = await it.mandates.getAddress();
    await listModule(it, module);
    const guard = await limits.getAddress();
    const rows = [
      rowFor(delegate.address, { guard, delay: DELAY }),
      rowFor(quick.address, { guard }),
      rowFor(requester.address, { module }),
    ];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    return { it, members, requests, limits, delegate, quick, requester, keyId };
  }

  it('of a delegate', async () => {
    const { it, requests, limits, delegate, quick, keyId } = await made();
    await meter.measure('delegate, setLimits', setLimits(it, keyId, delegate));
    await setLimits(it, keyId, quick);
    // the first of a path and asset pays for their slots; what matters is every later one, with no place taken
    for (const time of ['first', 'again']) {
      const intent = await intentOf(it, keyId);
      const asked = await meter.measure(`delegate, request, ${time}`, requests.connect(delegate).request(intent));
      const its = await lastRequest(it, delegate.address, intent);
      await it.helpers.time.increase(DELAY);
      const ready = await meter.measure(`delegate, markReady, ${time}`, requests.markReady(its.header));
      meter.used[`delegate, requestAndReady, ${time}`] = asked + ready;
      await meter.measure(`delegate, settle, ${time}`, limits.connect(it.dao).settle(requests, its.header));
    }
    await requests.connect(quick).request(await intentOf(it, keyId));
    await meter.measure('delegate, request, ready at once', requests.connect(quick).request(await intentOf(it, keyId)));
    const others = limits.connect(it.dao).setLimits(requests, keyId, delegate, await limitsFor(it));
    await meter.measure('delegate, setLimits, again', others);
    await meter.measure('delegate, removeLimits', limits.connect(it.dao).removeLimits(requests, keyId, delegate));
  });

  it('of a mandate', async () => {
    const { it, requests, requester, keyId } = await made();
    const mandate = async () => mandateOf(it, keyId, { effects: [transfer()], feeCaps: [cap(20n)] });
    await meter.measure('mandate, place, first', it.mandates.connect(requester).place(await mandate()));
    const its = await place(it, requester, await mandate());
    await meter.measure('mandate, place, again', it.mandates.connect(requester).place(await mandate()));
    await readyRequest(it, requester, await intentOf(it, keyId));
    await meter.measure('mandate, fill', it.mandates.fill(termsOf(its), await fillingOf(it, its)));
    const given = await place(it, requester, await mandate());
    const withdrawing = requests.connect(requester).withdraw(it.mandates, keyId, requester, given.id);
    await meter.measure('mandate, withdraw', withdrawing);
  });

  it('of a refusal, and of a late signature', async () => {
    const { it, members, requester, keyId } = await made();
    const signer = outputSecret(await claimDerived(it, keyId, secret, requester.address));
    const its = await readyRequest(it, requester, await intentOf(it, keyId));
    await meter.measure('refuse, first', refuse(it, members[0]!, its));
    await meter.measure('refuse, last', refuse(it, members[1]!, its));
    const { digests } = its.intent;
    const signatures = digests.map((digest) => signBip340(signer, String(digest)));
    await meter.measure('lateSignatures, record', it.lateSignatures.record(its.header, digests, signatures));
  });
}
