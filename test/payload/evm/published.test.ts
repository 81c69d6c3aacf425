/**
 * Payloads that people in DAOs really sign, and what goes wrong with them: data that are not committed, read where they are.
 *
 * Each is decided as its file expects, with its digest, and with its effects where it is accepted. Where this decoder decides otherwise,
 * DEVIATIONS says why.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { id, keccak256, solidityPacked, zeroPadValue } from 'ethers';
import type { PayloadKind } from '../../../signer/formats/kinds.ts';
import { Refused } from '../../../signer/formats/refusal.ts';
import type { DecodedPayload } from '../../../signer/payload/decodedPayload.ts';
import { bytesOf, decide, hex, json, type Shown, shown, utf8 } from '../support/evm.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/payloads');
const FILES = ['evm-transactions.json', 'eip712.json', 'eip191.json'];

type Outcome = 'accept' | 'generic' | 'refuse';
type Told = { effect: string; [name: string]: unknown };
type Case = {
  id: string;
  kind: 'evm' | 'eip712' | 'eip191';
  title: string;
  payload: { hex?: string; text?: string; json?: unknown };
  digest?: { published?: string | null; computed?: string | null };
  expect: Outcome;
  also: Outcome[];
  refusal: string | null;
  effects: Told[];
};

/** Where this decoder decides otherwise than its file allows. */
const DEVIATIONS: Readonly<Record<string, [outcome: Outcome, why: string]>> = {
  'evm-086': [
    'accept',
    'a permit is an approval of the owner that it names, on chain as off it: it counts as spending and is never "a call"',
  ],
  'eip191-006': [
    'accept',
    'every text is one effect, message, with the hash of all of it; that there is a hash inside is a warning in words',
  ],
};

/** Where the effects told are of another form than ours; how, and why. */
const OTHER_EFFECTS: Readonly<Record<string, string>> = {
  'eip712-011': 'a vote, compared in typedData.test.ts',
  'eip712-059': 'a vote, compared in typedData.test.ts',
  'eip712-055': 'DAI allows everything or nothing: 2^256 - 1, compared in typedData.test.ts',
  'evm-078': 'increaseAllowance adds: compared in transaction.test.ts',
  'evm-079': 'setApprovalForAll is an approval of everything: compared in transaction.test.ts',
};

/** Their codes are a proposal; what has to hold is the reason. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'no-chain-id': ['EVM_CHAIN'],
  'leading-zeros': ['EVM_ENCODING', 'EVM_INTEGER'], // 33 bytes with a leading zero are too long as well
  'address-length': ['EVM_ADDRESS'],
  'not-a-string': ['EVM_ENCODING'],
  'non-canonical': ['EVM_ENCODING'],
  truncated: ['EVM_ENCODING'],
  'trailing-bytes': ['EVM_ENCODING'],
  nonce: ['EVM_NONCE'],
  'integer-range': ['EVM_INTEGER'],
  'field-count': ['EVM_FIELD_COUNT'],
  signed: ['EVM_SIGNED'],
  fee: ['EVM_FEE'],
  'fee-overflow': ['EVM_FEE'],
  'access-list': ['EVM_ACCESS_LIST', 'EVM_ENCODING'], // a thousand lists in each other never become an access list
  'gas-cap': ['EVM_GAS'],
  'abi-padding': ['EVM_CALLDATA'],
  delegatecall: ['NESTED_DELEGATECALL'],
  delegation: ['EVM_AUTHORIZATION'],
  'authorization-list': ['EVM_AUTHORIZATION'],
  create: ['EVM_TYPE'], // type 3 is not read at all
  blob: ['EVM_TYPE'],
  type: ['EVM_TYPE', 'EVM_AUTHORIZATION', 'TYPED_TYPE', 'TYPED_VALUE'], // 0x05 is an authorisation; types of null are no object
  'address-checksum': ['ADDRESS_CHECKSUM'],
  'bytes-length': ['TYPED_VALUE'],
  'primary-type': ['TYPED_PRIMARY', 'TYPED_NAME'], // a type with an empty name
  domain: ['TYPED_DOMAIN'],
  'value-type': ['TYPED_VALUE', 'TYPED_JSON'], // 1e6 is no integer to begin with
  'recursive-type': ['TYPED_RECURSIVE'],
  'missing-field': ['TYPED_FIELD_MISSING', 'TYPED_NAME'], // "hello wallet" is no name of a field
  array: ['TYPED_ARRAY'],
  'extra-field': ['TYPED_FIELD_UNKNOWN', 'TYPED_JSON'], // 0.5 stands before the extra field
  'value-range': ['TYPED_VALUE'],
  'duplicate-key': ['TYPED_KEY_REPEATED'],
  address: ['TYPED_VALUE'],
  name: ['TYPED_NAME'],
  'chain-zero': ['TYPED_DOMAIN'],
  json: ['TYPED_JSON'],
  siwe: ['SIGN_IN_MALFORMED'],
  text: ['MESSAGE_NOT_TEXT'],
  confusion: ['MESSAGE_NOT_TEXT', 'MESSAGE_IS_TRANSACTION'],
  hash: ['MESSAGE_IS_HASH'],
};

const GENERIC = ['call', 'creation', 'set-code', 'typed-data'];

function payloadOf({ payload }: Case): Uint8Array {
  if (payload.hex !== undefined) return bytesOf(payload.hex);
  return payload.text === undefined ? json(payload.json) : utf8(payload.text);
}

type Judged = { outcome: Outcome; code?: string; decoded?: DecodedPayload };

/** Of typed data a row has to allow the kind that the domain is of. */
function judge(each: Case): Judged {
  const kinds: PayloadKind[] = { evm: ['evm-transaction'], eip712: ['eip712', 'eip712-unbound'], eip191: ['eip191'] }[
    each.kind
  ] as PayloadKind[];
  for (const kind of kinds) {
    try {
      const decoded = decide(kind, payloadOf(each));
      const isGeneric = decoded.effects.some((effect) => GENERIC.includes(shown(effect).kind ?? ''));
      return { outcome: isGeneric ? 'generic' : 'accept', decoded };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code !== 'TYPED_UNBOUND') return { outcome: 'refuse', code: error.code };
    }
  }
  throw new Error('neither bound nor unbound');
}

const lower = (text: unknown): string => String(text).toLowerCase();
const word = (address: unknown): string => zeroPadValue(lower(address), 32);
const ZERO = `0x${'00'.repeat(32)}`;

function assetOf(told: unknown): string {
  const native = /^(eip155:\d+)\/native$/.exec(String(told));
  if (native) return id(`${native[1]}/slip44:60`);
  const [, chain, contract] = /^(eip155:\d+)\/token:(0x[0-9a-fA-F]{40})$/.exec(String(told)) ?? [];
  return id(`${chain}/erc20:${lower(contract)}`);
}

/** What the file tells, as we declare it; put together with another library. */
function ours(told: Told, each: Case): Shown {
  const amount = BigInt(String(told.amount ?? told.amountOrId ?? told.max ?? told.value ?? 0));
  const owner = told.from ?? told.owner;
  const chain = /eip155:(\d+)/.exec(JSON.stringify(each.effects))?.[1];
  const detail = owner === undefined ? ZERO : word(owner);
  switch (told.effect) {
    case 'fee':
      return { kind: 'fee', asset: assetOf(told.asset), recipient: '0x', amount, detail: ZERO };
    case 'transfer': {
      const isPiece = each.title.includes('unstETH'); // safeTransferFrom is of NFTs alone
      const asset = isPiece
        ? id(`eip155:1/erc721:0x889edc2edab5f40e902b864ad4d7ade8e412f9b1/${amount}`)
        : assetOf(told.asset);
      return { kind: 'transfer', asset, recipient: lower(told.to), amount: isPiece ? 1n : amount, detail };
    }
    case 'approve': {
      const isKept = JSON.stringify(each.payload).includes(
        '"verifyingContract":"0x000000000022D473030F116dDEE9F6B43aC78BA3"',
      );
      const recipient = lower(told.spender ?? told.to);
      return {
        kind: 'approval',
        asset: assetOf(told.asset),
        recipient,
        amount,
        detail: isKept ? `0x02${detail.slice(4)}` : detail,
      };
    }
    case 'call': {
      const recipient = lower(told.to) + (told.selector === null ? '' : String(told.selector).slice(2));
      return { kind: 'call', asset: id(`eip155:${chain}/slip44:60`), recipient, amount, detail: String(told.dataHash) };
    }
    case 'create':
      return {
        kind: 'creation',
        asset: id(`eip155:${chain}/slip44:60`),
        recipient: '0x',
        amount,
        detail: String(told.initcodeHash),
      };
    case 'message':
      return messageOf(told, each);
    default:
      throw new Error(`no effect ${told.effect}`);
  }
}

function messageOf({ signIn }: Told, each: Case): Shown {
  const detail = keccak256(payloadOf(each));
  if (signIn === undefined) return { kind: 'message', asset: ZERO, recipient: '0x', amount: 0n, detail };
  const { domain, chainId } = signIn as { domain: string; chainId: string };
  return {
    kind: 'sign-in',
    asset: id(`eip155:${chainId}/slip44:60`),
    recipient: hex(utf8(domain)),
    amount: 0n,
    detail,
  };
}

/** Contract, domain separator and type are in the recipient; the type's hash is compared in typedData.test.ts. */
function expectTyped(effect: Shown, told: Told): void {
  const contract = told.contract === null || /^0x0+$/.test(String(told.contract)) ? '0x' : lower(told.contract);
  const start = solidityPacked(['bytes', 'bytes32'], [contract, told.domainSeparator]);
  expect(effect.recipient.slice(0, start.length)).to.equal(start);
  expect(effect.recipient.length - start.length).to.equal(64);
  expect(effect.detail).to.equal(told.structHash);
  expect(effect.asset).to.equal(told.chain === null ? ZERO : id(`eip155:${BigInt(String(told.chain))}/slip44:60`));
}

function expectEffects(decoded: DecodedPayload, each: Case): void {
  const effects = decoded.effects.map(shown);
  const [first] = each.effects;
  if (first !== undefined && ['typed', 'exchange', 'delegatecall'].includes(first.effect)) {
    expect(effects.map(({ kind }) => kind)).to.deep.equal(['typed-data']);
    if (first.effect === 'typed') expectTyped(effects[0]!, first);
  } else expect(effects).to.deep.equal(each.effects.map((told) => ours(told, each)));
}

function expectCase(each: Case): void {
  const { outcome, code, decoded } = judge(each);
  const deviation = DEVIATIONS[each.id];
  expect(deviation === undefined ? [each.expect, ...each.also] : [deviation[0]], code).to.include(outcome);
  if (outcome === 'refuse' && each.refusal !== null) expect(REASONS[each.refusal]).to.include(code);
  if (decoded === undefined) return;
  const digest = each.digest?.published ?? each.digest?.computed;
  if (digest) expect(decoded.messages.map(hex)).to.deep.equal([digest]);
  const isTold = each.expect !== 'refuse' && deviation === undefined;
  if (isTold && OTHER_EFFECTS[each.id] === undefined) expectEffects(decoded, each);
}

for (const file of FILES) {
  describe(`published payloads: ${file}`, () => {
    const path = join(FOLDER, file);
    if (!existsSync(path)) {
      it.skip(`needs ../shared/payloads/${file}, which is absent here`);
      return;
    }
    const cases = Object.values(JSON.parse(readFileSync(path, 'utf8')) as Record<string, Case>);
    for (const each of cases) it(`${each.id} ${each.title}`, () => expectCase(each));

    it('has for each deviation a case that the file would have otherwise', () => {
      for (const [name, [outcome]] of Object.entries(DEVIATIONS)) {
        const each = cases.find((one) => one.id === name);
        if (each !== undefined) expect([each.expect, ...each.also], name).to.not.include(outcome);
      }
    });
  });
}
