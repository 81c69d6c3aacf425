/** The rule by which a second reading changes what the first has shown. */

import { expect } from 'chai';
import { compare, isDisputed } from '../../../signer/host/chain/secondReading.ts';
import { EVENTS } from '../../../signer/host/chain/view/contracts.ts';
import type { LocatedEvent } from '../../../signer/host/ports/chain.ts';
import { word } from '../support/fakeChain.ts';
import { fulfilled, ready } from '../support/samples.ts';

const at = (index: number, data: LocatedEvent['data'], blockHash = word(1)): LocatedEvent => {
  return { block: 1, blockHash, index, data };
};
const [BEGINS, ENDS] = [at(0, ready(1)), at(1, fulfilled(1))];
type Answers = readonly (readonly LocatedEvent[] | null)[];
const outcome = (kept: readonly LocatedEvent[], answers: Answers) => {
  const { added, removed, isEnough } = compare(kept, { answers });
  return { added, removed, isEnough };
};
const changes = (added: readonly LocatedEvent[], removed: readonly LocatedEvent[], isEnough = true) => {
  return { added, removed, isEnough };
};

describe('a second reading', () => {
  it('that shows the same changes nothing, and nothing is asked again', () => {
    for (const answers of [
      [[BEGINS, ENDS]],
      [
        [BEGINS, ENDS],
        [ENDS, BEGINS],
      ],
    ]) {
      expect(outcome([BEGINS, ENDS], answers)).to.deep.equal(changes([], []));
      expect(isDisputed([BEGINS, ENDS], { answers })).to.equal(false);
    }
  });

  it('takes away what ends or forbids unless all show it, and what begins unless anybody does', () => {
    expect(outcome([ENDS], [[ENDS], []])).to.deep.equal(changes([], [ENDS]));
    expect(outcome([ENDS], [[ENDS], [ENDS]])).to.deep.equal(changes([], []));
    expect(outcome([BEGINS], [[BEGINS], []])).to.deep.equal(changes([], []));
    expect(outcome([BEGINS], [[], []])).to.deep.equal(changes([], [BEGINS]));
  });

  it('adds what begins if anybody shows it, and what ends or forbids if all do', () => {
    expect(outcome([], [[BEGINS, ENDS], []])).to.deep.equal(changes([BEGINS], []));
    expect(outcome([], [[BEGINS, ENDS], [ENDS]])).to.deep.equal(changes([BEGINS, ENDS], []));
  });

  it('of the only provider ends what it shows, and takes away no beginning by absence', () => {
    expect(outcome([BEGINS, ENDS], [[]])).to.deep.equal(changes([], [ENDS]));
    expect(outcome([], [[ENDS]])).to.deep.equal(changes([ENDS], []));
    expect(isDisputed([BEGINS, ENDS], { answers: [[BEGINS]] }), 'asked again first').to.equal(true);
    expect(isDisputed([BEGINS, ENDS], { answers: [[ENDS]] }), 'changes nothing').to.equal(false);
  });

  it('is none where one of several answers: what begins comes, nothing goes, and it is read again', () => {
    expect(outcome([ENDS], [[BEGINS], null])).to.deep.equal(changes([BEGINS], [], false));
    expect(outcome([], [null, [ENDS]])).to.deep.equal(changes([], [], false));
    expect(outcome([ENDS], [[ENDS], null, [ENDS]])).to.deep.equal(changes([], []));
  });

  it('takes another log in the same place, or under another block’s name, for another one', () => {
    for (const invented of [at(0, ready(9)), at(0, ready(1), word(9))])
      expect(outcome([invented], [[BEGINS], [BEGINS]])).to.deep.equal(changes([BEGINS], [invented]));
  });

  it('counts an answer that shows one thing twice once', () => {
    expect(outcome([], [[ENDS, ENDS], []])).to.deep.equal(changes([], []));
    expect(outcome([ENDS], [[ENDS, ENDS], [ENDS]])).to.deep.equal(changes([], []));
  });

  it('knows of each event of the contracts whether it ends or forbids', () => {
    const ending = Object.entries(EVENTS).flatMap(([name, event]) => ('ends' in event ? [name] : []));
    expect(ending).to.have.members([
      ...['SignatureFulfilled', 'RequestCancelled', 'RequestRefused', 'RequestExpired', 'RequestAbandoned'],
      ...['KeyPaused', 'KeySuspended', 'NetworkPaused', 'NetworkSuspended', 'ForkWithdrawn'],
      ...['RowSet', 'RowRemoved', 'RowRaised', 'EnclaveRetired', 'EnclaveSuspended', 'MeasurementRevoked'],
    ]);
  });
});
