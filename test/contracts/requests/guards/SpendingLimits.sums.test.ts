/** Amounts whose sum would wrap: a review's finding about a bucket that adds before it compares. */

import { expect } from 'chai';
import { MaxUint256, ZeroHash } from 'ethers';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../../support/keys.ts';
import { BTC, expectGuardRefuses, setLimits } from '../../support/limits.ts';
import { EFFECT, intentOf, request } from '../../support/requests.ts';

describe('SpendingLimits: sums', () => {
  it('refuses by the bucket amounts that would wrap a sum, of transfers and of fees, in either order', async () => {
    const it = await world();
    const { spendingLimits: limits, signingRequests: requests } = it;
    const delegate = it.operators[10]!;
    const members = await eligibleEnclaves(it, 2);
    const rows = [rowFor(delegate.address, { guard: await limits.getAddress() })];
    const keyId = await activeKey(it, members, secretOf('sums'), parametersOf(members, { rows }));
    await setLimits(it, keyId, delegate, { recipients: [] });
    const full = await limits.available(requests, keyId, delegate, BTC);
    for (const kind of [EFFECT.transfer, EFFECT.fee])
      for (const amounts of [
        [1n, MaxUint256],
        [MaxUint256, 1n],
      ]) {
        const effects = amounts.map((amount) => ({ kind, asset: BTC, recipient: '0x', amount, detail: ZeroHash }));
        const asking = request(it, delegate, await intentOf(it, keyId, { effects }));
        await expectGuardRefuses(it, asking, limits, 'SpendingLimitsExceeded');
      }
    expect(await limits.available(requests, keyId, delegate, BTC)).to.equal(full);
    expect(await requests.requestCount()).to.equal(0);
  });
});
