/** Preimages over hex against ethers, which the contracts' tests use to write them from docs/formats.md. */

import { expect } from 'chai';
import fc from 'fast-check';
import type { Hex } from '../../signer/formats/hex.ts';
import {
  birthDomain,
  derivationTweak,
  enclaveId,
  requestHeader,
  requestId,
} from '../../signer/formats/wirePreimages.ts';
import * as oracle from '../contracts/support/preimages.ts';

const bytes = (least: number, most = least): fc.Arbitrary<Hex> =>
  fc
    .uint8Array({ minLength: least, maxLength: most })
    .map((value) => `0x${Buffer.from(value).toString('hex')}` as const);
const [word, address] = [bytes(32), bytes(20)];
const decimal = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const effect = fc.record({
  ...{ kind: fc.nat(255), asset: word, recipient: bytes(0, 40) },
  ...{ amount: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map(String), detail: word },
});
const request = fc.record({
  ...{ keyId: word, requester: address, counter: decimal, path: word, kind: fc.nat(255), payload: bytes(0, 100) },
  ...{ digests: fc.array(bytes(0, 64), { maxLength: 3 }), effects: fc.array(effect, { maxLength: 3 }) },
  ...{ deadline: fc.nat(), consumer: address, callbackGas: fc.nat(), replaces: word },
});
const CONTRACT = `0x${'c0'.repeat(20)}` as const;
const PLACE = { chainId: 31_337n, contract: CONTRACT };

describe('preimages over hex', () => {
  it('of a request are those of the contract: its header and its id', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { deadline, kind, callbackGas, ...found } = requestHeader(asked);
        const expected = oracle.header(asked, asked.requester, asked.counter);
        expect({
          ...found,
          deadline: BigInt(deadline),
          kind: BigInt(kind),
          callbackGas: BigInt(callbackGas),
        }).to.deep.equal(expected);
        expect(requestId(31_337, CONTRACT, asked)).to.equal(oracle.requestId(PLACE, expected));
      }),
      { numRuns: 50 },
    );
  });

  it('make a header once for each request', () => {
    const [asked] = fc.sample(request, 1);
    expect(requestHeader(asked!)).to.equal(requestHeader(asked!));
    expect(requestHeader({ ...asked! })).not.to.equal(requestHeader(asked!));
  });

  it('of enclaves, keys and what derives from them are those of the contracts', () => {
    fc.assert(
      fc.property(address, address, word, word, fc.constantFrom(2, 3), (one, other, key, x, prefix) => {
        expect(enclaveId(31_337, CONTRACT, one, other)).to.equal(oracle.enclaveId(PLACE, one, other));
        const birth = birthDomain(31_337, CONTRACT, key, { prefix, x });
        expect(birth).to.equal(oracle.birthDomain(PLACE, key, prefix, x));
        expect(derivationTweak(birth, one, x)).to.equal(oracle.tweak(birth, one, x));
      }),
      { numRuns: 20 },
    );
  });

  it('refuse what is not hex of the right length', () => {
    const id = (operator: string) => enclaveId(1, CONTRACT, operator as Hex, CONTRACT);
    for (const wrong of ['0x', '0x12', `0x${'zz'.repeat(20)}`, `0x${'11'.repeat(19)}1`])
      expect(() => id(wrong), wrong).to.throw();
  });
});
