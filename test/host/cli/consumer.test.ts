/** What is asked of a consumer is what SigningRequests will call. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { toEventSelector, toFunctionSelector } from 'viem';
import { CALLBACK_ABI, callbackWords } from '../../../signer/cli/look/callback.ts';
import { CONSUMER_ABI, CONSUMER_INTERFACE, consumerFindings } from '../../../signer/cli/words/consumer.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { Retryable } from '../../../signer/host/errors.ts';

const CONSUMER: Hex = `0x${'c0'.repeat(20)}`;
const NOBODY: Hex = `0x${'00'.repeat(20)}`;
const KEY: Hex = `0x${'01'.repeat(32)}`;
const YES = `0x${'0'.repeat(63)}1`;
const record = {
  ...{ chainId: 31_337, firstBlock: 0 },
  contracts: { signingRequests: { address: `0x${'5a'.repeat(20)}` as Hex, codeHash: `0x${'00'.repeat(32)}` as Hex } },
};
type Answers = { readonly code?: string; readonly supports?: string | null; readonly taken?: string | null };

/** null: it reverts. */
async function found(
  { code = '0x60', supports = null, taken = null }: Answers,
  callbackGas = 1_000,
  consumer = CONSUMER,
) {
  const rpc = async (method: string, [call]: readonly unknown[]) => {
    if (method === 'eth_getCode') return code;
    const { data } = call as { readonly data: string };
    const answer = data.startsWith(toFunctionSelector(CONSUMER_ABI[1])) ? supports : taken;
    if (answer === null) throw new Retryable('TRANSACTION_REVERTS', 'reverted');
    return answer;
  };
  const findings = await consumerFindings({ rpc, record }, { consumer, callbackGas, keyId: KEY });
  return findings.map(({ is, words }) => `${is}: ${words}`);
}

describe('a consumer of signatures', () => {
  it('has the interface that was compiled', () => {
    const file = '../../../artifacts/contracts/requests/ISignatureConsumer.sol/ISignatureConsumer.json';
    const { abi } = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
    expect(abi).to.have.length(1);
    expect(CONSUMER_INTERFACE).to.equal(toFunctionSelector(abi[0]));
  });

  it('is a problem without code', async () => {
    expect(await found({ code: '0x' })).to.deep.equal([
      `problem: the consumer ${CONSUMER} has no code: nothing takes the signatures`,
    ]);
  });

  it('is fine where it says that it takes signatures', async () => {
    expect(await found({ supports: YES })).to.deep.equal([
      `fine: the consumer ${CONSUMER} says that it takes signatures`,
    ]);
  });

  it('is a warning where it does not, or answers nonsense', async () => {
    expect((await found({}))[0]).to.match(/^warning: .*refuses a try of onSignature$/);
    expect((await found({ supports: '0x', taken: '0x' }))[0]).to.match(/^warning: .*\(ERC-165\)$/);
    expect((await found({ supports: `0x${'0'.repeat(63)}2` }))[0]).to.match(/^warning/);
  });

  it('is a problem where it is called without gas, or gas is there and nobody to call', async () => {
    expect(await found({ supports: YES }, 0)).to.deep.equal([
      'problem: the consumer is called with no gas, so it takes nothing: say how much, --callback-gas',
      `fine: the consumer ${CONSUMER} says that it takes signatures`,
    ]);
    expect(await found({}, 5, NOBODY)).to.deep.equal([
      'problem: there is gas for a call of nobody: name a --consumer, or no --callback-gas',
    ]);
    expect(await found({}, 0, NOBODY)).to.deep.equal([]);
  });

  it('has taken the signatures or not by the events that were compiled', () => {
    const file = '../../../artifacts/contracts/requests/ISigningRequests.sol/ISigningRequests.json';
    const { abi } = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
    for (const event of CALLBACK_ABI) {
      const compiled = abi.find(({ name }: { readonly name?: string }) => name === event.name);
      expect(toEventSelector(compiled)).to.equal(toEventSelector(event));
      expect(compiled.inputs.map(({ indexed }: { readonly indexed: boolean }) => indexed)).to.deep.equal([true, true]);
    }
    const told = (delivered: boolean | null) => callbackWords({ consumer: CONSUMER, gas: 7, delivered });
    expect([told(null), told(true), told(false)].join()).to.match(/not called yet.*has taken.*NOT DELIVERED.*7 gas/);
  });
});
