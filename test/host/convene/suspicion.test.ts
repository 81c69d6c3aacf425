/** Members of sessions that came to nothing are chosen last, and by nobody's speed. */

import { expect } from 'chai';
import { Suspicion } from '../../../signer/host/convene/suspicion.ts';
import { word } from '../support/fakeChain.ts';

const [ALICE, BOB, CAROL, DAVE] = [1, 2, 3, 4].map(word) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const ALL = [ALICE, BOB, CAROL, DAVE];

describe('suspicion', () => {
  it('leaves all who were in no failed session, while they are enough', () => {
    const suspicion = new Suspicion();
    expect(suspicion.among(ALL, 2, [], ALL)).to.deep.equal(ALL);
    suspicion.failed([ALICE]);
    expect(suspicion.among(ALL, 2, [], ALL)).to.deep.equal([BOB, CAROL, DAVE]);
    suspicion.failed([BOB]);
    expect(suspicion.among(ALL, 2, [], ALL)).to.deep.equal([CAROL, DAVE]);
  });

  it('takes no more than are needed where these are too few: the least suspected, in turn', () => {
    const suspicion = new Suspicion();
    suspicion.failed([ALICE, BOB]);
    suspicion.failed([ALICE, CAROL]);
    expect(suspicion.among(ALL, 2, [], ALL)).to.deep.equal([DAVE, BOB]);
    expect(suspicion.among(ALL, 2, [], [DAVE, CAROL, BOB, ALICE])).to.deep.equal([DAVE, CAROL]);
    expect(suspicion.among(ALL, 3, [], ALL)).to.deep.equal([DAVE, BOB, CAROL]);
  });

  it('is half forgotten with what came to something', () => {
    const suspicion = new Suspicion();
    for (let times = 0; times < 3; times += 1) suspicion.failed([ALICE]);
    suspicion.succeeded([ALICE, BOB]);
    expect(suspicion.among(ALL, 4, [], ALL)).to.deep.equal([BOB, CAROL, DAVE, ALICE]);
    suspicion.succeeded([ALICE]);
    expect(suspicion.among(ALL, 2, [], ALL)).to.deep.equal(ALL);
  });

  it('brings no two together that quarrel, and all where there is no other way', () => {
    const suspicion = new Suspicion();
    suspicion.failed([ALICE, BOB]);
    expect(suspicion.among(ALL, 2, [[CAROL, DAVE]], ALL)).to.deep.equal([DAVE, ALICE]);
    expect(suspicion.among([CAROL], 2, [], [CAROL])).to.deep.equal([CAROL]);
  });
});
