/**
 * What went wrong where people sign EVM payloads, by name: each is a way in which a payload did something else than it seemed to.
 *
 * What concerns one part of a decoder is tried beside it; here is what an attacker would try.
 */

import { expect } from 'chai';
import { AbiCoder, concat, hashMessage, keccak256, TypedDataEncoder } from 'ethers';
import { encodeFunctionData, parseAbi } from 'viem';
import { evmWords } from '../../../signer/payload/evm/evmWords.ts';
import { decodeTransaction } from '../../../signer/payload/evm/transaction.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { bytesOf, decide, hex, json, type Shown, shown, utf8 } from '../support/evm.ts';
import {
  authorized,
  BOB,
  daiPermit,
  MOST,
  MULTISEND_CALL_ONLY,
  OTHER,
  payload,
  permit,
  permitTransferFrom,
  SAFES,
  safeTransaction,
  TOKEN,
  TOKENS,
  tokenCall,
  transaction,
  unknown,
} from '../support/evmPayloads.ts';

const effects = (bytes: Uint8Array): Shown[] => decide('evm-transaction', bytes).effects.map(shown);
const kinds = (bytes: Uint8Array): unknown[] => effects(bytes).map(({ kind }) => kind);
const refusal = (bytes: Uint8Array): string => outcome(() => decide('evm-transaction', bytes));
const typedRefusal = (data: unknown): string => outcome(() => decide('eip712', json(data)));
const typedKinds = (data: unknown): unknown[] =>
  decide('eip712', json(data)).effects.map((effect) => shown(effect).kind);
const warnings = (bytes: Uint8Array): string[] =>
  evmWords(decodeTransaction(bytes)).flatMap(({ text, isWarning }) => (isWarning ? [text] : []));

const transferData = TOKENS.encodeFunctionData('transfer', [BOB, 0n]);
const execute = (to: string, data: string, operation: number) =>
  transaction({
    to: OTHER,
    data: SAFES.encodeFunctionData('execTransaction', [to, 0, data, operation, 0, 0, 0, BOB, BOB, '0x']),
  });

describe('traps: control, and calls inside calls', () => {
  it('T1 a delegatecall that looks like a transfer of nothing is refused, and what MultiSendCallOnly does is a call', () => {
    expect(refusal(execute(BOB, transferData, 1))).to.equal('NESTED_DELEGATECALL');
    expect(refusal(execute(BOB, transferData, 2))).to.equal('NESTED_DELEGATECALL');
    expect(kinds(execute(BOB, transferData, 0))).to.deep.equal(['call', 'fee']);
    expect(kinds(execute(MULTISEND_CALL_ONLY, '0x8d80ff0a', 1))).to.deep.equal(['call', 'fee']);
    expect(typedRefusal(safeTransaction({ to: BOB, data: transferData, operation: 1 }))).to.equal(
      'NESTED_DELEGATECALL',
    );
  });

  it('T2 a change of owner is a call of its very bytes, whoever is shown as the new one', () => {
    const owner = (address: string) =>
      encodeFunctionData({ abi: parseAbi(['function transferOwnership(address)']), args: [address as `0x${string}`] });
    const [one, two] = [BOB, OTHER].map((address) => effects(transaction({ to: TOKEN, data: owner(address) })));
    expect(one![0]).to.include({ kind: 'call', detail: keccak256(owner(BOB)) });
    expect(one![0]).to.not.deep.equal(two![0]);
  });

  it('T3 a rejection that pays whoever executes it is refused', () => {
    expect(typedRefusal(safeTransaction({ to: OTHER, gasPrice: '1', baseGas: '1000000' }))).to.equal('SAFE_REFUND');
  });

  it('T4, T5 an approval inside a multicall is never looked for: the whole is one call, by the hash of all its data', () => {
    const data = TOKENS.encodeFunctionData('multicall', [[TOKENS.encodeFunctionData('approve', [BOB, MOST])]]);
    const [call] = effects(transaction({ to: TOKEN, data }));
    expect(call).to.include({ kind: 'call', detail: keccak256(data) });
    expect(warnings(transaction({ to: TOKEN, data }))).to.include(
      'what a call does is up to the contract, whose code may change: only its data are fixed',
    );
  });

  it('T6 zeros at the end of calldata count', () => {
    const data = '0x12345678';
    const [short, long] = [data, `${data}00`].map((each) => effects(transaction({ to: TOKEN, data: each }))[0]);
    expect(short!.detail).to.not.equal(long!.detail);
  });
});

describe('traps: approvals and permits', () => {
  it('T9 a permit counts as spending, at its most', () => {
    for (const data of [permit(), daiPermit(), permitTransferFrom(false)])
      expect(typedKinds(data)).to.deep.equal(['approval']);
  });

  it('T10 everything is called so, from 2^96 - 1 upwards', () => {
    for (const amount of [2n ** 96n - 1n, 2n ** 160n - 1n, MOST])
      expect(warnings(tokenCall('approve', BOB, amount))).to.have.lengthOf(1);
    expect(warnings(tokenCall('approve', BOB, 2n ** 96n - 2n))).to.deep.equal([]);
  });

  it("T11 DAI's permit is told from that of ERC-2612 by the whole type", () => {
    const [dai, usual] = [daiPermit(), permit()].map((data) => decide('eip712', payload(data)).effects[0]!);
    expect([dai!.amount, usual!.amount]).to.deep.equal([MOST, 1_000_000n]);
    expect(typedRefusal({ ...daiPermit(), message: permit().message })).to.equal('TYPED_FIELD_MISSING');
  });

  it('T12 Permit2 with a witness that nobody knows is not called a permit', () => {
    expect(typedKinds(permitTransferFrom(true))).to.deep.equal(['typed-data']);
  });

  it('T14 a hash in place of what it is of is never a message', () => {
    expect(outcome(() => decide('eip191', utf8(`0x${'ab'.repeat(32)}`)))).to.equal('TEXT_IS_HASH');
    expect(shown(decide('raw-digest', bytesOf('ab'.repeat(32))).effects[0]!).kind).to.equal('blind');
  });

  it('T14 a text that is a hash to a Safe is never a message, however well it reads [HE-01]', () => {
    const [text, longer] = [utf8('approve the payment to everybody'), utf8('approve the payment to everybody.')];
    // > checkNSignatures, v > 30: ecrecover(keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", dataHash)), v - 4, r, s)
    const safes = (dataHash: Uint8Array) => keccak256(concat([utf8('\x19Ethereum Signed Message:\n32'), dataHash]));
    expect(hashMessage(text)).to.equal(safes(text));
    expect(outcome(() => decide('eip191', text))).to.equal('TEXT_IS_HASH');
    expect(hex(decide('eip191', longer).messages[0]!)).to.not.equal(safes(longer));
  });

  it('T15 an amount may be the number of a token, and the words say so', () => {
    const words = evmWords(decodeTransaction(tokenCall('transferFrom', BOB, OTHER, 5n)));
    expect(words.map(({ text }) => text).join('\n')).to.include('5 units (or, where it is no coin, number 5)');
  });
});

describe('traps: transactions', () => {
  it('T16 every value has one encoding', () => {
    const payload = hex(transaction({ value: 1n }));
    expect(refusal(bytesOf(payload.replace('94', 'b814')))).to.equal('EVM_ENCODING');
    expect(refusal(bytesOf(`${payload}00`))).to.equal('EVM_ENCODING');
    expect(refusal(bytesOf(`0xf8${payload.slice(6)}`))).to.not.equal('accepted');
  });

  it('T17 what hands the account to code is never signed as a transaction, and others carry it as what it is', () => {
    const message = concat(['0x05', '0xd7', '0x01', '0x94', OTHER, '0x07']);
    for (const kind of ['evm-transaction', 'eip191', 'eip712'] as const)
      expect(outcome(() => decide(kind, bytesOf(message)))).to.be.oneOf([
        'EVM_AUTHORIZATION',
        'TEXT_UNREADABLE',
        'TYPED_JSON',
      ]);
    expect(kinds(authorized({}, {}))).to.deep.equal(['set-code', 'transfer', 'fee']);
    expect(warnings(authorized({}, {}))[0]).to.match(
      /^hands account 0x\w+ to the code at 0x\w+ on chain 1, at nonce 8: it may do all/,
    );
    expect(refusal(authorized({}, { chainId: 0 }))).to.equal('EVM_AUTHORIZATION');
  });

  it('T18 a chain id is required, and may be of any size', () => {
    expect(refusal(transaction({ chainId: 2n ** 53n + 1n, value: 1n }))).to.equal('accepted');
    expect(decodeTransaction(transaction({ chainId: 2n ** 53n + 1n })).chain).to.equal(2n ** 53n + 1n);
  });

  it('T19 bytes behind the arguments make a call of it, and dirty ones are refused', () => {
    const data = TOKENS.encodeFunctionData('transfer', [BOB, 7n]);
    expect(kinds(transaction({ to: TOKEN, data: `${data}0102030405060708` }))).to.deep.equal(['call', 'fee']);
    expect(kinds(transaction({ to: TOKEN, data: data.slice(0, -2) }))).to.deep.equal(['call', 'fee']);
    expect(refusal(transaction({ to: TOKEN, data: `${data.slice(0, 10)}ff${data.slice(12)}` }))).to.equal(
      'EVM_CALLDATA',
    );
    const bool = AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [BOB, 2]);
    expect(refusal(transaction({ to: TOKEN, data: `0xa22cb465${bool.slice(2)}` }))).to.equal('EVM_CALLDATA');
  });

  it('T21 a value with the call of a token makes a call of it, with the value', () => {
    const [call] = effects(transaction({ to: TOKEN, data: transferData, value: 9n }));
    expect(call).to.include({ kind: 'call', amount: 9n });
  });

  it('T22 a fee is money, without bounds of arithmetic', () => {
    const price = 10n ** 15n;
    const high = transaction({ gasLimit: 21_000, maxFeePerGas: price, maxPriorityFeePerGas: price });
    expect(effects(high).at(-1)).to.include({ kind: 'fee', amount: 21n * 10n ** 18n });
    expect(warnings(high)).to.include(`a high fee: up to 21 coin (${21n * 10n ** 18n} wei)`);
    const equal = transaction({ maxFeePerGas: 5n, maxPriorityFeePerGas: 5n });
    const tip = equal.indexOf(0x05, 3);
    expect(refusal(equal.with(tip, 6))).to.equal('EVM_FEE');
  });

  it('T23 addresses are written whole, and paying nothing is said', () => {
    expect(warnings(tokenCall('transfer', BOB, 0n))).to.deep.equal([
      'pays nothing: somebody may want the recipient in a history of payments',
    ]);
    const said = evmWords(decodeTransaction(tokenCall('transfer', BOB, 0n)))
      .map(({ text }) => text)
      .join('\n');
    expect(said).to.include(BOB).and.to.include(TOKEN);
  });
});

describe('traps: texts', () => {
  it('T24 what is shown and not signed is refused, in the domain too', () => {
    expect(typedRefusal({ ...permit(), message: { ...permit().message, note: 'x' } })).to.equal('TYPED_FIELD_UNKNOWN');
    expect(typedRefusal({ ...permit(), domain: { ...permit().domain, salt: `0x${'00'.repeat(32)}` } })).to.equal(
      'TYPED_FIELD_UNKNOWN',
    );
  });

  it('T25 names that objects inherit are fields like others', () => {
    const text = JSON.stringify(unknown()).replace('"s":"hello"', '"__proto__":{"s":"hello"}');
    expect(outcome(() => decide('eip712', utf8(text)))).to.equal('TYPED_FIELD_MISSING');
  });

  it('T26 an empty list before a list of structs has the digest that others have', () => {
    const types = {
      Thing: [
        { name: 'none', type: 'Item[]' },
        { name: 'some', type: 'Item[2][]' },
      ],
      Item: [{ name: 'n', type: 'uint8' }],
    };
    const data = unknown({ none: [], some: [[{ n: 1 }, { n: 2 }]] });
    const { EIP712Domain } = data.types;
    data.types = { EIP712Domain: EIP712Domain!, ...types };
    const [digest] = decide('eip712', payload(data)).messages;
    expect(hex(digest!)).to.equal(TypedDataEncoder.hash(data.domain, types, data.message));
  });

  it('T27 "42" is forty-two', () => {
    const digests = ['42', 42, '0x2a'].map((value) => hex(decide('eip712', payload(permit({ value }))).messages[0]!));
    expect(new Set(digests).size).to.equal(1);
  });

  it('T28 no name can make one type look like another', () => {
    const data = JSON.parse(JSON.stringify(unknown()).replaceAll('"s"', '"s,uint8 t"'));
    expect(typedRefusal(data)).to.equal('TYPED_NAME');
  });

  it('T31 types in a circle end', () => {
    const data = unknown();
    data.types.Thing = [{ name: 's', type: 'Other[]' }];
    data.types.Other = [{ name: 't', type: 'Thing[]' }];
    expect(typedRefusal({ ...data, message: { s: [] } })).to.equal('TYPED_RECURSIVE');
  });

  it('T32 an amount in a text is text', () => {
    expect(typedKinds(unknown({ s: 'pay 5 ETH to alice.eth', a: [] }))).to.deep.equal(['typed-data']);
  });

  it('T33, T34 kinds do not overlap: no payload is one of two kinds', () => {
    const payloads = [
      transaction(),
      payload(permit()),
      utf8('hello'),
      bytesOf(`0x1901${'ab'.repeat(64)}`),
      bytesOf('ab'.repeat(32)),
    ];
    for (const bytes of payloads) {
      const taken = (['evm-transaction', 'eip712', 'eip712-unbound', 'eip191'] as const).filter(
        (kind) => outcome(() => decide(kind, bytes)) === 'accepted',
      );
      // typed data are text as well, which is signed as one only where a row allows texts, and over another digest
      if (taken.length > 1) expect(taken).to.deep.equal(['eip712', 'eip191']);
      expect(new Set(taken.map((kind) => hex(decide(kind, bytes).messages[0]!))).size).to.equal(taken.length);
    }
  });

  it('T36 a number is a number in whichever script', () => {
    expect(typedRefusal(permit({ value: '١٠٠' }))).to.equal('TYPED_VALUE');
  });
});
