/** What contracts refuse with is told in words: no number that is a time, nothing doubled or cut. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { decodeErrorResult, encodeErrorResult } from 'viem';
import { VOTE_ERRORS_ABI } from '../../../signer/cli/chain/abi.ts';
import { revertWords, wordsOf } from '../../../signer/cli/words/revertWords.ts';
import { errorWords } from '../../../signer/host/chain/errorWords.ts';
import { Retryable } from '../../../signer/host/errors.ts';

type Item = { readonly type: string; readonly name: string };
const KEY = `0x95${'00'.repeat(31)}`;
const OPERATOR = `0x${'1f'.repeat(20)}`;
const TIME = 1_795_960_280;
const told = (errorName: string, ...args: readonly unknown[]) =>
  wordsOf(encodeErrorResult({ abi: VOTE_ERRORS_ABI, errorName, args } as never));

describe('errors of the contracts', () => {
  it('say when a pause ends, and of what', () => {
    expect(told('KeyRegistryPaused', KEY, TIME, TIME - 60)).to.equal(
      'KeyRegistryPaused: key 0x9500000000… is paused until 2026-11-29T13:51:20Z; wait, or end the pause (`quorate propose pause --end`)',
    );
  });

  it('say what a deadline may be', () => {
    expect(told('SigningRequestsDeadline', TIME, TIME + 1, TIME + 2)).to.equal(
      'SigningRequestsDeadline: its deadline is 2026-11-29T13:51:20Z, and has to be from 2026-11-29T13:51:21Z to 2026-11-29T13:51:22Z',
    );
  });

  it('say what to do about an operator that no vote admits', () => {
    expect(told('EnclaveRegistryNotAdmitted', OPERATOR)).to.match(
      /no vote admits operator 0x1[fF].*quorate propose admit --operator 0x1[fF]/,
    );
  });

  it('say by which of its limits a delegate is refused, and what helps', () => {
    expect(told('SpendingLimitsFeeTooHigh', KEY, OPERATOR, KEY, 900n, 500n)).to.match(
      /^SpendingLimitsFeeTooHigh: its fee is 900, and the limits allow 500 for one request; .*quorate propose guard/,
    );
    expect(told('SpendingLimitsDeadline', KEY, OPERATOR, TIME, TIME - 1)).to.match(
      /until 2026-11-29T13:51:20Z, and the limits end 2026-11-29T13:51:19Z; shorten --valid/,
    );
    expect(told('SpendingLimitsKindNotAllowed', KEY, OPERATOR, 3, 2)).to.include('no payload of kind 3; propose');
    expect(told('SpendingLimitsEffectNotAllowed', KEY, OPERATOR, 1n, 1, '0x1234')).to.include('effect 1, for 0x1234;');
  });

  it('let no text of a stranger write to the terminal itself', () => {
    expect(told('StringTooLong', 'a\u001b[2K\nb\u202ec')).to.equal('StringTooLong (str a.[2K.b.c)');
  });

  it('say that nobody is called, or how much gas may be', () => {
    expect(told('SigningRequestsCallbackGas', 300_000, 0n)).to.include('a call of nobody');
    expect(told('SigningRequestsCallbackGas', 5_000_000, 4_000_000n)).to.include('4000000 at most');
  });

  it('are told by their fields where there is no sentence for them', () => {
    expect(told('KeyRegistryAttemptOver', KEY, 2, TIME, TIME + 1)).to.equal(
      'KeyRegistryAttemptOver (key id 0x9500000000…, attempt 2, deadline 2026-11-29T13:51:20Z, time 2026-11-29T13:51:21Z)',
    );
    expect(told('KeyRegistryNoScheme')).to.equal('KeyRegistryNoScheme');
    expect(told('KeyRegistryInvalidDelay', 7, 8)).to.include('delay 7 s');
  });

  it('show no text of a stranger beyond eighty characters, and no time that is none', () => {
    expect(told('StringTooLong', 'x'.repeat(100))).to.equal(`StringTooLong (str ${'x'.repeat(80)}…)`);
    expect(told('SigningRequestsDeadlinePassed', KEY, 5, 6n)).to.include('its deadline was 5;');
  });

  it('have words for each error there is, without a hole in them', () => {
    for (const item of VOTE_ERRORS_ABI) {
      if (item.type !== 'error') continue;
      const args = item.inputs.map(({ type }) => sample(type));
      expect(errorWords({ errorName: item.name, args, abiItem: item })).to.not.match(/undefined|null|\[object/);
    }
  });

  it('are known of every contract that votes meet', () => {
    const folder = join(import.meta.dirname, '../../../artifacts/contracts');
    const known = new Set(VOTE_ERRORS_ABI.map(({ name }) => name as string));
    const missing = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^(keys|requests|governance|attestation)\/(guards\/|modules\/)?\w+\.sol\/\w+\.json$/.test(file))
      .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).abi as readonly Item[])
      .filter(({ type, name }) => type === 'error' && !known.has(name));
    expect(missing.map(({ name }) => name)).to.deep.equal([]);
    expect(known.size).to.be.greaterThan(100);
  });

  it('are read out of what a provider says, once', () => {
    const data = encodeErrorResult({
      abi: VOTE_ERRORS_ABI,
      errorName: 'EnclaveRegistryNotAdmitted',
      args: [OPERATOR],
    } as never);
    const cause = { message: `reverted with custom error 'EnclaveRegistryNotAdmitted("${OPERATOR}")'`, data };
    const words = revertWords(new Retryable('TRANSACTION_REVERTS', 'eth_call: reverts', { cause }));
    expect(words?.match(/EnclaveRegistryNotAdmitted/g)).to.have.length(1);
    expect(decodeErrorResult({ abi: VOTE_ERRORS_ABI, data }).errorName).to.equal('EnclaveRegistryNotAdmitted');
  });
});

function sample(type: string): unknown {
  if (type === 'string') return 'text';
  if (type === 'bool') return true;
  if (type === 'tuple') return {};
  if (type === 'address') return OPERATOR;
  return type.startsWith('bytes') ? KEY : 1;
}
