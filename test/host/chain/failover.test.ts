import { expect } from 'chai';
import { failover } from '../../../signer/host/chain/failover.ts';
import { Fatal, Retryable } from '../../../signer/host/errors.ts';
import { fakeChain } from '../support/fakeChain.ts';

const down = () => new Retryable('RPC_UNAVAILABLE', 'nobody there');
const pair = () => {
  const [first, second] = [fakeChain(), fakeChain()];
  return { first, second, chain: failover([first, second], () => {}) };
};

describe('failover', () => {
  it('asks the next provider when one fails', async () => {
    const { first, second, chain } = pair();
    first.failures.set('events', [down()]);
    await chain.events(0, 0);
    expect(second.asked).to.deep.equal([[0, 0]]);
  });

  it('does not ask elsewhere what all would answer alike', async () => {
    const { first, second, chain } = pair();
    first.failures.set('estimateGas', [new Retryable('TRANSACTION_REVERTS', 'no')]);
    second.failures.set('estimateGas', [new Retryable('TRANSACTION_REVERTS', 'asked')]);
    expect(await chain.estimateGas('0x', '0x', '0x').catch((error) => error.message)).to.equal('no');
  });

  it('prefers the one that is furthest ahead', async () => {
    const { second, chain } = pair();
    second.mine();
    expect((await chain.finalized()).number).to.equal(1);
    await chain.events(0, 1);
    expect(second.asked).to.deep.equal([[0, 1]]);
  });

  it('leaves one that failed alone for a while', async () => {
    const { first, chain } = pair();
    first.failures.set('finalized', [down()]);
    await chain.finalized();
    first.mine();
    expect((await chain.finalized()).number).to.equal(0);
    for (let count = 0; count < 20; count += 1) await chain.finalized();
    expect((await chain.finalized()).number).to.equal(1);
  });

  it('fails when all of them fail, with what each one said', async () => {
    const { first, second, chain } = pair();
    first.failures.set('finalized', [down()]);
    second.failures.set('finalized', [new Retryable('RPC_REFUSED', 'unauthorized')]);
    const error = await chain.finalized().catch((error) => error);
    expect(error).to.have.property('code', 'RPC_UNAVAILABLE');
    expect(error.message).to.include('nobody there').and.include('unauthorized');
    expect((await chain.finalized()).number).to.equal(0);
  });

  it('takes providers of different chains for a mistake', async () => {
    const { second, chain } = pair();
    second.chainId = async () => 1;
    expect(await chain.chainId().catch((error) => error))
      .to.be.instanceOf(Fatal)
      .with.property('code', 'WRONG_CHAIN');
  });
});
