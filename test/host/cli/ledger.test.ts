/** What the command line reads of the chain, and shows of its requests. */

import { expect } from 'chai';
import { stringToHex } from 'viem';
import { readFinal } from '../../../signer/cli/chain/readLedger.ts';
import { shownOf, wordsOf } from '../../../signer/cli/look/requests.ts';
import { createLedger } from '../../../signer/host/chain/view/ledger.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { fakeChain, word } from '../support/fakeChain.ts';
import { fulfilled, MEMBERS, raised, ready, requested, row } from '../support/samples.ts';
import { located } from '../support/view.ts';

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error) => error,
  );
const refused = (id: number, kind: 'final' | 'unsupported', code: string): ChainEvent => ({
  ...{ event: 'RequestRefusedBy', id: word(id), member: MEMBERS[0], kind, code: stringToHex(code, { size: 32 }) },
});

describe('the command line', () => {
  it('reads all that is final, in ranges as short as the provider wants', async () => {
    const chain = fakeChain();
    for (let id = 1; id <= 50; id += 1) chain.mine(requested(id));
    chain.maxRange = 7;
    expect((await readFinal(chain, 0)).requests.size).to.equal(50);
    expect((await readFinal(chain, 1)).requests.size, 'from the block of the deployment on').to.equal(50);
  });

  it('does not take a provider that leaves out logs for a chain with nothing on it', async () => {
    const chain = fakeChain();
    chain.mine(requested(1));
    chain.omits = () => true;
    const error = await failure(readFinal(chain, 0));
    expect(error)
      .to.be.instanceOf(Fatal)
      .with.property('message')
      .that.includes('count 1 requests that none has shown');
  });

  it('shows what is open and what has ended, in the order of asking, overtaken or refused', () => {
    const events = [row(), requested(1), requested(2), ready(2), refused(2, 'final', 'EFFECTS_DIFFER'), fulfilled(2)];
    const ledger = createLedger(located(...events, refused(1, 'unsupported', 'KIND_UNKNOWN'), raised()));
    const shown = shownOf(ledger, false).map(({ id, state, overtaken, refusals }) => [
      Number(id),
      state,
      overtaken,
      refusals,
    ]);
    const said = (kind: string, code: string) => [{ member: MEMBERS[0], kind, code }];
    expect(shown).to.deep.equal([
      [1, 'queued', true, said('unsupported', 'KIND_UNKNOWN')],
      [2, 'fulfilled', false, said('final', 'EFFECTS_DIFFER')],
    ]);
    expect(shownOf(ledger, true).map(({ id }) => Number(id))).to.deep.equal([1]);
  });

  it('says in words why members refused, each reason once', () => {
    const words = wordsOf(['EFFECT_MISMATCH', 'KIND_UNKNOWN', 'EFFECT_MISMATCH']).split('\n');
    expect(words).to.have.lengthOf(2);
    expect(words[0]).to.match(/^EFFECT_MISMATCH {2}\w.* /);
    expect(words[1]).to.equal('KIND_UNKNOWN     there is no such kind of payload');
    expect(wordsOf([]), 'where nothing is refused').to.equal('');
  });

  it('shows no control characters that a member puts into a code', () => {
    const ledger = createLedger(located(requested(1), refused(1, 'final', 'A\u001b[31mB')));
    expect(shownOf(ledger, false)[0]?.refusals[0]?.code).to.equal('A.[31mB');
  });
});
