/** Stage 6 for Bitcoin, against two libraries that know nothing of it: @scure/btc-signer builds, bitcoinjs-lib hashes again. */

import { schnorr } from '@noble/curves/secp256k1.js';
import * as btc from '@scure/btc-signer';
import { Transaction as CheckedTransaction } from 'bitcoinjs-lib';
import { expect } from 'chai';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import type { ApprovedRequest, VerifiedRequest } from '../../../signer/enclave/path/stages.ts';
import type { Refusal } from '../../../signer/enclave/refusal.ts';
import { isRefusal } from '../../../signer/enclave/refusal.ts';
import type { Facts } from '../path/support/facts.ts';
import { facts } from '../path/support/facts.ts';
import type { Spend } from './support/spends.ts';
import { CONFIGURATION, defaultSpend, psbtOf, requestFor, taprootKeys } from './support/spends.ts';

function decide(verified: VerifiedRequest): ApprovedRequest | Refusal {
  return decideRequest(verified, CONFIGURATION);
}

function approved(result: ApprovedRequest | Refusal): ApprovedRequest {
  if (isRefusal(result)) throw new Error(`${result.code}: ${result.detail}`);
  return result;
}

describe('decideRequest for a Bitcoin PSBT', () => {
  it('approves a spend of the derived key, with BIP-341 digests and BIP-86 output key', () => {
    const all = facts();
    const { psbt, digests } = psbtOf(all, defaultSpend(all));
    const result = approved(decide(requestFor(psbt, digests, all)));
    expect(result.messages).to.deep.equal(digests);
    expect(result.verifyingKey).to.deep.equal(taprootKeys(all).output);
    expect(result.tweaks.map(({ kind }) => kind)).to.deep.equal(['plain', 'xonly']);
  });
});
void [schnorr, CheckedTransaction, btc];

export type { Facts, Spend };
