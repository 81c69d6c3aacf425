/** The block after a checkpoint, found through providers that lag or lie, and where there is none. */

import { expect } from 'chai';
import { keccak256 } from 'viem';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { isRetryable, Retryable } from '../../../signer/host/errors.ts';
import { findChild } from '../../../signer/host/life/findChild.ts';
import type { BlockRef } from '../../../signer/host/ports/chain.ts';
import { word as bytes } from '../../enclave/path/support/facts.ts';
import { childHeader } from '../../enclave/support/parentRoots.ts';
import { word } from '../support/fakeChain.ts';

const ROOT = bytes(0xcc);
const TRUSTED = { root: toHex(ROOT), blockHash: word(0xe0) };
const REST = { parentHash: word(1), timestamp: 1 };

/** Block 70 is in the checkpoint; what each provider says of those after it, headers or null. */
function chainOf(...providers: Readonly<Record<number, Hex | null>>[]) {
  const headers = new Map(
    providers.flatMap((says) => Object.values(says).map((each) => [each && keccak256(each), each])),
  );
  const refOf = (number: number, header?: Hex | null): BlockRef | null =>
    header ? { ...REST, number, hash: keccak256(header) } : null;
  return {
    blockOf: async (hash: Hex): Promise<BlockRef | null> =>
      hash === TRUSTED.blockHash ? { ...REST, number: 70, hash } : null,
    blocksAt: async (number: number) =>
      providers.map((says, at) => ({ rpc: `rpc ${at}`, block: refOf(number, says[number]) })),
    header: async (hash: Hex): Promise<Hex> => headers.get(hash) ?? word(0),
  };
}

const child = (number: number) => toHex(childHeader(ROOT, number));
const other = (number: number, seed = 1) => toHex(childHeader(bytes(seed), number));
const failure = (chain: Parameters<typeof findChild>[0], trusted = TRUSTED) =>
  findChild(chain, trusted).then(
    () => expect.fail('found one'),
    (error: unknown) => (isRetryable(error) ? error : expect.fail(`a bug: ${error}`)),
  );

describe('the child of a checkpoint', () => {
  it('is the next block', async () => {
    const chain = chainOf({ 71: child(71), 72: other(72) });
    expect(await findChild(chain, TRUSTED)).to.deep.equal({ number: 71, header: child(71) });
  });

  it('from Gloas on is the one after the checkpoint’s own payload, which names the block before', async () => {
    const chain = chainOf({ 71: other(71), 72: child(72) });
    expect(await findChild(chain, TRUSTED)).to.deep.equal({ number: 72, header: child(72) });
  });

  it('is found where one provider of several has it', async () => {
    const [lags, lies, honest] = [{}, { 71: other(71, 2), 72: other(72, 3) }, { 71: child(71) }];
    for (const providers of [
      [lags, lies, honest],
      [honest, lies, lags],
      [lies, honest],
    ])
      expect((await findChild(chainOf(...providers), TRUSTED)).header).to.equal(child(71));
  });

  it('is not missed because a provider names a hash that nobody has', async () => {
    const chain = chainOf({ 71: other(71) }, { 71: child(71) });
    for (const code of ['RPC_REFUSED', 'HEADER_MISMATCH'] as const) {
      const header = async (hash: Hex) => {
        if (hash === keccak256(other(71))) throw new Retryable(code, 'no such block');
        return chain.header(hash);
      };
      expect((await findChild({ ...chain, header }, TRUSTED)).header).to.equal(child(71));
    }
  });

  it('is waited for while there is none, and a person is told what to do if none comes', async () => {
    for (const chain of [chainOf({}), chainOf({ 71: other(71), 72: other(72), 73: child(73) }), chainOf()]) {
      const { code, message } = await failure(chain);
      expect(code).to.equal('PARENT_ROOT_UNNAMED');
      expect(message).to.include('another chain.checkpoint');
    }
  });

  it('is not looked for where no provider has the block in the checkpoint', async () => {
    expect((await failure(chainOf({ 71: child(71) }), { ...TRUSTED, blockHash: word(9) })).code).to.equal(
      'CHAIN_MOVED',
    );
  });

  it('is no header of a form that enclaves do not read', async () => {
    const later = toHex(childHeader(ROOT, 71, (fields) => fields.push(bytes(1))));
    expect((await failure(chainOf({ 71: later }))).code).to.equal('HEADER_MISMATCH');
  });

  it('is not said to be missing while no provider answers', async () => {
    const header = async () => {
      throw new Retryable('RPC_UNAVAILABLE', 'nobody there');
    };
    expect((await failure({ ...chainOf({ 71: child(71) }), header })).code).to.equal('RPC_UNAVAILABLE');
  });
});
