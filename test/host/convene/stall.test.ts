/** One member that spoils or stalls every session it is in must not kill a request: the others learn, and sign without it (I8). */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { startErrands } from '../../../signer/host/sessions/errands.ts';
import { heardInvite } from '../../../signer/host/sessions/invitations.ts';
import { join } from '../../../signer/host/sessions/join.ts';
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
const [ME, MALLORY, THIRD] = MEMBERS;
const ATTEMPT = 60_000;

function member() {
  const it = world(ME);
  let sessions = 0;
  it.enclave.answer = ({ name }) =>
    name === 'sign' ? { ok: { session: hash(`session ${++sessions}`) } as never } : { ok: {} as never };
  for (const at of [0, 1, 2]) it.see(registered(at), booted(at), attested(at));
  it.see(created, opened(), activated);
  it.see(requested(1), ready(1));
  startErrands(it.context);
  const followed = async (run: number, leader: Hex = MALLORY): Promise<Hex> => {
    heardInvite(it.context, leader, REQUEST, 'signing', run);
    const { number, hash } = it.context.head!;
    const parties = [1, MEMBERS.indexOf(leader as never) + 1];
    const set = { parties, leader, run };
    const proof = { header: hash, accounts: [] };
    const proposal = {
      type: 'propose',
      kind: 'signing',
      subject: REQUEST,
      block: { number, hash },
      set,
      proof,
    } as const;
    void join(it.context, leader, proposal);
    await settled();
    return it.context.book.live().find((live) => live.leader === leader)!.session;
  };
  const invited = () => it.sent.flatMap(([to, { type }]) => (type === 'invite' ? [to] : []));
  return { ...it, followed, invited };
}

describe('a host', () => {
  it('leaves out, when it leads, whoever was blamed in a session that another led', async () => {
    const { context, clock, followed, invited, sent } = member();
    const session = await followed(1, THIRD);
    context.book.end(session, { result: 'fault', code: 'request-differs', blamed: [2] });
    await clock.advance(10 * ATTEMPT);
    sent.length = 0;
    startErrands(context);
    await settled();
    expect(invited()).to.deep.equal([THIRD]);
  });

  it('leads in its turn, though a leader that gets nowhere always has another session open [I8]', async () => {
    const { context, clock, followed, invited, sent } = member();
    const first = await followed(1);
    context.book.end(first, { result: 'fault', code: 'silent', blamed: [2] });
    await settled();
    await clock.advance(10 * ATTEMPT);
    await followed(2);
    sent.length = 0;
    startErrands(context);
    await settled();
    expect(invited()).to.include(THIRD);
  });
});
