/** The smallest guard, where a row names it. */

import { expect } from 'chai';
import { BusinessHours__factory } from '../../../types/factories/contracts/examples/BusinessHours__factory.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../support/keys.ts';
import { DAY, expectGuardRefuses } from '../support/limits.ts';
import { intentOf, lastRequest, STATE } from '../support/requests.ts';

const HOUR = 3600;
/** Seconds from one Monday, 0:00 UTC, to the next. */
const WEEK = 7 * DAY;

describe('BusinessHours', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const hours = await new BusinessHours__factory(it.deployer).deploy();
    const [quick, slow] = [it.operators[10]!, it.operators[11]!];
    const guard = await hours.getAddress();
    const rows = [rowFor(quick.address, { guard }), rowFor(slow.address, { guard, delay: 2 * HOUR })];
    const keyId = await activeKey(it, members, secretOf('hours'), parametersOf(members, { rows }));
    return { it, hours, quick, slow, keyId, monday: nextMonday(await it.helpers.time.latest()) };
  });

  const at = (time: number) => made().it.helpers.time.setNextBlockTimestamp(made().monday + time);
  const intent = async () =>
    intentOf(made().it, made().keyId, { deadline: (await made().it.helpers.time.latest()) + 3 * WEEK });
  const asking = async (time: number, by = made().quick) => {
    const said = await intent();
    await at(time);
    return made().it.signingRequests.connect(by).request(said);
  };
  const closed = (call: Promise<unknown>, weekday: bigint, hour: bigint) =>
    expectGuardRefuses(made().it, call, made().hours, 'BusinessHoursClosed', [weekday, hour]);

  it('opens at 9 and closes at 17, from Monday to Friday', async () => {
    for (const day of [0, 1, 2, 3, 4]) {
      const [start, weekday] = [day * DAY, BigInt(day + 1)];
      await closed(asking(start + 9 * HOUR - 1), weekday, 8n);
      await asking(start + 9 * HOUR);
      await asking(start + 17 * HOUR - 1);
      await closed(asking(start + 17 * HOUR), weekday, 17n);
    }
  });

  it('is closed on Saturdays and Sundays', async () => {
    for (const day of [5, 6])
      for (const hour of [0, 9, 12, 16, 23])
        await closed(asking(day * DAY + hour * HOUR), BigInt(day + 1), BigInt(hour));
  });

  it('lets nothing be asked for out of hours that would become READY within', async () => {
    const { slow } = made();
    await closed(asking(8 * HOUR, slow), 1n, 8n);
    await asking(16 * HOUR, slow);
  });

  it('lets nothing become READY out of hours, and lets it later', async () => {
    const { it, slow } = made();
    const said = await intent();
    await at(4 * DAY + 15 * HOUR + 1);
    await it.signingRequests.connect(slow).request(said);
    const its = await lastRequest(it, slow.address, said);
    const markReady = () => it.signingRequests.connect(it.anyone).markReady(its.header);
    await at(4 * DAY + 17 * HOUR + 1);
    await closed(markReady(), 5n, 17n);
    expect(await it.signingRequests.stateOf(its.id)).to.equal(STATE.queued);
    await at(WEEK + 9 * HOUR);
    await markReady();
    expect(await it.signingRequests.stateOf(its.id)).to.equal(STATE.ready);
  });

  function nextMonday(now: number): number {
    const midnight = now - (now % DAY) + DAY;
    const weekday = new Date(midnight * 1000).getUTCDay();
    return midnight + ((8 - weekday) % 7) * DAY;
  }
});
