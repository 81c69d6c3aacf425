/** Stages 5 and 6 together, from tries and a PSBT to what will be signed. */

import { expect } from 'chai';
import { decodeStateProof } from '../../../signer/enclave/decode/stateProof.ts';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import type { ApprovedRequest } from '../../../signer/enclave/path/stages.ts';
import { verifyRequest } from '../../../signer/enclave/path/verifyRequest.ts';
import type { Refusal } from '../../../signer/formats/refusal.ts';
import { isRefusal } from '../../../signer/formats/refusal.ts';
import { slotsForRequest } from '../../../signer/proof/slots.ts';
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
async function sign(chain: Facts, shown: Facts): Promise<ApprovedRequest | Refusal> {
  const { configuration, self, committee, set, request } = shown;
  const { prove } = await chainOf(configuration, [...wordsOf(chain).values()]);
  const members = set.parties.map((party) => ({ id: committee.members[party - 1]!.id, measurement: MEASUREMENT }));
  const proof = await prove(slotsForRequest({ ...request, id: shown.requestId }, members));
  const state = verifyState(proof, configuration);
  if (isRefusal(state)) return state;
  const verified = verifyRequest(state, configuration, self, committee, set, request);
  return isRefusal(verified) ? verified : decideRequest(verified);
}

const codeOf = (result: ApprovedRequest | Refusal): string => (isRefusal(result) ? result.code : 'approved');

describe('a request, from proof to approval', () => {
  it('is approved as it was made', async () => {
    const all = requested();
    const approved = await sign(all, all);
    if (isRefusal(approved)) throw new Error(`${approved.code}: ${approved.detail}`);
    expect(approved.id).to.deep.equal(all.requestId);
    expect(approved.messages).to.deep.equal(all.request.digests);
    expect(approved.verifyingKey).to.deep.equal(taprootKeys(all).output);
  });

  it('is refused with another payload, although the host shows a proof for the id of that one', async () => {
    const shown = requested();
    shown.request.payload = psbtOf(shown, { ...defaultSpend(shown), lockTime: 1 }).psbt;
    requestOnChain(shown); // only in what the host shows
    expect(codeOf(await sign(requested(), shown))).to.equal('REQUEST_STATE');
  });

  it('is refused once it is fulfilled', async () => {
    const chain = requested();
    chain.onChain.state = 3;
    expect(codeOf(await sign(chain, requested()))).to.equal('REQUEST_STATE');
  });

  it('is refused while the network or its key is paused, and where the row of now is another, or has another kind', async () => {
    const refusal = async (change: (chain: Facts) => void): Promise<string> => {
      const chain = requested();
      change(chain);
      return codeOf(await sign(chain, requested()));
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
    expect(codeOf(await sign(all, all))).to.equal('DIGEST_MISMATCH');
  });

  it('is refused where the chain has it with effects that are not the payload’s', async () => {
    const all = requested();
    all.request.effects[0]!.amount -= 1n;
    requestOnChain(all);
    expect(codeOf(await sign(all, all))).to.equal('EFFECT_MISMATCH');
  });

  it('needs no more slots than a proof may have, in the largest committee', () => {
    const id = new Uint8Array(32);
    const members = Array.from({ length: 64 }, (_, at) => {
      const own = new Uint8Array(32).fill(at + 1);
      return { id: own, measurement: own };
    });
    const perContract = Map.groupBy(
      slotsForRequest({ id, keyId: id, requester: new Uint8Array(20) }, members),
      ({ contract }) => contract,
    );
    const account = (slots: number) => ({
      address: `0x${'00'.repeat(20)}`,
      proof: [],
      slots: Array(slots).fill({ slot: `0x${'00'.repeat(32)}`, proof: [] }),
    });
    const accounts = [...perContract.values()].map(({ length }) => account(length));
    expect(decodeStateProof({ header: '0x', accounts }, 'proof').accounts).to.have.lengthOf(4);
  });
});
