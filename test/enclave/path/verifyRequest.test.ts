/** Stage 5: one mutation per check, each with its own refusal. */

import { expect } from 'chai';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import type { VerifiedRequest } from '../../../signer/enclave/path/stages.ts';
import { DEADLINE_MARGIN, verifyRequest } from '../../../signer/enclave/path/verifyRequest.ts';
import { STATUS } from '../../../signer/enclave/proof/layout.ts';
import { slotsForRequest } from '../../../signer/enclave/proof/slots.ts';
import type { Refusal } from '../../../signer/enclave/refusal.ts';
import { isRefusal } from '../../../signer/enclave/refusal.ts';
import type { Facts } from './support/facts.ts';
import { facts, MEASUREMENT, NOW, requestOnChain, slotName, stateOf, word } from './support/facts.ts';

function verify(all: Facts, asked?: Set<string>): VerifiedRequest | Refusal {
  return verifyRequest(stateOf(all, asked), all.configuration, all.self, all.committee, all.set, all.request);
}

function refusal(bend: (all: Facts) => void): string {
  const all = facts();
  bend(all);
  const result = verify(all);
  return isRefusal(result) ? result.code : 'verified';
}

describe('verifyRequest', () => {
  it('verifies a READY request of an active key', () => {
    const all = facts();
    const verified = verify(all);
    if (isRefusal(verified)) throw new Error(`${verified.code}: ${verified.detail}`);
    expect(verified.id).to.deep.equal(all.requestId);
    expect(verified.scheme).to.equal('bip340');
    expect(verified.session.members.map((member) => member.party)).to.deep.equal([1, 2]);
    expect(verified.session.self).to.equal(2);
    expect(verified.session.size).to.equal(3);
  });

  it('reads exactly the slots that slotsForRequest lists', () => {
    const all = facts();
    const asked = new Set<string>();
    verify(all, asked);
    const members = [0, 1].map((at) => ({ id: all.enclaves[at]!.id, measurement: MEASUREMENT }));
    const listed = slotsForRequest(all.committee.keyId, all.requestId, members);
    expect([...asked].sort()).to.deep.equal(listed.map(({ contract, slot }) => slotName(contract, slot)).sort());
  });

  it('is what decideRequest takes', () => {
    const result = decideRequest(verify(facts()) as VerifiedRequest, facts().configuration);
    expect(isRefusal(result) && result.code).to.equal('PSBT_MALFORMED');
  });
});
void [DEADLINE_MARGIN, STATUS, NOW, requestOnChain, word, refusal];
