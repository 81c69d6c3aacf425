/** What requests cost, against the committed snapshot: `UPDATE_SNAPSHOTS=1` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'chai';
import { id, type TransactionResponse } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
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

const SNAPSHOT = join(import.meta.dirname, '../../snapshots/gas-requests.json');
const secret = secretOf('gas');
const DELAY = 60;

describe('gas of requests', () => {
  const used: Record<string, number> = {};

  async function measure(name: string, transaction: Promise<TransactionResponse>): Promise<void> {
    const receipt = await (await transaction).wait();
    used[name] = Number(receipt!.gasUsed);
  }

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

  for (const [name, scheme, kind] of [
    ['bip340', SCHEME.bip340, KIND.psbt],
    ['ecdsa', SCHEME.ecdsa, KIND.evm],
  ] as const)
    it(`of one, ${name}`, async () => {
      const { it, requests, once, later, intent, signatures } = await made(scheme, kind);
      await measure(`request, ready at once, ${name}`, requests.connect(once).request(await intent()));
      await measure(`request, queued, ${name}`, requests.connect(later).request(await intent()));
      const waiting = await request(it, later, await intent());
      await it.helpers.time.increase(DELAY);
      await measure(`markReady, ${name}`, requests.markReady(waiting.header));
      const its = await readyRequest(it, once, await intent());
      await measure(`fulfil.${name}`, requests.fulfil(its.header, its.intent.digests, signatures(its)));
      const consumer = await it.spendReceipt.getAddress();
      const noted = await readyRequest(it, once, await intent({ consumer, callbackGas: 100_000 }));
      await measure(`fulfil, ${name}, receipt`, requests.fulfil(noted.header, noted.intent.digests, signatures(noted)));
    });

  it('of ten in one transaction', async () => {
    const { it, requests, once, later, intent, signatures } = await made(SCHEME.bip340, KIND.psbt);
    const ten = [];
    for (let i = 0; i < 10; ++i) ten.push(await readyRequest(it, once, await intent({ digests: [id(`input ${i}`)] })));
    const entries = ten.map((its) => {
      return { header: its.header, digests: its.intent.digests, signatures: signatures(its) };
    });
    await measure('fulfilMany, ten, bip340', requests.fulfilMany(entries));
    const waiting = [];
    for (let i = 0; i < 10; ++i) waiting.push(await request(it, later, await intent()));
    await it.helpers.time.increase(DELAY);
    await measure('markReadyMany, ten', requests.markReadyMany(waiting.map(({ header }) => header)));
  });

  it('keeps its aims', () => {
    expect(used['request, ready at once, bip340']).to.be.at.most(105_000);
    expect(used['request, queued, bip340']! + used['markReady, bip340']!, 'request and ready').to.be.at.most(140_000);
    expect(used['fulfil.bip340']).to.be.at.most(56_000);
    expect(used['fulfil.ecdsa']).to.be.at.most(53_000);
    expect(used['fulfilMany, ten, bip340']! / 10).to.be.at.most(36_000);
  });

  it('is what the snapshot says', () => {
    if (env.UPDATE_SNAPSHOTS === '1') writeFileSync(SNAPSHOT, `${JSON.stringify(used, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Record<string, number>;
    expect(Object.keys(used)).to.deep.equal(Object.keys(snapshot));
    // signatures differ in their zero bytes from run to run of other chains' times: a few hundred gas of calldata
    for (const [name, gas] of Object.entries(used)) expect(gas, name).to.be.closeTo(snapshot[name]!, 1000);
  });
});
