/** What people are told of an error and its causes: each thing once. */

import { expect } from 'chai';
import { createRpc } from '../../signer/host/adapters/rpc.ts';
import { describe as said } from '../../signer/host/errors.ts';

const caused = (message: string, cause: unknown) => new Error(message, { cause });

describe('an error in words', () => {
  it('says nothing twice', () => {
    const first = new Error('connect ECONNREFUSED 127.0.0.1:1');
    const unreached = caused(`no connection: fetch failed: ${first.message}`, caused('fetch failed', first));
    expect(said(unreached)).to.equal('no connection: fetch failed: connect ECONNREFUSED 127.0.0.1:1');
    expect(said(caused(`eth_chainId: ${first.message}`, unreached))).to.equal(`eth_chainId: ${first.message}`);
    expect(said(caused('outer', caused('outer', new Error('inner'))))).to.equal('outer: inner');
    expect(said(caused('fetch failed', new AggregateError([], '')))).to.equal('fetch failed');
    expect(said(caused('a', caused('b', 'c')))).to.equal('a: b: c');
  });

  it('says of a node that does not answer one thing', async () => {
    const error = await createRpc('http://127.0.0.1:1')('eth_chainId', []).catch((cause) => cause);
    expect(said(error).split('ECONNREFUSED').length + said(error).split('bad port').length).to.equal(3);
  });

  it('leaves what a sentence puts behind an address', () => {
    expect(said(caused('nobody answers at http://127.0.0.1:9100/readyz', new Error('fetch failed')))).to.equal(
      'nobody answers at http://127.0.0.1:9100: fetch failed',
    );
  });
});
