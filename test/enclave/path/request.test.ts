/** Stages 5 and 6 together, from tries and a PSBT to what will be signed. */

import { expect } from 'chai';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import type { ApprovedRequest } from '../../../signer/enclave/path/stages.ts';
import { idOf, verifyRequest } from '../../../signer/enclave/path/verifyRequest.ts';
import { verifySigners } from '../../../signer/enclave/path/verifySigners.ts';
import { Refused } from '../../../signer/formats/refusal.ts';
import { slotsForKey, slotsForRequest } from '../../../signer/proof/slots.ts';
import { verifyState } from '../../../signer/proof/verifyState.ts';
import { defaultSpend, psbtOf, requestFor, taprootKeys } from '../../payload/support/spends.ts';
import { chainOf } from '../../proof/support/chain.ts';
import type { Facts } from './support/facts.ts';
import { facts, MEASUREMENT, requestOnChain, wordsOf } from './support/facts.ts';

/** A request for a spend of 100,000 satoshi, made on chain as the host shows it. */
function requested(): Facts {
  const all = facts();
  const { psbt, digests } = psbtOf(all, defaultSpend(all));
  requestFor(psbt, digests, all);
  requestOnChain(all);
  return all;
}

/** As the enclave does for `sign`: whatever the first stage that refuses says, or the approval. */
async function sign(chain: Facts, shown: Facts): Promise<ApprovedRequest> {
  const { configuration, self, committee, set, request } = shown;
  const { header, nodesFor } = await chainOf(configuration, [...wordsOf(chain).values()]);
  const members = set.parties.map((party) => ({ id: committee.members[party - 1]!.id, measurement: MEASUREMENT }));
  const asked = slotsForRequest({ ...request, id: shown.requestId });
  const { state, add } = verifyState(header, configuration);
  add(await nodesFor([...slotsForKey(committee.keyId, members), ...asked]));
  const signers = verifySigners(state, configuration, self, committee, set);
  return decideRequest(verifyRequest(state, signers, { id: idOf(request, configuration), request, first: null }));
}

async function codeOf(approved: Promise<ApprovedRequest>): Promise<string> {
  try {
    await approved;
    return 'approved';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

describe('a request, from proof to approval', () => {
  it('is approved as it was made', async () => {
    const all = requested();
    const approved = await sign(all, all);
    expect(approved.id).to.deep.equal(all.requestId);
    expect(approved.messages).to.deep.equal(all.request.digests);
    expect(approved.verifyingKey).to.deep.equal(taprootKeys(all).output);
  });

  it('is refused with another payload, although the host shows a proof for the id of that one', async () => {
    const shown = requested();
    shown.request.payload = psbtOf(shown, { ...defaultSpend(shown), lockTime: 1 }).psbt;
    requestOnChain(shown); // only in what the host shows
    expect(await codeOf(sign(requested(), shown))).to.equal('REQUEST_STATE');
  });

  it('is refused once it is fulfilled', async () => {
    const chain = requested();
    chain.onChain.state = 3;
    expect(await codeOf(sign(chain, requested()))).to.equal('REQUEST_STATE');
  });

  it('is refused while the network or its key is paused, and where the row of now is another, or has another kind', async () => {
    const refusal = async (change: (chain: Facts) => void): Promise<string> => {
      const chain = requested();
      change(chain);
      return await codeOf(sign(chain, requested()));
    };
    expect(await refusal(({ network, block }) => (network.pausedUntil = block.timestamp + 1))).to.equal(
      'NETWORK_PAUSED',
    );
    expect(await refusal(({ key, block }) => (key.pausedUntil = block.timestamp + 1))).to.equal('KEY_PAUSED');
    expect(await refusal(({ row }) => (row.kinds = 1 << 6))).to.equal('KIND_NOT_ALLOWED');
    expect(await refusal(({ row }) => (row.epoch += 1))).to.equal('REQUEST_OVERTAKEN');
  });

  it('is refused where the chain has it with digests that are not the payload’s', async () => {
    const all = requested();
    all.request.digests.reverse();
    requestOnChain(all);
    expect(await codeOf(sign(all, all))).to.equal('DIGEST_MISMATCH');
  });

  it('is refused where the chain has it with effects that are not the payload’s', async () => {
    const all = requested();
    all.request.effects[0]!.amount -= 1n;
    requestOnChain(all);
    expect(await codeOf(sign(all, all))).to.equal('EFFECT_MISMATCH');
  });
});
