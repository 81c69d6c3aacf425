import { expect } from 'chai';
import { createRpcChain } from '../../../signer/host/adapters/rpcChain.ts';
import { blockOf, DEPLOYMENT, HEAD } from '../support/fakeProvider.ts';

describe('the chain over one provider', () => {
  const asking = (finalized: object) => {
    const asked: string[] = [];
    const chain = createRpcChain(async (method) => {
      asked.push(method);
      return method === 'eth_getBlockByHash' ? blockOf(HEAD) : finalized;
    }, DEPLOYMENT);
    return { asked, chain };
  };

  it('asks no more for the header of a block that it was told is final', async () => {
    const { asked, chain } = asking(blockOf(HEAD));
    const { hash, number } = await chain.finalized();
    expect(await chain.blockOf(hash)).to.include({ hash, number });
    expect(await chain.header(hash)).to.match(/^0x/);
    expect(asked).to.deep.equal(['eth_getBlockByNumber']);
  });

  it('keeps no header that hashes to something else', async () => {
    const { asked, chain } = asking({ ...blockOf(HEAD), stateRoot: `0x${'99'.repeat(32)}` });
    const { hash } = await chain.finalized();
    const header = await chain.header(hash);
    expect(asked).to.deep.equal(['eth_getBlockByNumber', 'eth_getBlockByHash']);
    expect(header).to.equal(await asking(blockOf(HEAD)).chain.header(hash));
  });
});
