/** What a request says that it replaces, and what it spends. */

import { expect } from 'chai';
import { decideRequest } from '../../signer/enclave/path/decideRequest.ts';
import { facts, word } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import { defaultSpend, psbtOf, requestFor, txid, verifiedOf } from './support/spends.ts';

describe('review: replacement', () => {
  // CO-54. What is replaced is not shown: nothing tells that the two conflict
  it('signs nothing that names another request as replaced, whatever it spends instead', () => {
    for (const seed of [1, 9]) {
      const all = facts();
      const spend = defaultSpend(all);
      spend.inputs.forEach((input, at) => {
        input.txid = txid(seed + at);
      });
      const { psbt, digests } = psbtOf(all, spend);
      requestFor(psbt, digests, all);
      all.request.replaces = word(0xee);
      const code = outcome(() => decideRequest(verifiedOf(all)));
      expect(code, `${seed}`).to.equal('REPLACES_UNPROVEN');
    }
  });
});
