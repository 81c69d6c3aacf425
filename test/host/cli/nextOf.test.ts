/** What a proposal waits for, in times and in commands that can be pasted. */

import { expect } from 'chai';
import { encodeFunctionResult, toFunctionSelector } from 'viem';
import { GOVERNOR_ABI } from '../../../signer/cli/chain/abi.ts';
import { defeatWords, nextOf, sameOptions, votingWords } from '../../../signer/cli/vote/nextOf.ts';
import type { Hex } from '../../../signer/formats/hex.ts';

const NOW = Math.floor(Date.now() / 1_000);
const timing = {
  ...{ now: NOW, here: NOW, block: 100, votingDelay: 1, votingPeriod: 30, timelockDelay: 2, blockTime: 2 },
  earliest: NOW + 66,
};
const iso = (seconds: number) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');

describe('the vote on a proposal', () => {
  it('begins and ends with a block, at about a time', () => {
    expect(votingWords(timing, 101)).to.equal(
      `voting begins with block 103 (about ${iso(NOW + 6)}) and ends with block 132 (about ${iso(NOW + 64)}), 30 blocks, some 1 min`,
    );
  });

  it('is timed by the chain`s clock where that is another one', () => {
    expect(votingWords({ ...timing, now: NOW + 300 }, 101)).to.include("by the chain's clock");
  });

  it('was lost for a reason', () => {
    const none = { against: 0n, inFavour: 0n, abstained: 0n, quorum: 10n };
    expect(defeatWords(none)).to.equal('nobody voted');
    expect(defeatWords({ ...none, inFavour: 4n, abstained: 5n })).to.equal(
      'its quorum was not reached: 9 of 10 (4 for, 0 against, 5 abstained)',
    );
    expect(defeatWords({ ...none, inFavour: 5n, against: 5n, abstained: 5n })).to.equal(
      'no more votes for it than against it: 5 for, 5 against, 5 abstained',
    );
    expect(defeatWords({ ...none, against: 1n })).to.include('quorum was not reached: 0 of 10');
  });
});

describe('the next command', () => {
  it('has what this one was given, as a shell takes it', () => {
    const given = { 'key-file': "it's here", from: undefined, rpc: 'http://127.0.0.1:1', config: undefined };
    expect(sameOptions(given)).to.equal(" --key-file 'it'\\''s here' --rpc http://127.0.0.1:1");
    expect(sameOptions({ config: 'out/a.json', from: '0x12' })).to.equal(' --from 0x12 --config out/a.json');
    expect(sameOptions({})).to.equal('');
  });

  const [REQUESTS, KEYS]: [Hex, Hex] = [`0x${'5a'.repeat(20)}`, `0x${'4e'.repeat(20)}`];
  const contract = (address: Hex) => ({ address, codeHash: `0x${'00'.repeat(32)}` as Hex });
  const record = {
    ...{ chainId: 31_337, firstBlock: 0 },
    contracts: { signingRequests: contract(REQUESTS), governor: contract(`0x${'60'.repeat(20)}`) },
  };
  const rpc = async (_: string, [call]: readonly unknown[]) => {
    const { data } = call as { readonly data: Hex };
    const isVotes = data.startsWith(toFunctionSelector('proposalVotes(uint256)'));
    return isVotes
      ? encodeFunctionResult({ abi: GOVERNOR_ABI, functionName: 'proposalVotes', result: [9n, 3n, 0n] })
      : encodeFunctionResult({ abi: GOVERNOR_ABI, functionName: 'quorum', result: 2n });
  };
  const of = (state: 'executed' | 'defeated' | 'succeeded', targets: readonly Hex[]) =>
    nextOf({ rpc, record }, { id: 7n, voteStart: 1n, targets }, state, { from: KEYS });

  it('looks for a request only where one was asked for', async () => {
    expect(await of('executed', [KEYS, REQUESTS])).to.equal('done; the request that came of it: quorate requests');
    expect(await of('executed', [KEYS])).to.equal('done');
  });

  it('is the same person`s', async () => {
    expect(await of('succeeded', [])).to.equal(`next: quorate queue 7 --from ${KEYS}`);
  });

  it('is another proposal where this one was lost, and says why', async () => {
    expect(await of('defeated', [])).to.match(
      /^no more votes for it than against it: 3 for, 9 against.*propose it anew/,
    );
  });
});
