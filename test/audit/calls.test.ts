/** The calls that an audit looks for are those that every tool makes: ethers' encoding is the second opinion. */

import { expect } from 'chai';
import { AbiCoder, hexlify } from 'ethers';
import fc from 'fast-check';
import { abiArray, abiBytes, abiEncode, abiTuple, abiUint, abiWord } from '../../signer/audit/abi.ts';
import { placeCall, requestCall, requestForCall } from '../../signer/audit/calls.ts';
import type { Effect, Intent } from '../../signer/formats/request.ts';
import { addressWord } from '../../signer/formats/words.ts';
import { Mandates__factory } from '../../types/factories/contracts/requests/modules/Mandates__factory.ts';
import { SigningRequests__factory } from '../../types/factories/contracts/requests/SigningRequests__factory.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const upTo = (length: number) => fc.uint8Array({ maxLength: length });
const effect: fc.Arbitrary<Effect> = fc.record({
  kind: fc.nat(255),
  asset: bytes(32),
  recipient: upTo(70),
  amount: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  detail: bytes(32),
});
const intent: fc.Arbitrary<Intent> = fc.record({
  keyId: bytes(32),
  path: bytes(32),
  kind: fc.nat(255),
  payload: upTo(200),
  digests: fc.array(upTo(40), { maxLength: 4 }),
  effects: fc.array(effect, { maxLength: 4 }),
  deadline: fc.nat(2 ** 31 - 1),
  consumer: bytes(20),
  callbackGas: fc.nat(2 ** 31 - 1),
  replaces: bytes(32),
});

/** As ethers takes a struct. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexlify(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  return value;
}

describe('the calls of a vote', () => {
  const requests = SigningRequests__factory.createInterface();
  const mandates = Mandates__factory.createInterface();

  it('are those of SigningRequests', () => {
    fc.assert(
      fc.property(intent, bytes(20), (asked, requester) => {
        const shown = plain(asked);
        expect(hexlify(requestCall(asked))).to.equal(requests.encodeFunctionData('request', [shown] as never));
        const inTheNameOf = [shown, hexlify(requester), `0x${'00'.repeat(32)}`] as never;
        expect(hexlify(requestForCall(asked, requester))).to.equal(
          requests.encodeFunctionData('requestFor', inTheNameOf),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are those of Mandates', () => {
    const cap = fc.record({ asset: bytes(32), amount: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }) });
    fc.assert(
      fc.property(intent, bytes(20), fc.array(cap, { maxLength: 3 }), (asked, executor, feeCaps) => {
        const mandate = { module: new Uint8Array(20), executor, feeCaps };
        const { keyId, path, kind, effects, deadline, consumer, callbackGas } = asked;
        const shown = plain({ keyId, path, kind, effects, feeCaps, executor, deadline, consumer, callbackGas });
        expect(hexlify(placeCall(asked, effects, mandate))).to.equal(
          mandates.encodeFunctionData('place', [shown] as never),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('encodes lists, bytes and words as ethers does', () => {
    const [target, data] = [new Uint8Array(20).fill(7), Uint8Array.of(1, 2, 3)];
    const ours = abiEncode(
      abiArray([abiWord(addressWord(target))]),
      abiArray([abiBytes(data), abiBytes(new Uint8Array(64))]),
      abiTuple(abiUint(5n), abiUint(6)),
      abiWord(addressWord(target)),
    );
    const theirs = AbiCoder.defaultAbiCoder().encode(
      ['address[]', 'bytes[]', 'tuple(uint256,uint256)', 'address'],
      [[hexlify(target)], [hexlify(data), `0x${'00'.repeat(64)}`], [5n, 6n], hexlify(target)],
    );
    expect(hexlify(ours)).to.equal(theirs);
    expect(() => abiWord(Uint8Array.of(1))).to.throw(RangeError);
  });
});
