/** EVM transactions: against viem and ethers, which build and read them, and byte by byte. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { computeAddress, getAddress, id, keccak256, Transaction, zeroPadValue } from 'ethers';
import fc from 'fast-check';
import { parseTransaction, serializeTransaction, type TransactionSerializable } from 'viem';
import { conflicts } from '../../../signer/payload/evm/conflicts.ts';
import { effectsOf as declared } from '../../../signer/payload/evm/effectOf.ts';
import { evmDeeds } from '../../../signer/payload/evm/evmDeeds.ts';
import { decodeTransaction, type EvmTransaction, MAX_GAS } from '../../../signer/payload/evm/transaction.ts';
import { requireEffects } from '../../../signer/payload/requireEffects.ts';
import { facts } from '../../enclave/path/support/facts.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { bytesOf, decide, hex, type Shown, shown } from '../support/evm.ts';
import {
  authorized,
  BOB,
  DAI_PERMITS,
  MOST,
  OTHER,
  PERMIT2,
  PERMIT2_CALLS,
  PERMITS,
  SIGNER,
  TOKEN,
  TOKENS,
  tokenCall,
  transaction,
} from '../support/evmPayloads.ts';
import { derivedSecret } from '../support/spends.ts';

const ZERO = `0x${'00'.repeat(32)}`;
const COIN = id('eip155:1/slip44:60');
const USDC = id(`eip155:1/erc20:${TOKEN.toLowerCase()}`);
const lower = (address: string) => address.toLowerCase();
const ownerWord = (address: string, first = '00') => `0x${first}${zeroPadValue(lower(address), 32).slice(4)}`;

const effectsOf = (payload: Uint8Array): Shown[] => decide('evm-transaction', payload).effects.map(shown);
const refusal = (payload: Uint8Array): string => outcome(() => decide('evm-transaction', payload));

/** What the transaction does besides its fee. */
function effectOf(payload: Uint8Array): Shown {
  const [effect, fee, ...more] = effectsOf(payload);
  expect(fee).to.deep.equal({
    kind: 'fee',
    asset: COIN,
    recipient: '0x',
    amount: 3_000_000_000_000_000n,
    detail: ZERO,
  });
  expect(more).to.deep.equal([]);
  return effect!;
}

describe('an EVM transaction', () => {
  it('is signed over its own hash, with the derived key, so that clients take it from the derived address', () => {
    const payload = transaction({ value: 1n });
    const { messages, verifyingKey, tweaks } = decide('evm-transaction', payload);
    expect(messages.map(hex)).to.deep.equal([Transaction.from(hex(payload)).unsignedHash]);
    const secret = bytesOf(derivedSecret(facts()).toString(16).padStart(64, '0'));
    expect(verifyingKey).to.deep.equal(secp256k1.getPublicKey(secret, true));
    expect(tweaks.map(({ kind }) => kind)).to.deep.equal(['plain']);
    const signature = secp256k1.sign(messages[0]!, secret, { prehash: false, format: 'recovered' });
    const signed = Transaction.from(hex(payload));
    signed.signature = { r: hex(signature.slice(1, 33)), s: hex(signature.slice(33)), v: 27 + signature[0]! };
    expect(Transaction.from(signed.serialized).from).to.equal(computeAddress(hex(verifyingKey)));
  });

  describe('does what it says', () => {
    const call = (data: string, to = TOKEN) => effectOf(transaction({ to, data }));
    const encode = (name: string, ...given: unknown[]) => TOKENS.encodeFunctionData(name, given);
    const transferOf = (recipient: string, amount: bigint, detail = ZERO, asset = USDC) =>
      ({ kind: 'transfer', asset, recipient: lower(recipient), amount, detail }) as const;
    const approvalOf = (spender: string, amount: bigint, detail = ZERO, asset = USDC) =>
      ({ kind: 'approval', asset, recipient: lower(spender), amount, detail }) as const;

    it('a value without data is a transfer of the coin', () => {
      expect(effectOf(transaction({ value: 5n }))).to.deep.equal(transferOf(BOB, 5n, ZERO, COIN));
    });

    it('transfer and transferFrom are transfers of that token', () => {
      expect(call(encode('transfer', BOB, 7n))).to.deep.equal(transferOf(BOB, 7n));
      expect(call(encode('transferFrom', OTHER, BOB, 7n))).to.deep.equal(transferOf(BOB, 7n, ownerWord(OTHER)));
    });

    it('safeTransferFrom is a transfer of one piece of a collection', () => {
      const piece = id(`eip155:1/erc721:${lower(TOKEN)}/117944`);
      expect(call(encode('safeTransferFrom', OTHER, BOB, 117_944n))).to.deep.equal(
        transferOf(BOB, 1n, ownerWord(OTHER), piece),
      );
    });

    it('approvals are spending: what is allowed, or added to it, or all of a collection', () => {
      expect(call(encode('approve', BOB, MOST))).to.deep.equal(approvalOf(BOB, MOST));
      expect(call(encode('approve', BOB, 0n))).to.deep.equal(approvalOf(BOB, 0n));
      expect(call(encode('increaseAllowance', BOB, 5n))).to.deep.equal(approvalOf(BOB, 5n, `0x01${'00'.repeat(31)}`));
      const collection = id(`eip155:1/erc721:${lower(TOKEN)}`);
      expect(call(encode('setApprovalForAll', BOB, true))).to.deep.equal(approvalOf(BOB, MOST, ZERO, collection));
      expect(call(encode('setApprovalForAll', BOB, false))).to.deep.equal(approvalOf(BOB, 0n, ZERO, collection));
    });

    it('permits that are carried on chain are approvals of their owner', () => {
      const signature = [27, `0x${'01'.repeat(32)}`, `0x${'02'.repeat(32)}`];
      const permit = PERMITS.encodeFunctionData('permit', [OTHER, BOB, 9n, 1n, ...signature]);
      expect(call(permit)).to.deep.equal(approvalOf(BOB, 9n, ownerWord(OTHER)));
      const dai = (allowed: boolean) =>
        DAI_PERMITS.encodeFunctionData('permit', [OTHER, BOB, 9n, 1n, allowed, ...signature]);
      expect(call(dai(true))).to.deep.equal(approvalOf(BOB, MOST, ownerWord(OTHER)));
      expect(call(dai(false))).to.deep.equal(approvalOf(BOB, 0n, ownerWord(OTHER)));
    });

    it('an approval of Permit2 is one of the token that it names, at its address alone', () => {
      const data = PERMIT2_CALLS.encodeFunctionData('approve', [TOKEN, BOB, 4n, 5n]);
      expect(call(data, PERMIT2)).to.deep.equal(approvalOf(BOB, 4n, `0x02${'00'.repeat(31)}`));
      expect(call(data, OTHER).kind).to.equal('call');
    });

    it('anything else is a call: target, selector, value and the hash of all data', () => {
      const data = encode('decreaseAllowance', BOB, 5n);
      const expected = {
        kind: 'call',
        asset: COIN,
        recipient: lower(TOKEN) + data.slice(2, 10),
        amount: 0n,
        detail: keccak256(data),
      };
      expect(call(data)).to.deep.equal(expected);
      expect(effectOf(transaction({ to: TOKEN, data: '0x010203', value: 6n }))).to.deep.equal({
        ...{ kind: 'call', asset: COIN, recipient: lower(TOKEN), amount: 6n, detail: keccak256('0x010203') },
      });
    });

    it('without a recipient a contract is created', () => {
      const created = effectOf(transaction({ to: null, data: '0x6001', value: 8n }));
      expect(created).to.deep.equal({
        kind: 'creation',
        asset: COIN,
        recipient: '0x',
        amount: 8n,
        detail: keccak256('0x6001'),
      });
    });

    it('each authorisation hands the account of its signer to code', () => {
      const taken = `0x${'00'.repeat(20)}`;
      const effects = effectsOf(authorized({}, {}, { address: taken, nonce: 9 }));
      const handed = (code: string, amount: bigint) =>
        ({
          kind: 'set-code',
          asset: COIN,
          recipient: lower(SIGNER.address) + code.slice(2).toLowerCase(),
          amount,
          detail: ZERO,
        }) as const;
      expect(effects.slice(0, 2)).to.deep.equal([handed(OTHER, 8n), handed(taken, 9n)]);
      expect(effects.slice(2).map(({ kind }) => kind)).to.deep.equal(['transfer', 'fee']);
    });

    it('the fee is gas limit x price at its most, of each type', () => {
      const price = { gasLimit: 21_000, maxFeePerGas: null, maxPriorityFeePerGas: null, gasPrice: 3n };
      for (const fields of [
        { type: 0, ...price },
        { type: 1, ...price },
        { type: 2, gasLimit: 21_000, maxFeePerGas: 3n, maxPriorityFeePerGas: 0n },
      ]) {
        const fee = effectsOf(transaction(fields)).at(-1);
        expect(fee).to.deep.equal({ kind: 'fee', asset: COIN, recipient: '0x', amount: 63_000n, detail: ZERO });
      }
    });

    it('on another chain it is another asset', () => {
      const effects = effectsOf(transaction({ chainId: 137, value: 1n }));
      expect(effects.map(({ asset }) => asset)).to.deep.equal(Array(2).fill(id('eip155:137/slip44:60')));
    });
  });

  describe('is refused', () => {
    const signed = () => {
      const read = Transaction.from(hex(transaction()));
      read.signature = SIGNER.signingKey.sign(read.unsignedHash);
      return bytesOf(read.serialized);
    };
    const raw = (...parts: string[]) => bytesOf(parts.join(''));
    const cases: Record<string, [string, () => Uint8Array]> = {
      'of no bytes': ['EVM_ENCODING', () => new Uint8Array()],
      'of a type that is not known': ['EVM_TYPE', () => raw('03', 'c0')],
      'that is signed': ['EVM_SIGNED', () => signed()],
      'of type 0 without chain': ['EVM_CHAIN', () => raw('c6', '010101', '80', '80', '80')],
      'with a gas limit that no transaction has': ['EVM_GAS', () => transaction({ gasLimit: MAX_GAS + 1n })],
      'with an empty list of authorisations': [
        'EVM_AUTHORIZATION',
        () => transaction({ type: 4, authorizationList: [] }),
      ],
      'with an authorisation for every chain': ['EVM_AUTHORIZATION', () => authorized({}, { chainId: 0 })],
      'with an authorisation for another chain': ['EVM_AUTHORIZATION', () => authorized({}, { chainId: 10 })],
      'with more effects than can be declared': ['EFFECTS_TOO_MANY', () => authorized({}, ...Array(63).fill({}))],
      'with more authorisations than effects': ['EFFECTS_TOO_MANY', () => authorized({}, ...Array(65).fill({}))],
    };
    for (const [name, [code, payload]] of Object.entries(cases)) {
      it(name, () => expect(refusal(payload())).to.equal(code));
    }

    it('for chain 0', () => {
      const named = transaction({ chainId: 1, value: 1n });
      const at = named.indexOf(0x01, 2);
      expect(decodeTransaction(named).chain).to.equal(1n);
      const unnamed = named.with(at, 0x80);
      expect(refusal(unnamed)).to.equal('EVM_CHAIN');
    });

    it('of type 4 without a recipient', () => {
      const tuple = SIGNER.authorizeSync({ address: OTHER, nonce: 8, chainId: 1 });
      const payload = serializeTransaction({
        ...{ type: 'eip7702', chainId: 1, nonce: 7, gas: 100_000n, maxFeePerGas: 3n, maxPriorityFeePerGas: 1n },
        authorizationList: [
          {
            address: OTHER,
            chainId: 1,
            nonce: 8,
            r: tuple.signature.r as `0x${string}`,
            s: tuple.signature.s as `0x${string}`,
            yParity: tuple.signature.yParity,
          },
        ],
      });
      expect(refusal(bytesOf(payload))).to.equal('EVM_ADDRESS');
    });

    it('with an authorisation whose signature is the other one of two', () => {
      const { signature } = SIGNER.authorizeSync({ address: OTHER, nonce: 8, chainId: 1 });
      const high = hex(bytesOf((secp256k1.Point.Fn.ORDER - BigInt(signature.s)).toString(16)));
      const payload = authorized({}, {});
      const at = hex(payload).indexOf(signature.s.slice(2));
      const bent = bytesOf(hex(payload).slice(0, at) + high.slice(2) + hex(payload).slice(at + 64));
      expect(refusal(bent)).to.equal('EVM_AUTHORIZATION');
    });
  });

  it('takes a fee of all that 256 bits hold, and not one more', () => {
    const fields = { type: 2, gasLimit: 1, maxPriorityFeePerGas: 0n };
    expect(effectsOf(transaction({ ...fields, maxFeePerGas: MOST })).at(-1)?.amount).to.equal(MOST);
    expect(refusal(transaction({ ...fields, gasLimit: 2, maxFeePerGas: MOST }))).to.equal('EVM_FEE');
  });

  it('takes the gas limit of EIP-7825, and the last nonce', () => {
    expect(refusal(transaction({ gasLimit: MAX_GAS }))).to.equal('accepted');
    const last = serializeTransaction({
      ...{ type: 'eip1559', chainId: 1, gas: 1n, to: BOB, maxFeePerGas: 1n },
      nonce: (2n ** 64n - 2n) as unknown as number,
    });
    const beyond = serializeTransaction({
      ...{ type: 'eip1559', chainId: 1, gas: 1n, to: BOB, maxFeePerGas: 1n },
      nonce: (2n ** 64n - 1n) as unknown as number,
    });
    expect(refusal(bytesOf(last))).to.equal('accepted');
    expect(refusal(bytesOf(beyond))).to.equal('EVM_NONCE');
  });
});

describe('EVM transactions that libraries build', () => {
  const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(hex);
  const access = fc.array(fc.record({ address: bytes(20), storageKeys: fc.array(bytes(32), { maxLength: 3 }) }), {
    maxLength: 3,
  });
  const common = fc.record({
    chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    nonce: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    gas: fc.bigInt({ min: 0n, max: MAX_GAS }),
    to: fc.option(bytes(20), { nil: undefined }),
    value: uint(256),
    data: fc.uint8Array({ maxLength: 100 }).map(hex),
  });
  const priced = fc.record({ tip: uint(60), more: uint(60), access });
  const ours = ({ accessList, ...rest }: EvmTransaction) => ({
    ...{ ...rest, to: rest.to && hex(rest.to), data: hex(rest.data), authorizations: rest.authorizations.length },
    accessList: accessList.map(({ address, keys }) => ({ address: hex(address), storageKeys: keys.map(hex) })),
  });

  for (const type of ['legacy', 'eip2930', 'eip1559'] as const) {
    it(`mean to viem and ethers what they mean here: ${type}`, () => {
      fc.assert(
        fc.property(common, priced, (body, { tip, more, access: listed }) => {
          const accessList = type === 'legacy' ? [] : listed;
          const price =
            type === 'eip1559' ? { maxFeePerGas: tip + more, maxPriorityFeePerGas: tip } : { gasPrice: tip + more };
          const given = {
            ...body,
            ...price,
            type,
            ...(type === 'legacy' ? {} : { accessList }),
          } as TransactionSerializable;
          const payload = bytesOf(serializeTransaction(given));
          expect(ours(decodeTransaction(payload))).to.deep.equal({
            ...{
              type: { legacy: 0, eip2930: 1, eip1559: 2 }[type],
              chain: BigInt(body.chainId),
              nonce: BigInt(body.nonce),
            },
            ...{
              gasPrice: tip + more,
              tip: type === 'eip1559' ? tip : null,
              gas: body.gas,
              to: body.to ?? null,
              value: body.value,
            },
            ...{ data: body.data, authorizations: 0, accessList },
          });
          const read = Transaction.from(hex(payload));
          expect(hex(decide('evm-transaction', payload).messages[0]!)).to.equal(read.unsignedHash);
          expect([read.chainId, BigInt(read.nonce), read.value, read.data]).to.deep.equal([
            BigInt(body.chainId),
            BigInt(body.nonce),
            body.value,
            body.data,
          ]);
          expect(parseTransaction(hex(payload)).chainId).to.equal(body.chainId);
        }),
        { numRuns: 150, seed: 712 },
      );
    });
  }

  it('name whose account is handed over, as ethers recovers it', () => {
    const read = Transaction.from(hex(authorized({}, {}, { nonce: 9 })));
    const { authorizations } = decodeTransaction(authorized({}, {}, { nonce: 9 }));
    expect(
      authorizations.map(({ account, code, nonce }) => [getAddress(hex(account)), getAddress(hex(code)), nonce]),
    ).to.deep.equal(read.authorizationList?.map(({ address, nonce }) => [SIGNER.address, address, nonce]));
  });
});

describe('every byte of an EVM transaction', () => {
  const good: Record<string, Uint8Array> = {
    'a transfer': transaction({ value: 1_000_000n }),
    'a transfer of a token': tokenCall('transfer', BOB, 7n),
    'an approval': tokenCall('approve', BOB, MOST),
    'a call': transaction({ to: OTHER, value: 3n, data: '0x12345678aabb', accessList: [[BOB, [ZERO]]] }),
    'a creation': transaction({ to: null, data: '0x60016002' }),
    'of type 0': transaction({ type: 0, gasPrice: 5n, maxFeePerGas: null, maxPriorityFeePerGas: null, value: 9n }),
    'of type 1': transaction({
      type: 1,
      gasPrice: 5n,
      maxFeePerGas: null,
      maxPriorityFeePerGas: null,
      accessList: [[BOB, [ZERO]]],
    }),
    'with an authorisation': authorized({ value: 1n }, {}),
  };
  /** All that is not an effect. */
  const rest = ({ nonce: _nonce, tip: _tip, accessList: _list, gas, gasPrice, ...what }: EvmTransaction) => ({
    ...what,
    fee: gas * gasPrice,
  });

  for (const [name, payload] of Object.entries(good)) {
    it(`is refused when bent, or does something else, or is none of its effects: ${name}`, () => {
      const read = (bytes: Uint8Array) => declared(evmDeeds(decodeTransaction(bytes)));
      const effects = read(payload);
      let refused = 0;
      for (let at = 0; at < payload.length; at++) {
        for (const bit of payload.length > 200 ? [0x01] : [0x01, 0x10, 0x80, 0xff]) {
          const bent = payload.with(at, payload[at]! ^ bit);
          if (outcome(() => read(bent)) !== 'accepted') {
            refused += 1;
            continue;
          }
          // the digest is that of all bytes: it is another one
          if (outcome(() => requireEffects(read(bent), effects)) === 'accepted')
            expect(rest(decodeTransaction(bent)), `${at} ^ ${bit}`).to.deep.equal(rest(decodeTransaction(payload)));
        }
      }
      expect(refused).to.be.above(20);
      for (let length = 0; length < payload.length; length++)
        expect(refusal(payload.slice(0, length))).to.not.equal('accepted');
      expect(refusal(Uint8Array.of(...payload, 0))).to.equal('EVM_ENCODING');
    });
  }
});

describe('a replacement of an EVM transaction', () => {
  const of = (chainId: number, nonce: number, value = 0n) => decodeTransaction(transaction({ chainId, nonce, value }));

  it('is for the same chain and the same account nonce, whatever else it does', () => {
    expect(conflicts(of(1, 7), of(1, 7, 5n))).to.equal(true);
    expect(conflicts(of(1, 7), of(1, 8))).to.equal(false);
    expect(conflicts(of(1, 7), of(10, 7))).to.equal(false);
  });
});
