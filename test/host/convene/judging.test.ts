import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { applyEvent, createLedger } from '../../../signer/host/chain/view/ledger.ts';
import type { View } from '../../../signer/host/chain/view/view.ts';
import { Judging } from '../../../signer/host/convene/judging.ts';
import type { Part } from '../../../signer/host/convene/parts.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  attested,
  confirmed,
  created,
  KEY,
  MEMBERS,
  opened,
  ready,
  registered,
  requested,
  row,
} from '../support/samples.ts';

const said = (id: number, member: Hex, kind: 'final' | 'unsupported' = 'final'): ChainEvent => ({
  ...{ event: 'RequestRefusedBy', id: word(id), member, kind, code: word(0xc0) },
});

/** The host of the first member, and what its enclave is asked about. */
function hearing(...events: ChainEvent[]) {
  const ledger = createLedger([]);
  let [height, pinned] = [0, Number.POSITIVE_INFINITY];
  const block = (number: number) => ({ number, hash: word(number), parentHash: word(number - 1), timestamp: 1_000 });
  const view = {
    ledger,
    get head() {
      return block(height);
    },
    checkpoint: () => block(Math.min(height, pinned)),
  } as unknown as View;
  const asked: Part[] = [];
  const parts = { judge: async (part: Part) => void asked.push(part) };
  const life = { self: { id: MEMBERS[0] }, isServing: true, earliest: 0 } as never;
  const judging = new Judging(view, life, parts, (_, work) => void work);
  const see = (...news: ChainEvent[]) => {
    height += 1;
    for (const data of news) applyEvent(ledger, { data, block: height });
    judging.work();
  };
  const registrations = MEMBERS.flatMap((_, at) => [registered(at), attested(at)]);
  see(...registrations, created, opened(), confirmed, activated, row(), ...events);
  const ids = () => asked.flatMap(({ requests }) => requests.map(({ id }) => Number(id)));
  const pin = (number: number) => {
    pinned = number;
  };
  return { see, ids, asked, judging, pin, height: () => height };
}

describe('judging', () => {
  it('asks the enclave about what another member has refused, once, with a set that it is in', () => {
    const { see, ids, asked } = hearing(requested(1), ready(1), requested(2), ready(2));
    expect(ids()).to.deep.equal([]);
    see(said(1, MEMBERS[1]));
    see(said(1, MEMBERS[2]));
    see();
    expect(ids()).to.deep.equal([1]);
    const [part] = asked;
    expect(part?.task.key.id).to.equal(KEY);
    expect(part?.set.parties).to.include(1);
    expect(part?.set.parties).to.have.lengthOf(part?.task.committee.threshold ?? 0);
  });

  it('asks again when the other word is said, and in another life of the enclave', () => {
    const { see, ids, judging } = hearing(requested(1), ready(1));
    see(said(1, MEMBERS[1], 'unsupported'));
    see(said(1, MEMBERS[1]));
    expect(ids()).to.deep.equal([1, 1]);
    judging.clear();
    see();
    expect(ids()).to.deep.equal([1, 1, 1]);
  });

  it('asks nothing about what has ended, what this enclave has said already, or what no checkpoint shows', () => {
    const { see, ids, pin, height } = hearing(requested(1), ready(1), requested(2), ready(2));
    see({ event: 'RequestRefused', id: word(1) }, said(1, MEMBERS[1]));
    see(said(2, MEMBERS[0]), said(2, MEMBERS[1]));
    expect(ids()).to.deep.equal([]);
    pin(height());
    see(requested(3), ready(3), said(3, MEMBERS[1]));
    expect(ids()).to.deep.equal([]);
    pin(height());
    see();
    expect(ids()).to.deep.equal([3]);
  });
});
