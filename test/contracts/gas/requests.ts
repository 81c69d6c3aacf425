/** What requests cost. */

import { id } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import type { Meter } from '../support/gas.ts';
import {
  activeKey,
  claimDerived,
  KIND,
  outputSecret,
  parametersOf,
  rowFor,
  SCHEME,
  secretOf,
  sign,
} from '../support/keys.ts';
import { intentOf, type Request, readyRequest, request } from '../support/requests.ts';

const secret = secretOf('gas');
const DELAY = 60;

export function requestCosts(meter: Meter): void {
  async function made(scheme: number, kind: number) {
    const it = await world();
    const [once, later] = [it.anyone, it.operators[10]!];
    const members = await eligibleEnclaves(it, 2);
    const rows = [
      rowFor(once.address, { kinds: 1 << kind }),
      rowFor(later.address, { kinds: 1 << kind, delay: DELAY }),
    ];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme, rows }));
    const derived = await claimDerived(it, keyId, secret, once.address);
    const signing = scheme === SCHEME.bip340 ? outputSecret(derived) : derived;
    const intent = (change = {}) => intentOf(it, keyId, { kind, ...change });
    const signatures = ({ intent: { digests } }: Request) => digests.map((one) => sign(scheme, signing, String(one)));
    // the first request pays for the counter; what matters is every later one
    await request(it, once, await intent());
    return { it, requests: it.signingRequests, once, later, intent, signatures };
  }

  // to ask costs the same whatever the scheme: the names without one are bip340's
  for (const [name, suffix, scheme, kind] of [
    ['bip340', '', SCHEME.bip340, KIND.psbt],
    ['ecdsa', '.ecdsa', SCHEME.ecdsa, KIND.evm],
  ] as const)
    it(`of one, ${name}`, async () => {
      const { it, requests, once, later, intent, signatures } = await made(scheme, kind);
      await meter.measure(`request${suffix}`, requests.connect(once).request(await intent()));
      const asked = await meter.measure(`request, queued${suffix}`, requests.connect(later).request(await intent()));
      const waiting = await request(it, later, await intent());
      await it.helpers.time.increase(DELAY);
      const ready = await meter.measure(`markReady${suffix}`, requests.markReady(waiting.header));
      meter.used[`requestAndReady${suffix}`] = asked + ready;
      const its = await readyRequest(it, once, await intent());
      await meter.measure(`fulfil.${name}`, requests.fulfil(its.header, its.intent.digests, signatures(its)));
      const consumer = await it.spendReceipt.getAddress();
      const noted = await readyRequest(it, once, await intent({ consumer, callbackGas: 100_000 }));
      await meter.measure(
        `fulfil, ${name}, receipt`,
        requests.fulfil(noted.header, noted.intent.digests, signatures(noted)),
      );
    });

  it('of ten in one transaction', async () => {
    const { it, requests, once, later, intent, signatures } = await made(SCHEME.bip340, KIND.psbt);
    const ten = [];
    for (let i = 0; i < 10; ++i) ten.push(await readyRequest(it, once, await intent({ digests: [id(`input ${i}`)] })));
    const entries = ten.map((its) => {
      return { header: its.header, digests: its.intent.digests, signatures: signatures(its) };
    });
    const all = await meter.measure('fulfilMany.bip340, ten', requests.fulfilMany(entries));
    meter.used['fulfilMany.bip340, each of ten'] = Math.round(all / 10);
    const waiting = [];
    for (let i = 0; i < 10; ++i) waiting.push(await request(it, later, await intent()));
    await it.helpers.time.increase(DELAY);
    await meter.measure('markReadyMany, ten', requests.markReadyMany(waiting.map(({ header }) => header)));
  });
}
