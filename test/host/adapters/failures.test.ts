import { expect } from 'chai';
import { encodeErrorResult } from 'viem';
import { AlreadyKnown, NoAnswer, NodeError, sorted } from '../../../signer/host/adapters/failures.ts';
import { ERRORS_ABI } from '../../../signer/host/chain/abi.ts';
import { describe as inWords, type RetryableCode } from '../../../signer/host/errors.ts';

const [LOGS, PROOF, CALL] = ['eth_getLogs', 'eth_getProof', 'eth_call'];
const [ESTIMATE, SEND, BLOCK] = ['eth_estimateGas', 'eth_sendRawTransaction', 'eth_getBlockByNumber'];

/** What nodes and providers say, word for word, and what it means for the method that was asked. */
const SAID: readonly (readonly [method: string, said: string, code: RetryableCode])[] = [
  [LOGS, 'query returned more than 10000 results', 'RANGE_TOO_LONG'],
  [LOGS, 'block range is too large, max is 2000', 'RANGE_TOO_LONG'],
  [LOGS, 'eth_getLogs is limited to a 10,000 range', 'RANGE_TOO_LONG'],
  [LOGS, 'You can make eth_getLogs requests with up to a 500 block range.', 'RANGE_TOO_LONG'],
  [LOGS, 'Log response size exceeded.', 'RANGE_TOO_LONG'],
  [LOGS, 'exceed maximum block range: 5000', 'RANGE_TOO_LONG'],
  [LOGS, 'block range is larger than max block range, block range = 5120, max block range = 5000', 'RANGE_TOO_LONG'],
  [LOGS, 'query exceeds max results 20000, retry with the range 1-2', 'RANGE_TOO_LONG'],
  [LOGS, 'backend response too large', 'RANGE_TOO_LONG'],
  [LOGS, 'upstream: execution aborted (timeout = 5s)', 'RANGE_TOO_LONG'],
  [LOGS, 'block range extends beyond current head block', 'RPC_REFUSED'],
  [LOGS, 'invalid block range params', 'RPC_REFUSED'],
  [LOGS, 'One of the blocks specified in filter (fromBlock, toBlock or blockHash) cannot be found', 'RPC_REFUSED'],
  [LOGS, 'history has been pruned', 'HISTORY_PRUNED'],
  [BLOCK, 'block range is too large', 'RPC_REFUSED'],
  [PROOF, 'query returned more than 10000 results', 'RPC_REFUSED'],

  [LOGS, 'rate limit exceeded', 'RPC_BUSY'],
  [BLOCK, 'rate limit exceeded', 'RPC_BUSY'],
  [SEND, 'over rate limit', 'RPC_BUSY'],
  [LOGS, 'limit exceeded', 'RPC_BUSY'],
  [LOGS, 'Too Many Requests', 'RPC_BUSY'],
  [LOGS, 'daily request count exceeded, request rate limited', 'RPC_BUSY'],
  [LOGS, 'Your app has exceeded its compute units per second capacity', 'RPC_BUSY'],
  [LOGS, 'credits limited to 6000/sec', 'RPC_BUSY'],
  [LOGS, 'request count over limit', 'RPC_BUSY'],
  [LOGS, 'project ID request rate exceeded', 'RPC_BUSY'],
  [CALL, 'call rate limit exhausted, retry in 10s', 'RPC_BUSY'],

  [PROOF, 'missing trie node 1234 (path )', 'HISTORY_PRUNED'],
  [PROOF, 'old data not available due to pruning', 'HISTORY_PRUNED'],
  [PROOF, 'distance to target block exceeds maximum proof window', 'HISTORY_PRUNED'],
  [PROOF, 'required historical state unavailable (reexec=128)', 'HISTORY_PRUNED'],
  [CALL, 'state is not available', 'HISTORY_PRUNED'],
  [CALL, 'archive state is required', 'HISTORY_PRUNED'],
  [SEND, 'history has been pruned', 'RPC_REFUSED'],
  [PROOF, 'the method eth_getProof does not exist/is not available', 'RPC_REFUSED'],

  [CALL, 'execution reverted', 'TRANSACTION_REVERTS'],
  [ESTIMATE, "VM Exception while processing transaction: reverted with custom error 'X()'", 'TRANSACTION_REVERTS'],
  [ESTIMATE, 'gas required exceeds allowance (550000000)', 'TRANSACTION_REVERTS'],
  [LOGS, 'execution reverted', 'RPC_REFUSED'],
  [PROOF, 'out of gas', 'RPC_REFUSED'],

  [SEND, 'nonce too low: next nonce 5, tx nonce 4', 'NONCE_USED'],
  [SEND, 'OldNonce, Current nonce: 5, nonce of rejected tx: 4.', 'NONCE_USED'],
  [SEND, 'nonce too high', 'RPC_REFUSED'],
  [ESTIMATE, 'nonce too low', 'RPC_REFUSED'],
  [SEND, 'replacement transaction underpriced', 'UNDERPRICED'],
  [SEND, 'replacement fee too low', 'UNDERPRICED'],
  [SEND, 'FeeTooLow, MaxFeePerGas too low.', 'UNDERPRICED'],
  [SEND, 'max priority fee per gas higher than max fee per gas', 'RPC_REFUSED'],
  [SEND, 'tx fee (1.63 ether) exceeds the configured cap (1.00 ether)', 'RPC_REFUSED'],
  [SEND, 'exceeds block gas limit', 'RPC_REFUSED'],
  [SEND, 'transaction gas limit too high (cap: 16777216, tx: 20000000)', 'RPC_REFUSED'],
  [SEND, 'intrinsic gas too low', 'RPC_REFUSED'],
  [SEND, 'transaction type not supported', 'RPC_REFUSED'],
  [SEND, 'insufficient funds for gas * price + value', 'GAS_ACCOUNT_EMPTY'],
  [SEND, 'InsufficientFunds, Account balance: 1, cumulative cost: 2', 'GAS_ACCOUNT_EMPTY'],
  [SEND, 'Upfront cost exceeds account balance', 'GAS_ACCOUNT_EMPTY'],
  [SEND, "Sender doesn't have enough funds to send tx", 'GAS_ACCOUNT_EMPTY'],
  [LOGS, 'insufficient funds', 'RPC_REFUSED'],
  [BLOCK, 'already known', 'RPC_REFUSED'],
  [BLOCK, 'unauthorized', 'RPC_REFUSED'],
  ['constructor', 'block range is too large', 'RPC_REFUSED'],
];
const KNOWN = [
  'already known',
  'ALREADY_EXISTS: already known',
  'AlreadyKnown, Transaction was already added',
  'Known transaction',
  'transaction already imported',
  'INTERNAL_ERROR: existing tx with same hash',
];

describe('failures of an RPC', () => {
  for (const [method, said, code] of SAID)
    it(`mean what their method allows: ${code} for ${method}, "${said}"`, () => {
      expect(sorted(method, new NodeError(said, -32_000))).to.have.property('code', code);
    });

  it('mean too much was asked where the code says so, unless the words say more', () => {
    expect(sorted(LOGS, new NodeError('exceeded', -32_005)).code).to.equal('RPC_BUSY');
    expect(sorted(LOGS, new NodeError('query returned more than 10000 results', -32_005)).code).to.equal(
      'RANGE_TOO_LONG',
    );
    expect(sorted(BLOCK, new NodeError('exceeded', 429)).code).to.equal('RPC_BUSY');
  });

  it('mean that nobody answers where nothing came', () => {
    expect(sorted(BLOCK, new NoAnswer('it took too long')).code).to.equal('RPC_UNAVAILABLE');
  });

  it('are understood as another library wraps them', () => {
    const wrapped = { shortMessage: 'HTTP request failed.', cause: { message: 'fetch failed' } };
    expect(sorted(BLOCK, wrapped).code).to.equal('RPC_UNAVAILABLE');
    expect(sorted(SEND, { details: 'nonce too low', message: 'x' }).code).to.equal('NONCE_USED');
  });

  it('name the error of the contract, with what disagreed', () => {
    const args = [`0x${'11'.repeat(32)}`, 3, 4] as const;
    const data = encodeErrorResult({ abi: ERRORS_ABI, errorName: 'EnclaveRegistryWrongEpoch', args: args as never });
    const { message } = sorted(ESTIMATE, new NodeError('execution reverted', 3, data));
    expect(message).to.equal(
      'eth_estimateGas: reverts with EnclaveRegistryWrongEpoch (id 0x1111111111…, epoch 3, expected 4)',
    );
    expect(sorted(ESTIMATE, new NodeError('reverted', 3, { data })).message).to.equal(message);
    expect(sorted(CALL, { data: '0x12345678' }).message).to.include('an unknown error 0x12345678');
  });

  for (const said of KNOWN)
    it(`are none when the transaction is known already: "${said}"`, () => {
      expect(sorted(SEND, new NodeError(said, -32_000))).to.be.instanceOf(AlreadyKnown);
      expect(sorted(ESTIMATE, new NodeError(said, -32_000))).not.to.be.instanceOf(AlreadyKnown);
    });

  it('are told in one short line, without what an address gives away', () => {
    const long = `failed at https://user:secret@rpc.example/v2/SECRET?key=SECRET and ${'x'.repeat(10_000)}\nsecond line`;
    const error = sorted(BLOCK, new NodeError(long, -32_000));
    expect(error.message).to.match(/^eth_getBlockByNumber: failed at https:\/\/rpc\.example and x+$/);
    expect(error.message.length).to.be.below(450);
    expect(inWords(error)).not.to.match(/secret/i);
  });

  it('take no more time than their words are worth', () => {
    sorted(LOGS, new NodeError(`${'histor'.repeat(20_000)} ${'1,'.repeat(20_000)}`, -32_000));
    sorted(SEND, new NodeError('0x'.padEnd(1_000_000, '1'), -32_000, '0x'.padEnd(1_000_000, '1')));
  });
});
