import { expect } from 'chai';
import { Schemes } from '../../../signer/host/convene/schemes.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { word } from '../support/fakeChain.ts';

const KEY = { id: word(1), scheme: 9 };

describe('a key of a scheme that this enclave does not know', () => {
  function host() {
    const problems = createProblems();
    const said: unknown[] = [];
    const schemes = new Schemes(problems, (_, text, fields) => void said.push([text, fields]));
    return { schemes, problems, said };
  }

  it('is said once, however often it is looked at, and shown for as long as it is so', () => {
    const { schemes, problems, said } = host();
    for (let times = 0; times < 3; times++) expect(schemes.supports(KEY, [1, 2])).to.equal(false);
    expect(said).to.deep.equal([['a key of a scheme that this enclave does not know', { key: KEY.id, scheme: 9 }]]);
    const shown = problems.list().join();
    expect(shown).to.include(KEY.id).and.include('scheme 9');
  });

  it('is no problem any more under an image that knows it, and is said again under another that does not', () => {
    const { schemes, problems, said } = host();
    schemes.supports(KEY, [1]);
    expect(schemes.supports(KEY, [1, 9])).to.equal(true);
    expect(problems.list()).to.deep.equal([]);
    schemes.supports(KEY, [1]);
    expect(said).to.have.length(2);
  });

  it('is nothing that other keys hear of', () => {
    const { schemes, problems, said } = host();
    expect(schemes.supports({ id: word(2), scheme: 1 }, [1])).to.equal(true);
    expect([problems.list(), said]).to.deep.equal([[], []]);
  });
});
