import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { type Chain, startChain } from '../../scripts/local/chain.ts';

describe('a local chain', () => {
  let chain: Chain;
  before(async () => {
    chain = await startChain();
  });
  after(() => chain.close());

  /** The precompile that says what it was told. */
  const IDENTITY = '0x0000000000000000000000000000000000000004';
  const call = async (fields: object) => {
    const params = [{ to: IDENTITY, ...fields }, 'latest'];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(chain.url, { method: 'POST', headers, body });
    return (await answer.json()) as { result?: string; error?: { message: string } };
  };

  it('takes the data of a call under either name, and under both, as cast says it', async () => {
    for (const fields of [{ data: '0x1234' }, { input: '0x1234' }, { data: '0x1234', input: '0x1234' }])
      expect(await call(fields), JSON.stringify(fields)).to.include({ result: '0x1234' });
  });

  it('takes neither of two that differ', async () => {
    const { error } = await call({ data: '0x1234', input: '0x5678' });
    expect(error?.message).to.include('duplicate field');
  });

  it('begins when it is started, however long ago Hardhat was loaded', async () => {
    await setTimeout(1_500);
    const later = await startChain();
    const started = Date.now() / 1_000;
    try {
      const genesis = await later.provider.getBlock(0);
      expect(genesis?.timestamp).to.be.within(started - 1.2, started + 1);
    } finally {
      await later.close();
    }
  });

  it('makes blocks by itself when it is told to', async () => {
    const before = await chain.provider.getBlockNumber();
    await chain.mineEvery(10);
    while ((await chain.provider.getBlockNumber()) < before + 2);
    await chain.mineEvery(0);
  });
});
