import { expect } from 'chai';
import { encodeErrorResult } from 'viem';
import { AlreadyKnown, sorted } from '../../../signer/host/adapters/failures.ts';
import { ERRORS_ABI } from '../../../signer/host/chain/abi.ts';

describe('failures of an RPC', () => {
  const said: [string, object, string][] = [
    ['geth: range', { details: 'query returned more than 10000 results' }, 'RANGE_TOO_LONG'],
    ['a provider: range', { message: 'block range is too large, max is 2000' }, 'RANGE_TOO_LONG'],
    ['geth: pruned', { details: 'missing trie node 1234 (path )' }, 'HISTORY_PRUNED'],
    ['erigon: pruned', { details: 'old data not available due to pruning' }, 'HISTORY_PRUNED'],
    ['reth: proofs', { details: 'distance to target block exceeds maximum proof window' }, 'HISTORY_PRUNED'],
    ['revert with data', { message: 'execution reverted', data: '0x12345678' }, 'TRANSACTION_REVERTS'],
    [
      'hardhat: revert',
      { message: "VM Exception while processing transaction: reverted with custom error 'X()'" },
      'TRANSACTION_REVERTS',
    ],
    ['geth: nonce', { details: 'nonce too low: next nonce 5, tx nonce 4' }, 'NONCE_USED'],
    ['geth: replacement', { details: 'replacement transaction underpriced' }, 'UNDERPRICED'],
    ['geth: poor', { details: 'insufficient funds for gas * price + value' }, 'GAS_ACCOUNT_EMPTY'],
    ['hardhat: poor', { message: "Sender doesn't have enough funds to send tx" }, 'GAS_ACCOUNT_EMPTY'],
    ['nobody there', { shortMessage: 'HTTP request failed.', cause: { message: 'fetch failed' } }, 'RPC_UNAVAILABLE'],
    ['too slow', { shortMessage: 'The request took too long to respond.' }, 'RPC_UNAVAILABLE'],
    ['something else', { message: 'unauthorized' }, 'RPC_REFUSED'],
  ];
  for (const [what, error, code] of said)
    it(`are sorted: ${what} is ${code}`, () => {
      expect(sorted('eth_x', error)).to.have.property('code', code);
    });

  it('name the error of the contract, with what disagreed', () => {
    const args = [`0x${'11'.repeat(32)}`, 3, 4] as const;
    const data = encodeErrorResult({ abi: ERRORS_ABI, errorName: 'EnclaveRegistryWrongEpoch', args: args as never });
    const wrapped = { shortMessage: 'An internal error was received.', cause: { data, message: 'execution reverted' } };
    const { message } = sorted('eth_estimateGas', wrapped);
    expect(message).to.equal(`eth_estimateGas: reverts with EnclaveRegistryWrongEpoch(${args.join(', ')})`);
    expect(sorted('eth_call', { data: '0x12345678' }).message).to.include('an unknown error 0x12345678');
  });

  it('are none when the transaction is known already', () => {
    expect(sorted('eth_sendRawTransaction', { details: 'already known' })).to.be.instanceOf(AlreadyKnown);
  });
});
