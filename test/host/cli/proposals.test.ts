/** What a proposal is made of: amounts, arguments, and the program that rehearses its calls. */

import { expect } from 'chai';
import { parseAbiItem } from 'viem';
import type { Options } from '../../../signer/cli/command.ts';
import { encodable } from '../../../signer/cli/propose/argumentsOf.ts';
import { calledIn } from '../../../signer/cli/propose/call.ts';
import { programOf } from '../../../signer/cli/propose/rehearsal.ts';
import { amountOf, amountWords, assetOf } from '../../../signer/cli/words/assets.ts';
import { effectWords, tellingOf } from '../../../signer/cli/words/effectWords.ts';
import { fromHex, type Hex } from '../../../signer/formats/hex.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import { BITCOIN_ASSET } from '../../../signer/payload/caip.ts';

describe('assets', () => {
  it('are taken by name, CAIP-19 id or hash, and shown with every digit', () => {
    const { hash, decimals } = assetOf('btc');
    expect(fromHex(hash)).to.deep.equal(BITCOIN_ASSET);
    expect(assetOf(hash)).to.deep.equal({ hash, decimals });
    expect(amountWords(150_000n, hash)).to.equal('0.00150000 BTC');
    expect(amountWords(1n, assetOf('eip155:1/slip44:60').hash)).to.equal('0.000000000000000001 ETH on Ethereum');
    const token = assetOf('eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f');
    expect(token.decimals).to.equal(null);
    expect(amountWords(5n, token.hash)).to.equal(`5 of asset ${token.hash}`);
  });

  for (const text of ['', 'bitcoin', '0x12', 'eip155:1', '0xAB'])
    it(`are not guessed from "${text}"`, () => {
      expect(() => assetOf(text)).to.throw(Fatal, 'no asset');
    });

  it('take amounts in their smallest unit or in one that is named', () => {
    expect(['0.5btc', '50000000', '1BTC', '0.00000001btc'].map((text) => amountOf(text, 8))).to.deep.equal([
      ...[50_000_000n, 50_000_000n, 100_000_000n, 1n],
    ]);
  });

  // a unit of another asset, a part of the smallest unit, a bare decimal point: a digit would be lost or moved
  for (const text of ['0.5', '0.5eth', '0.000000001btc', '-1', '1e8', 'btc', ''])
    it(`refuse the amount "${text}"`, () => {
      expect(() => amountOf(text, 8)).to.throw(Fatal, 'no amount');
    });

  it('take no unit where the digits are unknown', () => {
    expect(() => amountOf('1btc', null)).to.throw(Fatal, 'no amount');
  });
});

describe('effects in words', () => {
  const script = fromHex('0x0014751e76e8199196d454941c45d1b3a323f1433bd6');
  const transfer = {
    ...{ kind: 1, asset: BITCOIN_ASSET, recipient: script, amount: 5_000n, detail: new Uint8Array(32) },
  };

  it('write a script as the address that the network has for it', async () => {
    const words = async (network: string) => effectWords(transfer, await tellingOf({ network }, null));
    // > bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 (BIP-173)
    expect(await words('mainnet')).to.equal('pays 0.00005000 BTC to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4');
    expect(await words('regtest')).to.match(/ to bcrt1q/);
  });

  it('write for the main network unless the home chain is a local one', async () => {
    expect((await tellingOf({}, { chainId: 1 })).network).to.equal('mainnet');
    expect((await tellingOf({}, { chainId: 31_337 })).network).to.equal('regtest');
    expect((await tellingOf({ network: 'signet' }, { chainId: 31_337 })).network).to.equal('signet');
  });

  it('show what has no address as it is', async () => {
    const telling = await tellingOf({}, null);
    const of = (recipient: Hex, kind = 1) => effectWords({ ...transfer, kind, recipient: fromHex(recipient) }, telling);
    expect(of('0x6a00')).to.equal('pays 0.00005000 BTC to script 0x6a00');
    expect(of(`0x${'11'.repeat(20)}a9059cbb`, 3)).to.include(`calls 0x${'11'.repeat(20)} (function 0xa9059cbb)`);
    expect(of('0x', 99)).to.equal('has an effect of an unknown kind, 99');
  });
});

describe('arguments of a call', () => {
  const item = parseAbiItem([
    'function f(address who, uint8 small, uint256 large, (bytes32 id, bytes[] parts)[] list, bool yes)',
    'struct Unused { uint256 a; }',
  ]) as unknown as { readonly inputs: Parameters<typeof encodable>[0] };
  const who = `0x${'Ab'.repeat(20)}`;
  const id = `0x${'cd'.repeat(32)}`;
  const good: readonly unknown[] = [
    who,
    255,
    '115792089237316195423570985008687907853269984665640564039457584007913129639935',
    [{ id, parts: ['0x', '0x01'] }],
    true,
  ];

  it('are as the ABI wants them', () => {
    expect(encodable(item.inputs, good)).to.deep.equal([
      ...[who.toLowerCase(), 255, 2n ** 256n - 1n, [{ id, parts: ['0x', '0x01'] }], true],
    ]);
    expect(encodable(item.inputs, good.with(3, [[id, []]]))[3]).to.deep.equal([{ id, parts: [] }]);
  });

  const wrong: Readonly<Record<string, [args: readonly unknown[], says: string]>> = {
    'too few of them': [good.slice(1), '4 arguments, it takes 5: address who, uint8 small'],
    'a number that its type has not': [good.with(1, 256), 'small: it is not within uint8'],
    'a negative one': [good.with(2, '-1'), 'large: it is not within uint256'],
    'one that JSON has rounded': [good.with(2, 2 ** 60), 'as text beyond 2^53'],
    'a short address': [good.with(0, '0x12'), 'who: it is not 20 bytes'],
    'a field more': [good.with(3, [{ id, parts: [], more: 1 }]), 'list[0]: it is not an object with exactly id, parts'],
    'half a byte': [good.with(3, [{ id, parts: ['0x1'] }]), 'list[0].parts[0]: it is not bytes in hex'],
    'a word for a truth': [good.with(4, 'true'), 'yes: it is not true or false'],
  };
  for (const [how, [args, says]] of Object.entries(wrong))
    it(`are refused with ${how}`, () => {
      expect(() => encodable(item.inputs, args)).to.throw(Fatal, says);
    });
});

describe('what a proposal calls', () => {
  const to: Hex = `0x${'ab'.repeat(20)}`;
  const record = {
    ...{ chainId: 31_337, firstBlock: 0 },
    contracts: { token: { address: to, codeHash: `0x${'00'.repeat(32)}` as Hex } },
  };
  const called = (options: Options) => calledIn({ args: '[]', ...options }, record, to);

  it('is calldata as it is', () => {
    expect(called({ data: '0xAB12' })).to.deep.equal({ data: '0xab12', named: [] });
  });

  const wrong: Readonly<Record<string, [options: Options, says: string]>> = {
    'calldata that is no hex': [{ data: '0xzz' }, '--data is no hex: 0xzz'],
    'half a byte': [{ data: '0x123' }, '--data is no hex: 0x123'],
    'calldata that is empty': [{ data: '' }, '--data is no hex: it is empty'],
    'both ways': [{ data: '0x12', function: 'transfer' }, '--data and --function are both there'],
    'neither way': [{}, 'it is not said what is called'],
    'a function that nobody knows': [{ function: 'nope' }, 'token has no function nope that is known here'],
  };
  for (const [how, [options, says]] of Object.entries(wrong))
    it(`is refused with ${how}`, () => {
      expect(() => called(options)).to.throw(Fatal, says);
    });
});

describe('a rehearsal', () => {
  it('has a place to jump to behind each call, and every call`s data at its end', () => {
    const calls = [1, 2, 3].map((at) => ({
      target: `0x${String(at).repeat(40)}` as Hex,
      data: `0x${'ab'.repeat(at)}` as Hex,
    }));
    const code = Buffer.from(programOf(calls).slice(2), 'hex');
    for (const at of [1, 2, 3]) expect(code[at * 106], 'JUMPDEST').to.equal(0x5b);
    expect(code.subarray(-6).toString('hex')).to.equal('ab'.repeat(6));
  });
});
