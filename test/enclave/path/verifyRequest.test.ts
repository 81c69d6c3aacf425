/** Stage 5: one mutation per check, each with its own refusal. */

import { expect } from 'chai';
import type { VerifiedRequest, VerifiedSigners } from '../../../signer/enclave/path/stages.ts';
import { DEADLINE_MARGIN, idOf, shownOf, verifyRequest } from '../../../signer/enclave/path/verifyRequest.ts';
import { signingSession } from '../../../signer/enclave/path/verifySession.ts';
import { verifySigners } from '../../../signer/enclave/path/verifySigners.ts';
import { signingSubject } from '../../../signer/formats/session.ts';
import { PACKED, STATUS } from '../../../signer/proof/layout.ts';
import { requestSlot, slotsForKey, slotsForRequest } from '../../../signer/proof/slots.ts';
import type { ProvenState } from '../../../signer/proof/state.ts';
import { outcome } from '../../proof/support/refusals.ts';
import type { Facts } from './support/facts.ts';
import {
  address,
  facts,
  MEASUREMENT,
  NOW,
  pack,
  provenState,
  requestOnChain,
  slotName,
  stateOf,
  word,
  wordsOf,
} from './support/facts.ts';
import { accessesOf, committeeLies, memberLies, setLies } from './support/lies.ts';

/** The state that was proven, and what the host shows to be judged by it. */
function verifyAt(state: ProvenState, all: Facts): VerifiedRequest & { readonly signers: VerifiedSigners } {
  const { configuration, self, committee, set, request } = all;
  const signers = verifySigners(state, configuration, self, committee, set);
  const shown = { id: idOf(request, configuration), request, first: null };
  return { ...verifyRequest(state, signers, shown), signers };
}

function verify(all: Facts, asked?: Set<string>) {
  return verifyAt(stateOf(all, asked), all);
}

function refusal(bend: (all: Facts) => unknown): string {
  const all = facts();
  bend(all);
  return outcome(() => verify(all));
}

describe('verifyRequest', () => {
  it('verifies a READY request of an active key', () => {
    const all = facts();
    const verified = verify(all);
    expect(verified.id).to.deep.equal(all.requestId);
    expect(verified.request).to.equal(all.request);
    expect(verified.scheme).to.equal('bip340');
    expect(verified.publicKey).to.deep.equal({ prefix: all.key.publicKeyPrefix, x: all.key.publicKeyX });
    const { signers } = verified;
    expect(signers.members.map(({ party, id }) => ({ party, id }))).to.deep.equal([
      { party: 1, id: all.enclaves[0]!.id },
      { party: 2, id: all.enclaves[1]!.id },
    ]);
    const { committee, block } = signers;
    expect([committee.self, committee.threshold, committee.members.length]).to.deep.equal([2, 2, 3]);
    expect(committee.ownId).to.deep.equal(all.enclaves[1]!.id);
    expect(block).to.deep.equal(all.block);
  });

  it('verifies for the first and the last member, for all of them together, and in the largest committee', () => {
    const shapes = [
      { size: 3, threshold: 2, party: 1 },
      { size: 2, threshold: 2, party: 2 },
      { size: 5, threshold: 5, party: 5 },
      { size: 64, threshold: 33, party: 33 },
    ];
    for (const shape of shapes) {
      const verified = verify(facts(shape));
      expect(verified.signers.committee.self).to.equal(shape.party);
      expect(verified.signers.members).to.have.lengthOf(shape.threshold);
    }
  });

  it('reads exactly the slots that slotsForKey and slotsForRequest list', () => {
    const all = facts();
    const asked = new Set<string>();
    verify(all, asked);
    const members = [0, 1].map((at) => ({ id: all.enclaves[at]!.id, measurement: MEASUREMENT }));
    const listed = [
      ...slotsForKey(all.request.keyId, members),
      ...slotsForRequest({ ...all.request, id: all.requestId }),
    ];
    expect([...asked].sort()).to.deep.equal(listed.map(({ contract, slot }) => slotName(contract, slot)).sort());
  });

  it('refuses a proof that leaves out any one of these slots', () => {
    const asked = new Set<string>();
    verify(facts(), asked);
    for (const missing of asked) {
      const state = accessesOf(stateOf(facts()), (name) => name !== missing);
      expect(
        outcome(() => verifyAt(state, facts())),
        missing,
      ).to.equal('SLOT_NOT_PROVEN');
    }
  });

  describe('finds no request on chain when any field of it is altered', () => {
    const alterations: Record<string, (all: Facts) => unknown> = {
      keyId: ({ request }) => (request.keyId = word(0xee)),
      requester: ({ request }) => (request.requester = address(0xee)),
      counter: ({ request }) => (request.counter += 1n),
      path: ({ request }) => (request.path = word(0xee)),
      kind: ({ request }) => (request.kind = 6),
      payload: ({ request }) => (request.payload = Uint8Array.of(1, 2, 4)),
      'payload, truncated': ({ request }) => (request.payload = Uint8Array.of(1, 2)),
      digest: ({ request }) => (request.digests = [word(0xee)]),
      'digest, one more': ({ request }) => request.digests.push(word(0xee)),
      'digest, moved border': ({ request }) => (request.digests = [word(0x11).slice(1), Uint8Array.of(0x11)]),
      effect: ({ request }) =>
        request.effects.push({ kind: 1, asset: word(1), recipient: word(2), amount: 1n, detail: word(3) }),
      deadline: ({ request }) => (request.deadline += 1),
      consumer: ({ request }) => (request.consumer = address(0xee)),
      callbackGas: ({ request }) => (request.callbackGas += 1),
      replaces: ({ request }) => (request.replaces = word(0xee)),
      'the chain id': (all) => (all.configuration = { ...all.configuration, chainId: 1n }),
      'the contract': (all) => {
        const { contracts } = all.configuration;
        const signingRequests = { ...contracts.signingRequests, address: address(0xee) };
        all.configuration = { ...all.configuration, contracts: { ...contracts, signingRequests } };
      },
    };
    for (const [name, alter] of Object.entries(alterations)) {
      it(name, () => {
        const [chain, all] = [facts(), facts()];
        const { signers } = verify(chain);
        alter(all);
        const id = idOf(all.request, all.configuration);
        const shown = { id, request: all.request, first: null };
        const verifyAltered = (state: ProvenState) => outcome(() => verifyRequest(state, signers, shown));
        // The state then either lacks the slot of the other id, or shows that nothing is there.
        const isOfKey = name !== 'keyId';
        expect(verifyAltered(stateOf(chain))).to.equal(isOfKey ? 'SLOT_NOT_PROVEN' : 'REQUEST_KEY');
        const absent = accessesOf(stateOf(chain), () => true, 0n);
        expect(verifyAltered(absent)).to.equal(isOfKey ? 'REQUEST_STATE' : 'REQUEST_KEY');
      });
    }
  });

  it('refuses every state but READY', () => {
    for (const [name, state] of Object.entries(STATUS.request)) {
      const code = refusal(({ onChain }) => (onChain.state = state));
      expect(code, name).to.equal(state === STATUS.request.ready ? 'accepted' : 'REQUEST_STATE');
    }
    expect(refusal(({ onChain }) => (onChain.state = 7))).to.equal('REQUEST_STATE');
  });

  describe('of a request that replaces another', () => {
    /** The chain's word for what is replaced; no word: its slot is not shown. */
    const replacing = (replaced?: Partial<Facts['onChain']>, asked = new Set<string>()): string => {
      const all = facts();
      all.request.replaces = word(0xee);
      requestOnChain(all);
      const words = wordsOf(all);
      const { contract, slot } = requestSlot(word(0xee));
      const value = replaced && pack(PACKED.request, { ...all.onChain, ...replaced });
      const state = provenState(all.block, (name) => {
        asked.add(name);
        return name === slotName(contract, slot) ? value : words.get(name)?.word;
      });
      return outcome(() => verifyAt(state, all));
    };

    it('wants that one to have been READY, whatever became of it', () => {
      const { none, queued, ready, fulfilled, refused, expired, cancelled } = STATUS.request;
      for (const state of [ready, fulfilled, refused, expired])
        expect(replacing({ state }), `${state}`).to.equal('accepted');
      for (const state of [none, queued, cancelled, 7])
        expect(replacing({ state }), `${state}`).to.equal('REPLACES_STATE');
      expect(replacing({ state: expired, readyAt: 0 }), 'expired in the queue').to.equal('REPLACES_STATE');
    });

    it('cares for no deadline, row or vote of that one', () => {
      expect(replacing({ deadline: 1, epoch: 99, voted: 1 })).to.equal('accepted');
    });

    it('reads one slot more, which slotsForRequest lists, and refuses a proof without it', () => {
      const asked = new Set<string>();
      expect(replacing(undefined, asked)).to.equal('SLOT_NOT_PROVEN');
      const all = facts();
      const named = { ...all.request, replaces: word(0xee), id: all.requestId };
      const slots = [slotsForRequest(named), slotsForRequest({ ...named, replaces: new Uint8Array(32) })] as const;
      const [more, ...rest] = slots[0].slice(slots[1].length);
      expect(rest).to.deep.equal([]);
      expect(asked.has(slotName(more!.contract, more!.slot))).to.equal(true);
    });
  });

  describe('shownOf', () => {
    const shown = (firsts: Facts['request'][]) => {
      const { configuration, request } = facts();
      const first = { ...request, counter: 1n };
      const requests = [{ ...request, replaces: idOf(first, configuration) }, request];
      return shownOf({ requests, firsts }, configuration).map((each) => each.first?.counter ?? null);
    };

    it('finds what a request names by the id that its bytes have, and nothing else', () => {
      const first = { ...facts().request, counter: 1n };
      expect(shown([first])).to.deep.equal([1n, null]);
      expect(shown([{ ...first, counter: 2n }, first, { ...first, deadline: 1 }])).to.deep.equal([1n, null]);
      for (const firsts of [[], [{ ...first, counter: 2n }], [{ ...first, payload: Uint8Array.of(7) }]])
        expect(shown(firsts)).to.deep.equal([null, null]);
    });
  });

  it('refuses a deadline that the chain does not have', () => {
    expect(refusal(({ onChain }) => (onChain.deadline += 1))).to.equal('REQUEST_DEADLINE');
  });

  it('refuses when less than the margin remains before the deadline', () => {
    const remaining = (seconds: number) => (all: Facts) => {
      all.request.deadline = all.onChain.deadline = NOW + seconds;
      requestOnChain(all);
    };
    expect(refusal(remaining(DEADLINE_MARGIN))).to.equal('accepted');
    expect(refusal(remaining(DEADLINE_MARGIN - 1))).to.equal('REQUEST_TOO_LATE');
    expect(refusal(remaining(0))).to.equal('REQUEST_TOO_LATE');
    expect(refusal(remaining(-1))).to.equal('REQUEST_TOO_LATE');
  });

  it('takes the margin of the network word where it is larger, and never less than its own', () => {
    const with_ = (margin: number, seconds: number) => (all: Facts) => {
      all.network.margin = margin;
      all.request.deadline = all.onChain.deadline = NOW + seconds;
      requestOnChain(all);
    };
    expect(refusal(with_(DEADLINE_MARGIN + 1, DEADLINE_MARGIN + 1))).to.equal('accepted');
    expect(refusal(with_(DEADLINE_MARGIN + 1, DEADLINE_MARGIN))).to.equal('REQUEST_TOO_LATE');
    expect(refusal(with_(86_400, 86_399))).to.equal('REQUEST_TOO_LATE');
    for (const margin of [0, DEADLINE_MARGIN - 1]) {
      expect(refusal(with_(margin, DEADLINE_MARGIN))).to.equal('accepted');
      expect(refusal(with_(margin, DEADLINE_MARGIN - 1))).to.equal('REQUEST_TOO_LATE');
    }
  });

  it('refuses every key while the network is paused at the proven block, and only then', () => {
    expect(refusal(({ network }) => (network.pausedUntil = NOW + 1))).to.equal('NETWORK_PAUSED');
    expect(refusal(({ network }) => (network.pausedUntil = 2 ** 48 - 1))).to.equal('NETWORK_PAUSED');
    expect(refusal(({ network }) => (network.pausedUntil = NOW))).to.equal('accepted');
  });

  it('refuses a payload kind that the row does not allow at the proven block', () => {
    expect(refusal(({ row }) => (row.kinds = 0))).to.equal('KIND_NOT_ALLOWED');
    expect(refusal(({ row }) => (row.kinds = 2 ** 24 - 1 - 2))).to.equal('KIND_NOT_ALLOWED');
    expect(refusal(({ row }) => (row.kinds = 2 ** 24 - 1))).to.equal('accepted');
    const of = (kind: number) => (all: Facts) => {
      all.row.kinds = 2 ** 23 + 2;
      all.request.kind = kind;
      requestOnChain(all);
    };
    expect(refusal(of(23))).to.equal('accepted');
    // a shift by 33 would be one by 1
    for (const kind of [0, 2, 22, 24, 33, 255]) expect(refusal(of(kind)), `${kind}`).to.equal('KIND_NOT_ALLOWED');
  });

  it('refuses a request that its row has overtaken, whatever the row allows now [I1 I7]', () => {
    expect(refusal(({ row }) => (row.epoch += 1))).to.equal('REQUEST_OVERTAKEN');
    expect(refusal(({ row }) => Object.assign(row, { epoch: row.epoch + 1, kinds: 0 }))).to.equal('REQUEST_OVERTAKEN');
    expect(refusal(({ row }) => (row.epoch -= 1))).to.equal('REQUEST_OVERTAKEN');
    expect(refusal(({ row, onChain }) => (row.epoch = onChain.epoch = 2 ** 40 - 1))).to.equal('accepted');
  });

  it('refuses a request of a requester that never had a row [I1]', () => {
    const none = { guard: address(0), epoch: 0, kinds: 0, delay: 0 };
    expect(refusal((all) => Object.assign(all, { row: none }))).to.equal('REQUEST_OVERTAKEN');
    expect(refusal((all) => Object.assign(all, { row: none, onChain: { ...all.onChain, epoch: 0 } }))).to.equal(
      'KIND_NOT_ALLOWED',
    );
  });

  it('takes what a vote asked for in the name of a requester like any other, under its row', () => {
    expect(refusal(({ onChain }) => (onChain.voted = 1))).to.equal('accepted');
    expect(refusal(({ onChain, row }) => (row.epoch += onChain.voted = 1))).to.equal('REQUEST_OVERTAKEN');
    for (const voted of [2, 3, 255])
      expect(refusal(({ onChain }) => (onChain.voted = voted))).to.equal('WORD_MALFORMED');
  });

  it('hands on the birth domain that the chain stores', () => {
    const all = facts();
    all.key.birth = word(0xee);
    expect(verify(all).birth).to.deep.equal(word(0xee));
  });

  it('lets members serve on while their measurement is retiring', () => {
    expect(refusal(({ measurement }) => (measurement.status = STATUS.measurement.retiring))).to.equal('accepted');
  });

  it('refuses a key that is paused at the proven block, and only then [I7]', () => {
    expect(refusal(({ key }) => (key.pausedUntil = NOW + 1))).to.equal('KEY_PAUSED');
    expect(refusal(({ key }) => (key.pausedUntil = NOW))).to.equal('accepted');
  });

  it('refuses words with bits beyond their last field', () => {
    expect(refusal(({ key }) => (key.pausedUntil = 2 ** 48))).to.equal('WORD_MALFORMED');
    expect(refusal(({ onChain }) => (onChain.voted = 256))).to.equal('WORD_MALFORMED');
    expect(refusal(({ network }) => (network.margin = 2 ** 32))).to.equal('WORD_MALFORMED');
    expect(refusal(({ measurement }) => (measurement.activeAt = 2 ** 48))).to.equal('WORD_MALFORMED');
    expect(refusal(({ enclaves }) => (enclaves[0]!.validUntil = 2 ** 48))).to.equal('WORD_MALFORMED');
    expect(refusal(({ enclaves }) => (enclaves[0]!.identity = Uint8Array.of(1, ...new Uint8Array(20))))).to.equal(
      'WORD_MALFORMED',
    );
  });

  it('refuses a key that is not active', () => {
    for (const status of [0, 1, 3]) expect(refusal(({ key }) => (key.status = status))).to.equal('KEY_STATUS');
  });

  it('refuses the committee of another key', () => {
    const all = facts();
    const other = facts();
    other.request.keyId = word(0xee); // made for another key, shown with this one's committee
    requestOnChain(other);
    expect(outcome(() => verifyAt(stateOf(other), { ...all, request: other.request }))).to.equal('REQUEST_KEY');
  });

  describe('refuses lies about the committee', () => {
    for (const { name, code, lie } of committeeLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
  describe('refuses a set', () => {
    for (const { name, code, lie } of setLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
  describe('refuses a member', () => {
    for (const { name, code, lie } of memberLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });

  it('ignores what happens to members outside the set', () => {
    expect(refusal(({ enclaves }) => (enclaves[2]!.status = 2))).to.equal('accepted');
  });

  it('names another session for each other block, leader, run, set, life, attempt and request', () => {
    const changes: ((all: Facts) => unknown)[] = [
      () => undefined,
      ({ block }) => (block.hash = word(0xee)),
      ({ set, enclaves }) => (set.leader = enclaves[1]!.id),
      ({ set }) => (set.run += 1),
      ({ set, enclaves }) => {
        set.parties = [2, 3];
        set.leader = enclaves[2]!.id;
      },
      ({ enclaves }) => (enclaves[0]!.nonce = new Uint8Array(16).fill(0xee)),
      ({ enclaves }) => (enclaves[0]!.encryptionKey = word(0xee)),
      (all) => {
        all.request.counter += 1n;
        requestOnChain(all);
      },
    ];
    const ids = changes.map((change) => {
      const all = facts();
      change(all);
      const verified = verify(all);
      const subject = signingSubject([verified.id]);
      return signingSession(verified.signers, { kind: 'signing', subject }).id.join();
    });
    expect(new Set(ids).size).to.equal(changes.length);
  });
});
