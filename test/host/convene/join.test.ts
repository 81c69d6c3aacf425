import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { answerInvites, heardInvite } from '../../../signer/host/sessions/invitations.ts';
import { join, type Propose } from '../../../signer/host/sessions/join.ts';
import { settled } from '../support/clock.ts';
import { hash, word } from '../support/fakeChain.ts';
import {
  activated,
  attested,
  booted,
  created,
  MEMBERS,
  opened,
  ready,
  registered,
  requested,
} from '../support/samples.ts';
import { world } from '../support/world.ts';

const REQUEST = word(1);
const [ME, LEADER, THIRD] = MEMBERS;

function member() {
  const it = world(ME);
  for (const at of [0, 1, 2]) it.see(registered(at), booted(at), attested(at));
  it.see(created, opened(), activated);
  it.see(requested(1), ready(1));
  const invited = (from: Hex = LEADER, run = 1, subject = REQUEST) =>
    heardInvite(it.context, from, subject, 'signing', run);
  const accepts = () => it.sent.filter(([, { type }]) => type === 'accept');
  const proposal = (change: Partial<Propose> = {}): Propose => {
    const { number, hash } = change.block ?? it.context.head!;
    const set = { parties: [1, 2], leader: LEADER, run: 1 };
    return {
      type: 'propose',
      kind: 'signing',
      subject: REQUEST,
      block: { number, hash },
      set,
      proof: { header: hash, accounts: [] },
      ...change,
    };
  };
  const proposed = async (change: Partial<Propose> = {}, from: Hex = LEADER) => {
    const joined = join(it.context, from, proposal(change)).catch((error) => error);
    await settled();
    return joined;
  };
  return { ...it, invited, accepts, proposed, proposal };
}

describe('an invitation', () => {
  it('is accepted with the highest block that this host vouches for', () => {
    const { invited, sent, context } = member();
    invited();
    expect(sent).to.deep.equal([[LEADER, { type: 'accept', subject: REQUEST, run: 1, head: context.head!.number }]]);
  });

  it('names a block that the enclave was shown, when that is higher', () => {
    const { invited, sent, context } = member();
    context.shown = 999;
    invited();
    expect(sent[0]?.[1]).to.include({ head: 999 });
  });

  it('about something that this host has not seen yet is answered once it has', () => {
    const { invited, accepts, see, context } = member();
    invited(LEADER, 1, word(2));
    expect(accepts()).to.have.lengthOf(0);
    see(requested(2), ready(2));
    answerInvites(context);
    expect(accepts()).to.have.lengthOf(1);
  });

  it('is forgotten when the asker has stopped waiting', async () => {
    const { invited, accepts, see, context, clock } = member();
    invited(LEADER, 1, word(2));
    await clock.advance(5_001);
    see(requested(2), ready(2));
    answerInvites(context);
    expect(accepts()).to.have.lengthOf(0);
  });

  const silent: [string, (it: ReturnType<typeof member>) => void][] = [
    ['of a stranger', ({ invited }) => invited(word(0xff))],
    ['to something that is only queued', ({ see, invited }) => [see(requested(3)), invited(LEADER, 1, word(3))]],
    [
      'while the boot record is not final',
      ({ context, invited }) => [Object.assign(context, { isServing: false }), invited()],
    ],
    ['while the host is stopping', ({ context, invited }) => [Object.assign(context, { isStopping: true }), invited()]],
  ];
  for (const [what, act] of silent)
    it(`${what} is not accepted`, () => {
      const it = member();
      act(it);
      expect(it.accepts()).to.have.lengthOf(0);
    });

  it('of the same leader to the same is accepted only every so often', async () => {
    const { invited, accepts, clock, context } = member();
    invited(LEADER, 1);
    invited(LEADER, 2);
    expect(accepts()).to.have.lengthOf(1);
    await clock.advance(2_000);
    answerInvites(context);
    expect(accepts()).to.have.lengthOf(2);
  });

  it('is one of few that one host may have open here', () => {
    const { invited, metrics } = member();
    for (let id = 0; id < 70; id += 1) invited(LEADER, 1, word(1_000 + id));
    expect(metrics.read('quorate_peer_refused_total', { reason: 'quota' })).to.equal(6);
  });
});

describe('a proposal', () => {
  it('that was accepted starts the enclave with what the chain says, not with what the leader says', async () => {
    const { invited, proposed, calls, context } = member();
    invited();
    void proposed();
    await settled();
    expect(calls.map(({ name }) => name)).to.deep.equal(['sign']);
    const { request, committee } = calls[0]!.params as { request: unknown; committee: { members: unknown[] } };
    expect(request).to.equal(context.ledger.requests.get(REQUEST)?.request);
    expect(committee.members).to.have.lengthOf(3);
    context.book.end(hash('session'), { result: 'done' });
  });

  it('waits for a block that is not final here yet [I1]', async () => {
    const { invited, proposed, calls, chain, clock, context } = member();
    invited();
    const next = { number: context.head!.number + 1, hash: hash(`block ${context.head!.number + 1} of fork 0`) };
    void proposed({ block: next });
    await clock.advance(600);
    expect(calls).to.have.lengthOf(0);
    chain.mine();
    await clock.advance(600);
    expect(calls).to.have.lengthOf(1);
    context.book.end(hash('session'), { result: 'done' });
  });

  it('is followed once', async () => {
    const { invited, proposed, calls, context } = member();
    invited();
    void proposed();
    await settled();
    await proposed();
    expect(calls.filter(({ name }) => name === 'sign')).to.have.lengthOf(1);
    context.book.end(hash('session'), { result: 'done' });
  });

  const refused: [string, Partial<Propose>, Hex?][] = [
    ['that nobody was invited to', { subject: word(2) }],
    ['of somebody else', {}, THIRD],
    ['that names another leader', { set: { parties: [1, 2], leader: THIRD, run: 1 } }],
    ['of another run', { set: { parties: [1, 2], leader: LEADER, run: 2 } }],
    ['without this enclave', { set: { parties: [2, 3], leader: LEADER, run: 1 } }],
    ['with too many parties', { set: { parties: [1, 2, 3], leader: LEADER, run: 1 } }],
    ['with a party twice', { set: { parties: [1, 1], leader: LEADER, run: 1 } }],
    ['with a party that there is not', { set: { parties: [1, 4], leader: LEADER, run: 1 } }],
    ['at an older block than was vouched for', { block: { number: 0, hash: hash('block 0 of fork 0') } }],
    ['at a block of another chain', { block: { number: 5, hash: word(5) } }],
  ];
  for (const [what, change, from] of refused)
    it(`${what} is not followed`, async () => {
      const { invited, proposed, calls, clock } = member();
      invited();
      void proposed(change, from);
      await clock.advance(10_000);
      expect(calls).to.have.lengthOf(0);
    });

  it('that takes too long is given up, and the enclave says who was silent', async () => {
    const { invited, proposed, calls, clock, context, enclave } = member();
    invited();
    void proposed();
    enclave.answer = ({ name }) => {
      if (name === 'abort') context.book.end(hash('session'), { result: 'fault', code: 'silent', blamed: [2] });
      return { ok: {} as never };
    };
    await clock.advance(60_000);
    expect(calls.map(({ name }) => name)).to.deep.equal(['sign', 'abort']);
    expect(context.book.live()).to.deep.equal([]);
  });
});
