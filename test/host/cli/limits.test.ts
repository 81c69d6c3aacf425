/** What a delegate is told of its limits before it asks. */

import { expect } from 'chai';
import { encodeErrorResult } from 'viem';
import { VOTE_ERRORS_ABI } from '../../../signer/cli/chain/abi.ts';
import { drawn } from '../../../signer/cli/delegate/askLimits.ts';
import { fullIn, leftWords } from '../../../signer/cli/delegate/limits.ts';
import { assetOf } from '../../../signer/cli/words/assets.ts';
import { wordsOf } from '../../../signer/cli/words/revertWords.ts';
import type { Hex } from '../../../signer/formats/hex.ts';

const { hash: BTC } = assetOf('btc');
const { hash: ETH } = assetOf('eth');
const ID: Hex = `0x${'12'.repeat(32)}`;
const WHO: Hex = `0x${'34'.repeat(20)}`;
const cap = { asset: BTC, capacity: 1_000n, window: 100, feeCap: 10n };
const effect = (amount: bigint, asset = BTC) => ({ kind: 1, asset, recipient: WHO, amount, detail: ID });

describe('limits', () => {
  it('are full again after as much of the window as is drawn, rounded up', () => {
    expect(fullIn({ ...cap, left: 1_000n })).to.equal(0);
    expect(fullIn({ ...cap, left: 999n })).to.equal(1);
    expect(fullIn({ ...cap, left: 500n })).to.equal(50);
    expect(fullIn({ ...cap, left: 0n })).to.equal(100);
    expect(leftWords({ ...cap, left: 500n })).to.equal(
      'left now: 0.00000500 BTC of 0.00001000 BTC, all of it again in 50 s',
    );
  });

  it('are drawn on by the sum of all effects of an asset, to the last unit', () => {
    const say = (amounts: readonly bigint[]) =>
      drawn(
        amounts.map((amount) => effect(amount)),
        [{ ...cap, left: 300n }],
      );
    expect(say([100n, 200n])).to.deep.equal([
      { is: 'fine', words: 'it draws 0.00000300 BTC and leaves 0.00000000 BTC of 0.00001000 BTC' },
    ]);
    expect(say([100n, 201n]).map(({ is }) => is)).to.deep.equal(['problem']);
    expect(say([0n])).to.deep.equal([]);
  });

  it('let nothing go of an asset that they do not name', () => {
    const [found] = drawn([effect(1n, ETH)], [{ ...cap, left: 300n }]);
    expect(found?.is).to.equal('problem');
    expect(found?.words).to.include('of which the limits let nothing go');
  });

  it('say why they refuse, and not only that a guard has', () => {
    const reason = encodeErrorResult({
      ...{ abi: VOTE_ERRORS_ABI, errorName: 'SpendingLimitsExceeded' as const },
      args: [ID, WHO, BTC, 5n, 3n],
    });
    const refused = (bytes: Hex) =>
      encodeErrorResult({ abi: VOTE_ERRORS_ABI, errorName: 'SigningRequestsGuardRefused', args: [ID, WHO, bytes] });
    expect(wordsOf(refused(reason))).to.match(/says no, SpendingLimitsExceeded: it spends 5, and 3 are available now$/);
    expect(wordsOf(refused('0x'))).to.match(/says no, without a word$/);
    expect(wordsOf(refused('0x12345678'))).to.match(/says no, an error that no contract of the deployment has: 0x1234/);
  });
});
