/** What a newer epoch of its row does to a request, and what it does not. */

import { expect } from 'chai';
import { fresh } from '../support/fresh.ts';
import { KIND } from '../support/keys.ts';
import { DELAY, requesters } from '../support/requesters.ts';
import { STATE } from '../support/requests.ts';

type Made = Awaited<ReturnType<typeof requesters>>;
type Who = { address: string };

/** Each raises the row's epoch. */
const CHANGES: readonly [string, (made: Made, who: Who) => Promise<unknown>][] = [
  ['a vote for another row', ({ setRow }, who) => setRow(who, { delay: 2 * DELAY })],
  ['a vote for the very same row', ({ setRow, patient }, who) => setRow(who, { delay: who === patient ? DELAY : 0 })],
  [
    'a vote for another guard',
    async ({ setRow, guard }, who) => setRow(who, { guard: (await guard()).guard as never }),
  ],
  ['a vote for fewer kinds', ({ setRow }, who) => setRow(who, { kinds: 1 << KIND.raw })],
  ['a vote that removes the row', ({ removeRow }, who) => removeRow(who)],
  ['a vote that raises it', ({ raise }, who) => raise(who)],
  [
    'its requester, who raises it',
    ({ registry, keyId, requester, patient }, who) =>
      registry.connect(who === patient ? patient : requester).raise(keyId, who.address),
  ],
];

describe('overtaken requests', () => {
  const made = fresh(() => requesters('overtaken'));

  it('carry the epoch of their row from the moment they were asked [R4]', async () => {
    const { requests, requester, ready, raise, setRow, removeRow } = made();
    const epochs = [];
    for (const change of [raise, raise, setRow, async () => undefined]) {
      epochs.push((await requests.wordOf((await ready()).id)).epoch);
      await change(requester);
    }
    expect(epochs).to.deep.equal([1n, 2n, 3n, 4n]);
    // a removed row keeps its number
    await removeRow(requester);
    await setRow(requester);
    expect((await requests.wordOf((await ready()).id)).epoch).to.equal(6n);
  });

  for (const [name, change] of CHANGES)
    describe(`by ${name}`, () => {
      it('are not made READY, and expire at once [I7 R4]', async () => {
        const { requests, registry, keyId, patient, stranger, queued, pass } = made();
        const its = await queued();
        await change(made(), patient);
        await pass(DELAY);
        const { kinds } = await registry.rowOf(keyId, patient);
        if ((kinds & BigInt(1 << KIND.psbt)) !== 0n)
          await expect(requests.markReady(its.header))
            .to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken')
            .withArgs(its.id, 1, 2);
        else
          await expect(requests.markReady(its.header))
            .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
            .withArgs(keyId, patient, KIND.psbt, kinds);
        await expect(requests.connect(stranger).expire(its.header))
          .to.emit(requests, 'RequestExpired')
          .withArgs(its.id);
        expect((await requests.wordOf(its.id)).readyAt).to.equal(0);
      });

      it('take a signature that is out, until somebody expires them', async () => {
        const { requests, requester, stranger, ready, fulfil } = made();
        const [first, second] = [await ready(), await ready()];
        const { readyAt } = await requests.wordOf(second.id);
        await change(made(), requester);
        await fulfil(first);
        expect(await requests.stateOf(first.id)).to.equal(STATE.fulfilled);
        await requests.connect(stranger).expire(second.header);
        const word = await requests.wordOf(second.id);
        expect([word.state, word.readyAt]).to.deep.equal([STATE.expired, readyAt]);
        await expect(fulfil(second))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
          .withArgs(second.id, STATE.expired, STATE.ready);
      });

      it("leave another requester's as they were, in the queue", async () => {
        const { requests, requester, queued, fulfil, pass } = made();
        const its = await queued();
        await change(made(), requester);
        await expect(requests.expire(its.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsNotExpired');
        await pass(DELAY);
        await requests.markReady(its.header);
        await fulfil(its);
      });

      it("leave another requester's as they were, once ready", async () => {
        const { requests, patient, ready, fulfil } = made();
        const its = await ready();
        await change(made(), patient);
        await expect(requests.expire(its.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsNotExpired');
        await fulfil(its);
      });
    });

  it('are asked for anew, with the same bytes, and wait anew', async () => {
    const { it, requests, patient, queued, raise, pass, fulfil } = made();
    const its = await queued();
    await pass(DELAY);
    await raise(patient);
    const again = await queued({ ...its.intent, deadline: (await it.helpers.time.latest()) + 3600 });
    expect(again.header.payloadHash).to.equal(its.header.payloadHash);
    await expect(requests.markReady(again.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly');
    await pass(DELAY);
    await requests.markReady(again.header);
    await fulfil(again);
  });

  it('may still be cancelled in the queue, and abandoned once ready', async () => {
    const { requests, requester, patient, queued, ready, raise } = made();
    const [waiting, open] = [await queued(), await ready()];
    for (const who of [requester, patient]) await raise(who);
    await requests.connect(patient).cancel(waiting.header);
    await requests.connect(requester).abandon(open.header);
    expect([await requests.stateOf(waiting.id), await requests.stateOf(open.id)]).to.deep.equal([
      STATE.cancelled,
      STATE.expired,
    ]);
  });

  it('a longer delay asks for a request anew; a shorter one hurries nothing that is queued', async () => {
    const { requests, patient, queued, setRow, pass } = made();
    const its = await queued();
    await setRow(patient, { delay: 0 });
    await pass(DELAY);
    await expect(requests.markReady(its.header))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken')
      .withArgs(its.id, 1, 2);
  });

  it('a pause overtakes nothing', async () => {
    const { it, requests, registry, keyId, ready, fulfil } = made();
    const [its, other] = [await ready(), await ready()];
    await registry.connect(it.dao).pause(keyId, (await it.helpers.time.latest()) + 600);
    await expect(requests.expire(its.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsNotExpired');
    await fulfil(its);
    await registry.connect(it.dao).pause(keyId, 0);
    await fulfil(other);
  });
});
