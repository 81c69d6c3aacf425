/** Every call that a proposal can hold is told in words, and every value of it is in them. */

import { expect } from 'chai';
import { type AbiFunction, type AbiParameter, encodeFunctionData, type Hex, keccak256, stringToHex } from 'viem';
import { CALLABLE, callable } from '../../../signer/cli/words/callable.ts';
import { callWords } from '../../../signer/cli/words/callWords.ts';
import { tellingOf } from '../../../signer/cli/words/effectWords.ts';
import { time } from '../../../signer/cli/words/named.ts';

const addressOf = (name: string): Hex => `0x${keccak256(stringToHex(name)).slice(2, 42)}`;
const record = {
  ...{ chainId: 31337, firstBlock: 0 },
  contracts: Object.fromEntries(
    CALLABLE.map((name) => [name, { address: addressOf(name), codeHash: `0x${'00'.repeat(32)}` as Hex }]),
  ),
};

/** Whoever calls a view changes nothing, but for those that stop a proposal. */
const CHECKS = ['requireCode', 'requireLive'];
const functionsOf = (name: string): AbiFunction[] =>
  (callable(name) ?? []).filter(
    (item): item is AbiFunction =>
      item.type === 'function' && (!['view', 'pure'].includes(item.stateMutability) || CHECKS.includes(item.name)),
  );

/** A value for each parameter; the one that is `turned`, in the order of leaves, is another. */
function sampler(turned: number) {
  let leaf = -1;
  const sample = (parameter: AbiParameter): unknown => {
    const [, of, list] = /^(.*)(\[\])$/.exec(parameter.type) ?? [];
    if (list !== undefined) return [sample({ ...parameter, type: of! }), sample({ ...parameter, type: of! })];
    if ('components' in parameter)
      return Object.fromEntries(parameter.components.map((one) => [one.name, sample(one)]));
    leaf += 1;
    return valueLike(parameter.type, leaf === turned ? 7 : 1 + (leaf % 3));
  };
  return { sample, leaves: () => leaf + 1 };
}

function valueLike(type: string, seed: number): unknown {
  const digit = seed.toString(16);
  if (type === 'bool') return seed === 7;
  if (type === 'string') return `words ${digit}`;
  if (type === 'address') return `0x${`0${digit}`.repeat(20)}`;
  if (type === 'bytes') return `0x${`0${digit}`.repeat(40)}`;
  if (type.startsWith('bytes')) return `0x${`0${digit}`.repeat(Number(type.slice(5)))}`;
  return Number(type.slice(4)) > 48 ? BigInt(seed) : seed;
}

function calldataOf(item: AbiFunction, turned = -1): { readonly data: Hex; readonly leaves: number } {
  const { sample, leaves } = sampler(turned);
  const args = item.inputs.map(sample);
  return { data: encodeFunctionData({ abi: [item], functionName: item.name, args }), leaves: leaves() };
}

describe('the words of a call', () => {
  let told: (contract: string, data: Hex) => string;
  before(async () => {
    const telling = await tellingOf({}, record);
    told = (contract, data) => callWords({ record, telling }, addressOf(contract), data)?.words.join('\n') ?? '';
  });

  it('are there for every contract that has functions for votes', () => {
    expect(CALLABLE.flatMap(functionsOf)).to.have.length.above(120);
  });

  for (const contract of CALLABLE)
    describe(contract, () => {
      for (const item of functionsOf(contract)) {
        const name = `${item.name}(${item.inputs.map(({ type }) => type).join()})`;

        it(`say what ${name} does, and no JSON`, () => {
          const words = told(contract, calldataOf(item).data);
          expect(words).to.not.equal('');
          expect(words).to.not.match(/[{}[\]"]|undefined|null|NaN|\[object/);
          expect(words, 'a sentence, not only values').to.match(/[a-z]{2,} [a-z]{2,}/);
        });

        it(`say every value of ${name}`, () => {
          const { data, leaves } = calldataOf(item);
          const words = told(contract, data);
          for (let at = 0; at < leaves; at += 1)
            expect(told(contract, calldataOf(item, at).data), `value ${at}`).to.not.equal(words);
        });
      }
    });

  it('follow calls within calls, and not for ever', () => {
    const [raise] = functionsOf('keyRegistry').filter(({ name }) => name === 'raise');
    let inner = calldataOf(raise!).data;
    const relay = functionsOf('governor').find(({ name }) => name === 'relay')!;
    const around = (to: Hex, data: Hex) =>
      encodeFunctionData({ abi: [relay], functionName: 'relay', args: [to, 0n, data] });
    inner = around(addressOf('keyRegistry'), inner);
    expect(told('governor', inner)).to.include('keyRegistry.raise').and.include('may ask anew');
    for (let deep = 0; deep < 5; deep += 1) inner = around(addressOf('governor'), inner);
    expect(told('governor', inner)).to.include('nobody here knows what it does');
  });

  it('name accounts that the record knows, and functions by their names', () => {
    const item = functionsOf('accessManager').find(({ name }) => name === 'setTargetFunctionRole')!;
    const args = [addressOf('keyRegistry'), [calldataOf(functionsOf('keyRegistry')[0]!).data.slice(0, 10)], 5n];
    const data = encodeFunctionData({ abi: [item], functionName: item.name, args });
    expect(told('accessManager', data)).to.match(
      /^role 5 may call keyRegistry\.\w+ of keyRegistry \(0x[0-9a-fA-F]{40}\)$/,
    );
  });

  it('tell a time that no calendar has, and fail over none', () => {
    expect(time(8.64e12)).to.equal('+275760-09-13T00:00:00Z');
    expect(time(2 ** 48 - 1)).to.equal('second 281474976710655, which no calendar has');
  });
});
