/** Borders of spending limits that mutants survived at. The limits' contract is asked by an account in the place of SigningRequests. */

import { expect } from 'chai';
import { id, toBeHex, ZeroHash } from 'ethers';
import type { LimitsStruct } from '../../../types/contracts/requests/guards/ISpendingLimits.ts';
import type { EffectStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { fresh } from '../support/fresh.ts';
import { KIND } from '../support/keys.ts';
import { EFFECT } from '../support/requests.ts';

const [KEY, BTC] = [id('key'), id('bip122:000/slip44:0')];
const MAX_ITEMS = 32;

describe('borders of spending limits', () => {
  const made = fresh(async () => {
    const it = await world();
    const now = (await it.helpers.time.latest()) + 10;
    return { it, limits: it.spendingLimits, requests: it.deployer, delegate: it.anyone, now };
  });

  const effect = (amount: bigint): EffectStruct => ({
    kind: EFFECT.transfer,
    asset: BTC,
    recipient: '0x0014aa',
    amount,
    detail: ZeroHash,
  });

  async function setAt(time: number, change: Partial<LimitsStruct>) {
    const { it, limits, requests, delegate, now } = made();
    const caps = [{ asset: BTC, capacity: 1000n, window: 86_400, feeCap: 0n }];
    const base = { expiresAt: now + 100, kinds: 1 << KIND.psbt, maxUnsettled: 4, recipients: [], targets: [], caps };
    await it.helpers.time.setNextBlockTimestamp(time);
    return limits.connect(it.dao).setLimits(requests, KEY, delegate, { ...base, ...change });
  }

  async function chargeAt(time: number, amount: bigint) {
    const { it, limits, requests, delegate } = made();
    await it.helpers.time.setNextBlockTimestamp(time);
    return limits.connect(requests).charge(id(`${time}`), KEY, delegate, KIND.psbt, [effect(amount)]);
  }

  it('last until the second before they expire', async () => {
    const { limits, delegate, now } = made();
    await setAt(now, {});
    await expect(chargeAt(now + 99, 1n)).to.emit(limits, 'LimitDrawn');
    await expect(chargeAt(now + 100, 1n))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsExpired')
      .withArgs(KEY, delegate, now + 100, now + 100);
  });

  it('keep what was charged to them if others follow before they expire, and not in that second', async () => {
    const { limits, requests, delegate, now } = made();
    const takePlace = (time: number) =>
      limits.connect(requests).takePlace(id(`${time}`), KEY, delegate, ZeroHash, ZeroHash);
    await setAt(now, {});
    await chargeAt(now + 98, 1n);
    await setAt(now + 99, { expiresAt: now + 200 });
    await takePlace(now + 98);
    await chargeAt(now + 101, 1n);
    await setAt(now + 200, { expiresAt: now + 300 });
    await expect(takePlace(now + 101))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNotCharged')
      .withArgs(id(`${now + 101}`));
  });

  it('end later than they begin', async () => {
    const { limits, now } = made();
    await expect(setAt(now, { expiresAt: now }))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsInvalidExpiry')
      .withArgs(now, now);
    await expect(setAt(now + 1, { expiresAt: now + 2 })).to.emit(limits, 'LimitsSet');
  });

  it('draw nothing for an effect of nothing, and give all of a bucket', async () => {
    const { limits, requests, delegate, now } = made();
    await setAt(now, {});
    await expect(chargeAt(now + 1, 0n)).not.to.emit(limits, 'LimitDrawn');
    await expect(chargeAt(now + 2, 1000n))
      .to.emit(limits, 'LimitDrawn')
      .withArgs(requests, KEY, delegate, BTC, 1000n, 0n);
  });

  it('hold a fee that is the first effect, and every fee of an asset together', async () => {
    const { it, limits, requests, delegate, now } = made();
    const charge = (amounts: bigint[], time: number) =>
      it.helpers.time.setNextBlockTimestamp(time).then(() =>
        limits.connect(requests).charge(
          id(`${time}`),
          KEY,
          delegate,
          KIND.psbt,
          amounts.map((amount) => ({ ...effect(amount), kind: EFFECT.fee, recipient: '0x' })),
        ),
      );
    await setAt(now, { caps: [{ asset: BTC, capacity: 1000n, window: 86_400, feeCap: 20n }] });
    await expect(charge([20n], now + 1)).to.emit(limits, 'LimitDrawn');
    for (const amounts of [[21n], [10n, 11n], [0n, 20n, 1n]])
      await expect(charge(amounts, now + 2), `${amounts}`)
        .to.be.revertedWithCustomError(limits, 'SpendingLimitsFeeTooHigh')
        .withArgs(KEY, delegate, BTC, 21n, 20n);
  });

  for (const list of ['recipients', 'targets', 'caps'] as const)
    it(`take ${MAX_ITEMS} ${list} and no more`, async () => {
      const { limits, now } = made();
      const items = (count: number) =>
        Array.from({ length: count }, (_, i) =>
          list === 'caps' ? { asset: id(`${i}`), capacity: 1n, window: 1n, feeCap: 0n } : toBeHex(i + 1),
        );
      await expect(setAt(now, { [list]: items(MAX_ITEMS) })).to.emit(limits, 'LimitsSet');
      await expect(setAt(now + 1, { [list]: items(MAX_ITEMS + 1) }))
        .to.be.revertedWithCustomError(limits, 'SpendingLimitsTooLong')
        .withArgs(MAX_ITEMS + 1, MAX_ITEMS);
    });
});
