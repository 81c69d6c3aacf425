/** Typed data: against viem and ethers, what they do, and what is refused. */

import { expect } from 'chai';
import { id, keccak256, solidityPacked, TypedDataEncoder, zeroPadValue } from 'ethers';
import fc from 'fast-check';
import { getAddress, hashTypedData, type TypedDataDefinition } from 'viem';
import type { PayloadKind } from '../../../signer/formats/kinds.ts';
import { decodeTypedData, encodeTypedData, type TypedData } from '../../../signer/payload/eip712/typedData.ts';
import { typedDeeds } from '../../../signer/payload/eip712/typedDeeds.ts';
import { typedWords } from '../../../signer/payload/eip712/typedWords.ts';
import { effectsOf as declared } from '../../../signer/payload/evm/effectOf.ts';
import { CALL_ONLY_TARGETS } from '../../../signer/payload/evm/safe.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { decide, hex, json, type Shown, shown, utf8 } from '../support/evm.ts';
import {
  authorization,
  BOB,
  ballot,
  DOMAIN,
  DOMAIN_FIELDS,
  daiPermit,
  MOST,
  MULTISEND_CALL_ONLY,
  OTHER,
  payload,
  permit,
  permitBatch,
  permitTransferFrom,
  SAFES,
  safeTransaction,
  TOKEN,
  TOKENS,
  type TypedOf,
  unknown,
} from '../support/evmPayloads.ts';
import { type Made, madeTypedData } from '../support/typedDataOf.ts';

const ZERO = `0x${'00'.repeat(32)}`;
/** The first byte of what Permit2 keeps. */
const KEPT = `0x02${'00'.repeat(31)}`;
const COIN = id('eip155:1/slip44:60');
const lower = (address: string) => address.toLowerCase();
const erc20 = (contract: string) => id(`eip155:1/erc20:${lower(contract)}`);
const ownerWord = (address: string, first = '00') => `0x${first}${zeroPadValue(lower(address), 32).slice(4)}`;

const effectsOf = (data: TypedOf, kind: PayloadKind = 'eip712'): Shown[] =>
  decide(kind, payload(data)).effects.map(shown);
const refusal = (data: unknown, kind: PayloadKind = 'eip712'): string => outcome(() => decide(kind, json(data)));
const viemDigest = (data: TypedOf): string => hashTypedData(data as unknown as TypedDataDefinition);

function bend(data: TypedOf, change: (data: TypedOf) => unknown): TypedOf {
  const copy = structuredClone(data);
  change(copy);
  return copy;
}

describe('typed data', () => {
  const transferOf = (asset: string, recipient: string, amount: bigint, owner: string) =>
    ({ kind: 'transfer', asset, recipient: lower(recipient), amount, detail: ownerWord(owner) }) as const;
  const approvalOf = (asset: string, spender: string, amount: bigint, detail: string) =>
    ({ kind: 'approval', asset, recipient: lower(spender), amount, detail }) as const;

  it('that permit are approvals of the token that they are for', () => {
    expect(effectsOf(permit())).to.deep.equal([approvalOf(erc20(TOKEN), OTHER, 1_000_000n, ownerWord(BOB))]);
    expect(effectsOf(daiPermit())).to.deep.equal([approvalOf(erc20(TOKEN), OTHER, MOST, ownerWord(BOB))]);
    expect(effectsOf(daiPermit({ allowed: false }))).to.deep.equal([
      approvalOf(erc20(TOKEN), OTHER, 0n, ownerWord(BOB)),
    ]);
  });

  it('that permit through Permit2 are approvals of the tokens that they name', () => {
    expect(effectsOf(permitBatch([TOKEN, BOB]))).to.deep.equal([
      approvalOf(erc20(TOKEN), OTHER, 1n, KEPT),
      approvalOf(erc20(BOB), OTHER, 2n, KEPT),
    ]);
    expect(effectsOf(permitTransferFrom(false))).to.deep.equal([approvalOf(erc20(TOKEN), OTHER, 5_000_000_000n, KEPT)]);
    expect(refusal(permitBatch(Array(65).fill(TOKEN)))).to.equal('EFFECTS_TOO_MANY');
  });

  it('that authorise a transfer are one, and those that take it back do nothing', () => {
    for (const name of ['TransferWithAuthorization', 'ReceiveWithAuthorization'])
      expect(effectsOf(authorization(name))).to.deep.equal([transferOf(erc20(TOKEN), OTHER, 5_000n, BOB)]);
  });

  it('that vote say where, on what and how, and in whose name', () => {
    const vote = { kind: 'vote', asset: COIN, recipient: lower(TOKEN), amount: 178n };
    expect(effectsOf(ballot())).to.deep.equal([{ ...vote, detail: `0x01${'00'.repeat(31)}` }]);
    expect(effectsOf(ballot(BOB))).to.deep.equal([{ ...vote, detail: ownerWord(BOB, '01') }]);
  });

  it('of a Safe are what the Safe would do, out of the Safe', () => {
    expect(effectsOf(safeTransaction({ value: '5' }))).to.deep.equal([transferOf(COIN, BOB, 5n, OTHER)]);
    const data = TOKENS.encodeFunctionData('approve', [BOB, 3n]);
    expect(effectsOf(safeTransaction({ to: TOKEN, data }))).to.deep.equal([
      approvalOf(erc20(TOKEN), BOB, 3n, ownerWord(OTHER)),
    ]);
    const inner = TOKENS.encodeFunctionData('multicall', [[data]]);
    expect(effectsOf(safeTransaction({ to: TOKEN, data: inner })).map(({ kind }) => kind)).to.deep.equal([
      'typed-data',
    ]);
    const batch = safeTransaction({ to: MULTISEND_CALL_ONLY, data: '0x8d80ff0a', operation: 1 });
    expect(effectsOf(batch).map(({ kind }) => kind)).to.deep.equal(['typed-data']);
  });

  it('of another type are named by contract, domain, type and message', () => {
    const data = unknown();
    const { EIP712Domain: _domain, ...types } = data.types;
    const separator = TypedDataEncoder.hashDomain(data.domain);
    const recipient = solidityPacked(
      ['address', 'bytes32', 'bytes32'],
      [TOKEN, separator, id('Thing(string s,uint8[] a)')],
    );
    const detail = TypedDataEncoder.from(types).hashStruct('Thing', data.message);
    expect(effectsOf(data)).to.deep.equal([{ kind: 'typed-data', asset: COIN, recipient, amount: 0n, detail }]);
  });

  it('are known by their whole type alone', () => {
    const named = bend(permit(), ({ types }) => types.Permit!.pop());
    delete named.message.deadline;
    const elsewhere = permitBatch([TOKEN], OTHER);
    const nobody = permit({ owner: `0x${'00'.repeat(20)}` });
    for (const data of [named, elsewhere, nobody, permitTransferFrom(true)])
      expect(effectsOf(data).map(({ kind }) => kind)).to.deep.equal(['typed-data']);
  });

  it('for no chain or no contract are of a kind of their own, and the two do not overlap', () => {
    const zero = `0x${'00'.repeat(20)}`;
    const without = (name: string) =>
      bend(permit(), (data) => {
        data.types.EIP712Domain = DOMAIN_FIELDS.filter((field) => field.name !== name);
        delete data.domain[name];
      });
    const unbound = [
      without('chainId'),
      without('verifyingContract'),
      bend(permit(), ({ domain }) => (domain.verifyingContract = zero)),
    ];
    for (const data of unbound) {
      expect(refusal(data)).to.equal('TYPED_UNBOUND');
      expect(effectsOf(data, 'eip712-unbound').map(({ kind }) => kind)).to.deep.equal(['typed-data']);
      expect(decide('eip712-unbound', payload(data)).messages.map(hex)).to.deep.equal([viemDigest(data)]);
    }
    expect(refusal(permit(), 'eip712-unbound')).to.equal('TYPED_UNBOUND');
    const [effect] = effectsOf(without('chainId'), 'eip712-unbound');
    expect(effect?.asset).to.equal(ZERO);
  });

  it('are signed over the digest that viem and ethers compute', () => {
    const all = [
      permit(),
      daiPermit(),
      permitBatch([TOKEN]),
      permitTransferFrom(true),
      ballot(BOB),
      safeTransaction(),
      unknown(),
    ];
    for (const data of all) {
      const { EIP712Domain: _domain, ...types } = data.types;
      const [message] = decide('eip712', payload(data)).messages;
      expect(hex(message!)).to.equal(viemDigest(data));
      expect(hex(message!)).to.equal(TypedDataEncoder.hash(data.domain, types, data.message));
    }
  });

  it('of any shape have the digest of viem and ethers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
        const { data, types }: Made = madeTypedData(seed);
        const digest = hex(decodeTypedData(payload(data)).digest);
        expect(digest, `seed ${seed}`).to.equal(viemDigest(data));
        expect(digest, `seed ${seed}`).to.equal(TypedDataEncoder.hash(data.domain, types, data.message));
      }),
      { numRuns: 150, seed: 712 },
    );
  });

  describe('are refused', () => {
    const set = (path: string, value: unknown) => (data: TypedOf) => {
      const names = path.split('.');
      const last = names.pop()!;
      const object = names.reduce(
        (inner: Record<string, unknown>, name) => inner[name] as Record<string, unknown>,
        data,
      );
      object[last] = value;
    };
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    const cases: Record<string, [string, (data: TypedOf) => unknown]> = {
      'without a message': ['TYPED_FIELD_MISSING', (data) => Reflect.deleteProperty(data, 'message')],
      'with a field beside the four': ['TYPED_FIELD_UNKNOWN', set('note', 1)],
      'with a field that is not in the type': ['TYPED_FIELD_UNKNOWN', set('message.note', 1)],
      'without a field of the type': ['TYPED_FIELD_MISSING', (data) => Reflect.deleteProperty(data.message, 'nonce')],
      'with a field of a type beside its two': ['TYPED_FIELD_UNKNOWN', set('types.Permit.0.note', 1)],
      'with a field twice in a type': ['TYPED_NAME', (data) => data.types.Permit!.push(data.types.Permit![0]!)],
      'of a type whose name is not one': ['TYPED_NAME', set('types.a b', [])],
      'of a type named as an atomic one': ['TYPED_NAME', set('types.uint256', [])],
      'of a type that is not defined': ['TYPED_TYPE', set('types.Permit.0.type', 'Nobody')],
      'of a type that is short for another': ['TYPED_TYPE', set('types.Permit.2.type', 'uint')],
      'of an array of no elements': ['TYPED_TYPE', set('types.Permit.2.type', 'uint8[0]')],
      'of arrays in too many arrays': ['TYPED_TOO_LARGE', set('types.Permit.2.type', `uint8${'[]'.repeat(9)}`)],
      'of a type in itself': ['TYPED_RECURSIVE', set('types.Permit.0.type', 'Permit[]')],
      'of more types than can be': [
        'TYPED_TOO_LARGE',
        (data) => Array.from({ length: 64 }, (_, at) => set(`types.T${at}`, [])(data)),
      ],
      'deeper than can be': ['TYPED_TOO_LARGE', set('message.value', nested(40))],
      'of no primary type': ['TYPED_PRIMARY', set('primaryType', '')],
      'of the domain alone': ['TYPED_PRIMARY', set('primaryType', 'EIP712Domain')],
      'of a primary type that is inherited': ['TYPED_PRIMARY', set('primaryType', 'toString')],
      'without the type of the domain': ['TYPED_DOMAIN', (data) => Reflect.deleteProperty(data.types, 'EIP712Domain')],
      'for a domain of nothing': [
        'TYPED_DOMAIN',
        (data) => Object.assign(data, { domain: {} }) && set('types.EIP712Domain', [])(data),
      ],
      'for a domain in another order': ['TYPED_DOMAIN', (data) => data.types.EIP712Domain!.reverse()],
      'for a domain of other types': ['TYPED_DOMAIN', set('types.EIP712Domain.2.type', 'uint64')],
      'for chain 0': ['TYPED_DOMAIN', set('domain.chainId', 0)],
      'with an address of a wrong checksum': ['ADDRESS_CHECKSUM', set('message.owner', BOB.replace('A', 'a'))],
      'with an address that is none': ['TYPED_VALUE', set('message.owner', `${BOB}00`)],
      'with an integer beyond its type': ['TYPED_VALUE', set('message.value', (MOST + 1n).toString())],
      'with an integer below its type': ['TYPED_VALUE', set('message.value', -1)],
      'with an integer of blanks': ['TYPED_VALUE', set('message.value', ' 1')],
      'with an integer of nothing': ['TYPED_VALUE', set('message.value', '')],
      'with an integer in upper-case hex': ['TYPED_VALUE', set('message.value', '0xAB')],
      'with an integer with a leading zero': ['TYPED_VALUE', set('message.value', '042')],
      'with true for an integer': ['TYPED_VALUE', set('message.value', true)],
      'with nothing for an integer': ['TYPED_VALUE', set('message.value', null)],
      'with a fraction': ['TYPED_JSON', set('message.value', 0.5)],
      'with a number beyond 2^53': ['TYPED_JSON', set('message.value', 2 ** 53)],
    };
    for (const [name, [code, change]] of Object.entries(cases))
      it(name, () => expect(refusal(bend(permit(), change))).to.equal(code));

    const thing = (message: Record<string, unknown>): string => refusal(unknown(message));
    it('with a list that is none, or of another length', () => {
      expect(thing({ s: '', a: {} })).to.equal('TYPED_ARRAY');
      const fixed = bend(unknown(), (data) => set('types.Thing.1.type', 'uint8[3]')(data));
      expect(refusal(fixed)).to.equal('TYPED_ARRAY');
    });

    it('with a text that is no text', () => expect(thing({ s: 12, a: [] })).to.equal('TYPED_VALUE'));

    const spelt = (change: (text: string) => string): string =>
      outcome(() => decide('eip712', utf8(change(JSON.stringify(unknown())))));
    const spellings: Record<string, [string, (text: string) => string]> = {
      'in JSON with blanks': ['TYPED_JSON', (text) => text.replace(':', ': ')],
      'in JSON with text behind it': ['TYPED_JSON', (text) => `${text}{}`],
      'in JSON that is cut off': ['TYPED_JSON', (text) => text.slice(0, -1)],
      'in JSON behind a byte order mark': ['TYPED_JSON', (text) => `\ufeff${text}`],
      'in JSON with a comma too many': ['TYPED_JSON', (text) => text.replace('[1,2]', '[1,2,]')],
      'in JSON with a name twice': [
        'TYPED_KEY_REPEATED',
        (text) => text.replace('"s":"hello"', '"s":"hello","s":"bye"'),
      ],
      'in JSON with a character spelt otherwise': ['TYPED_JSON', (text) => text.replace('hello', '\\u0068ello')],
      'in JSON with half a character': ['TYPED_JSON', (text) => text.replace('hello', '\\ud800')],
      'in JSON with a number spelt otherwise': ['TYPED_JSON', (text) => text.replace('[1,2]', '[1e0,2]')],
      'in JSON with minus zero': ['TYPED_JSON', (text) => text.replace('[1,2]', '[-0,2]')],
      'in JSON of 30,000 lists': ['TYPED_TOO_LARGE', (text) => text.replace('[1,2]', '['.repeat(30_000))],
    };
    for (const [name, [code, change]] of Object.entries(spellings))
      it(name, () => expect(spelt(change)).to.equal(code));

    it('in bytes that are no UTF-8', () =>
      expect(outcome(() => decide('eip712', Uint8Array.of(0x7b, 0xff)))).to.equal('TYPED_JSON'));

    it('by what would run as a Safe, or pay whoever executes for it', () => {
      const safe = (message: Record<string, unknown>) => refusal(safeTransaction(message));
      expect(safe({ operation: 1 })).to.equal('NESTED_DELEGATECALL');
      expect(safe({ operation: 2 })).to.equal('TYPED_VALUE');
      expect(safe({ gasPrice: 1 })).to.equal('SAFE_REFUND');
      const inner = SAFES.encodeFunctionData('execTransactionFromModule', [BOB, 0, '0x', 1]);
      expect(safe({ data: inner })).to.equal('NESTED_DELEGATECALL');
    });

    it('by the same where the Safe is of no chain that is named', () => {
      const old = bend(safeTransaction({ gasPrice: 1 }), (data) => {
        data.types.EIP712Domain!.shift();
        delete data.domain.chainId;
      });
      expect(refusal(old, 'eip712-unbound')).to.equal('SAFE_REFUND');
    });
  });

  it('may have types that are not reached: they are not signed, and change nothing', () => {
    const more = bend(permit(), (data) => Object.assign(data.types, { Unused: [{ name: 'x', type: 'uint256' }] }));
    expect(decide('eip712', payload(more)).messages).to.deep.equal(decide('eip712', payload(permit())).messages);
  });

  it('take integers as digits, as text and as hex, signed ones too', () => {
    const signed = (value: unknown) => {
      const data = unknown({ n: value });
      data.types.Thing = [{ name: 'n', type: 'int8' }];
      return data;
    };
    for (const value of [-128, '-128', 127, '0x7f', '0x007f'])
      expect(hex(decide('eip712', payload(signed(value))).messages[0]!)).to.equal(
        viemDigest(signed(typeof value === 'string' ? Number(value) : value)),
      );
    for (const value of [-129, 128, '-0', '0x', '-0x1'])
      expect(refusal(signed(value)), String(value)).to.equal('TYPED_VALUE');
  });

  it('are made into a payload from what a wallet shows: blanks go, names keep their order', () => {
    const pretty = JSON.stringify(permit(), null, 2);
    expect(encodeTypedData(`\n${pretty}\n`)).to.deep.equal(payload(permit()));
    const repeated = pretty.replace('"spender": ', '"spender": 1,\n"spender": ');
    expect(outcome(() => encodeTypedData(repeated))).to.equal('TYPED_KEY_REPEATED');
  });

  it('list the MultiSendCallOnly that a Safe may run, each with its checksum', () => {
    expect(CALL_ONLY_TARGETS.map((digits) => getAddress(`0x${digits}`))).to.deep.equal([
      '0x40A2aCCbd92BCA938b02010E17A5b8929b49130D',
      '0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B',
      MULTISEND_CALL_ONLY,
    ]);
  });
});

describe('every byte of typed data', () => {
  /** What is said and is no effect. */
  const FREE =
    /"(?:name|version|nonce|deadline|expiry|expiration|sigDeadline|validAfter|validBefore)":(?:"[^"]*"|[0-9]+)/g;
  const good: Record<string, TypedOf> = {
    'a permit': permit(),
    'a permit of DAI': daiPermit(),
    'permits of Permit2': permitBatch([TOKEN, BOB]),
    'an authorised transfer': authorization('TransferWithAuthorization'),
    'a vote': ballot(BOB),
    'of a type that nobody knows': unknown(),
  };

  for (const [name, data] of Object.entries(good)) {
    it(`is refused when bent, or is another digest: ${name}`, () => {
      const bytes = payload(data);
      const read = (each: Uint8Array) => {
        const data = decodeTypedData(each);
        return { digest: hex(data.digest), effects: JSON.stringify(deedsOf(data), print) };
      };
      const right = read(bytes);
      for (let at = 0; at < bytes.length; at++) {
        for (const bit of [0x01, 0x04, 0x20, 0x80]) {
          const bent = bytes.with(at, bytes[at]! ^ bit);
          if (outcome(() => read(bent)) !== 'accepted') continue;
          const other = read(bent);
          const [before, after] = [bytes, bent].map((each) => new TextDecoder().decode(each).replace(FREE, ''));
          const isFree = before === after;
          // a digit of hex in the other case is the same digit
          if (other.digest === right.digest) expect(after?.toLowerCase()).to.equal(before?.toLowerCase());
          else if (other.effects === right.effects) expect(isFree, `${at} ^ ${bit}`).to.equal(true);
        }
      }
    });
  }
});

const deedsOf = (data: TypedData) => declared(typedDeeds(data)).map(shown);

function print(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

describe('typed data in words', () => {
  const words = (data: TypedOf): string[] =>
    typedWords(decodeTypedData(payload(data))).map(({ text, isWarning }) => `${isWarning ? '! ' : ''}${text}`);

  it('say what is allowed, and warn of what has no limit', () => {
    expect(words(permit({ value: MOST.toString() })).slice(0, 3)).to.deep.equal([
      'typed data Permit for "USD Coin", version "2"',
      `allows ${OTHER} to take everything of token ${TOKEN} of chain 1, out of ${BOB}`,
      `! an allowance without limit: ${OTHER} may take what is there, and what comes later`,
    ]);
  });

  it('say of the rest what is hashed, line by line, with nothing hidden', () => {
    const said = words(unknown({ s: 'pay \u202e"1"\n', a: [1, 2] }));
    expect(said).to.include('message.s: "pay \\u{202e}\\"1\\"\\u{a}"');
    expect(said).to.include('! message.s has characters that a screen hides or turns round');
    expect(said).to.include('message.a[1]: 2');
    expect(said).to.include('! what it does is up to the contract: nobody here knows this type');
  });

  it('say of what takes back that it does nothing else', () => {
    const data = authorization('CancelAuthorization', {});
    data.types.CancelAuthorization = [
      { name: 'authorizer', type: 'address' },
      { name: 'nonce', type: 'bytes32' },
    ];
    data.message = { authorizer: BOB, nonce: keccak256('0x') };
    expect(words(data)[1]).to.equal('takes back an authorisation, and does nothing else');
    expect(effectsOf(data)).to.deep.equal([]);
  });

  it('name the domain that they are for', () => {
    expect(DOMAIN.chainId).to.equal(1);
    expect(words(safeTransaction())[0]).to.equal('typed data SafeTx for none, version none');
  });
});
