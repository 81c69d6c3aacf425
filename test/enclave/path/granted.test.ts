/** What a newer block forbids, over real tries: each node counts as soon as it is there, and only where it is there. */

import { expect } from 'chai';
import { withNewerWords } from '../../../signer/enclave/path/granted.ts';
import { DEADLINE_MARGIN, idOf, verifyRequest } from '../../../signer/enclave/path/verifyRequest.ts';
import { verifySigners } from '../../../signer/enclave/path/verifySigners.ts';
import {
  keySlot,
  networkSlot,
  requestSlot,
  rowSlot,
  type Slot,
  slotsForKey,
  slotsForRequest,
} from '../../../signer/proof/slots.ts';
import type { Proof } from '../../../signer/proof/state.ts';
import { verifyState } from '../../../signer/proof/verifyState.ts';
import { chainOf, headerFields, rlp } from '../../proof/support/chain.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { type Facts, facts, MEASUREMENT, NOW, wordsOf } from './support/facts.ts';

const all = facts();
const { configuration, self, committee, set, request, requestId } = all;
const members = set.parties.map((party) => ({ id: committee.members[party - 1]!.id, measurement: MEASUREMENT }));
const everything = [...slotsForKey(committee.keyId, members), ...slotsForRequest({ ...request, id: requestId })];

async function proven(chain: Facts, number: bigint, slots: readonly Slot[], time = NOW): Promise<Proof> {
  const { stateRoot, nodesFor } = await chainOf(configuration, [...wordsOf(chain).values()]);
  const proof = verifyState(rlp(headerFields(stateRoot, number, BigInt(time))), configuration);
  proof.add(await nodesFor(slots));
  return proof;
}

/** What becomes of the request at a block as `facts` has it, below a head that differs and of which these slots are shown. */
async function below(change: (head: Facts) => unknown, shown: readonly Slot[], time = NOW): Promise<string> {
  const chain = facts();
  change(chain);
  const pinned = await proven(all, 10n, everything);
  const head = await proven(chain, 11n, shown, time);
  const newest = withNewerWords(pinned.state, head.state);
  return outcome(() => {
    const signers = verifySigners(newest, configuration, self, committee, set);
    verifyRequest(newest, signers, { id: idOf(request, configuration), request, first: null });
  });
}

describe('withNewerWords', () => {
  const cases: Record<string, [change: (head: Facts) => unknown, where: Slot, code: string]> = {
    'a paused key': [({ key }) => (key.pausedUntil = NOW + 1), keySlot(committee.keyId, 'word'), 'KEY_PAUSED'],
    'a paused network': [({ network }) => (network.pausedUntil = NOW + 1), networkSlot(), 'NETWORK_PAUSED'],
    'a raised row': [({ row }) => (row.epoch += 1), rowSlot(committee.keyId, request.requester), 'REQUEST_OVERTAKEN'],
    'a request that is over': [({ onChain }) => (onChain.state = 6), requestSlot(requestId), 'REQUEST_STATE'],
  };
  for (const [what, [change, where, code]] of Object.entries(cases)) {
    it(`refuses ${what} where its own slot is shown, with all others or alone, and not where it is kept back`, async () => {
      expect(await below(change, everything)).to.equal(code);
      expect(await below(change, [where])).to.equal(code);
      expect(await below(change, [])).to.equal('accepted');
    });
  }

  it('judges by the time of the head, whatever of it is shown', async () => {
    expect(await below(() => undefined, everything)).to.equal('accepted');
    expect(await below(() => undefined, [], request.deadline - DEADLINE_MARGIN)).to.equal('accepted');
    expect(await below(() => undefined, [], request.deadline - DEADLINE_MARGIN + 1)).to.equal('REQUEST_TOO_LATE');
    expect(await below(() => undefined, [], all.enclaves[0]!.validUntil)).to.equal('MEMBER_EXPIRED');
  });

  it('says nothing of what neither block shows', async () => {
    const pinned = await proven(all, 10n, []);
    const head = await proven(all, 11n, [networkSlot()]);
    const newest = withNewerWords(pinned.state, head.state);
    const { contract, slot } = networkSlot();
    expect(newest.word(contract, slot)).to.equal(head.state.word(contract, slot));
    const row = rowSlot(committee.keyId, request.requester);
    expect(newest.proven(row.contract, row.slot)).to.equal(undefined);
    expect(outcome(() => newest.word(row.contract, row.slot))).to.equal('ACCOUNT_NOT_PROVEN');
  });
});
