/** Messages of wallets, hardware wallets and parsers elsewhere: each is accepted, called generic or refused as was expected of it. */

import { hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { Refused } from '../../../signer/formats/refusal.ts';
import type { Effect } from '../../../signer/formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../../../signer/formats/schemes.ts';
import { base58 } from '../../../signer/payload/solana/base58.ts';
import { orderOf } from '../../../signer/payload/solana/order.ts';
import { EVERYTHING } from '../../../signer/payload/solana/solanaEffects.ts';
import { describePayloads } from '../support/sharedPayloads.ts';
import { key } from '../support/solana.ts';

type Theirs = Readonly<Record<string, string | boolean | null>> & { readonly effect: string };
type Case = {
  readonly id: string;
  readonly title: string;
  readonly payload: { readonly hex: string };
  readonly expect: 'accept' | 'generic' | 'refuse';
  readonly also: readonly string[];
  readonly refusal: string | null;
  readonly facts?: { readonly signers: readonly string[] };
  readonly effects: readonly Theirs[];
};

type Differs = {
  readonly why: string;
  readonly is?: 'generic';
  readonly effects?: (expected: readonly string[]) => readonly string[];
};
const APPROVAL: Differs = {
  why: 'an approval has no effect kind of its own here: it is a call, which no cap lets through',
  is: 'generic',
};

/** Where we differ from what was expected, and why. */
const DIFFERS: Readonly<Record<string, Differs>> = {
  'solana-014': APPROVAL,
  'solana-050': APPROVAL,
  'solana-037': {
    why: 'what a program checks of signatures is charged for too',
    effects: (expected) => expected.map((each) => (each === 'fee  5000' ? 'fee  10000' : each)),
  },
  'solana-057': {
    why: 'a memo says whom an exchange credits, so it is an effect',
    effects: (expected) => ['memo ', ...expected],
  },
  'solana-056': { why: 'more accounts than the form has', is: 'generic', effects: calls },
};

function calls(expected: readonly string[]): readonly string[] {
  return ['call TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb', ...expected.slice(1)];
}

/** The codes that are the reason which was expected. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'fee-payer-not-writable': ['MESSAGE_HEADER'],
  'duplicate-budget': ['MESSAGE_BUDGET'],
  derivation: ['MESSAGE_DERIVATION'],
  text: ['MESSAGE_MEMO'],
  'lookup-table': ['MESSAGE_LOOKUP_TABLE'],
  'trailing-bytes': ['MESSAGE_MALFORMED'],
  truncated: ['MESSAGE_MALFORMED'],
  header: ['MESSAGE_HEADER'],
  'duplicate-account': ['MESSAGE_ACCOUNT_REPEATED'],
  'compact-u16': ['MESSAGE_MALFORMED'],
  'program-index': ['MESSAGE_MALFORMED'],
  'account-index': ['MESSAGE_MALFORMED'],
  version: ['MESSAGE_VERSION'],
  size: ['PAYLOAD_TOO_LARGE', 'MESSAGE_COUNT'],
};

type Outcome =
  | { readonly is: 'refuse'; readonly code: string }
  | { readonly is: 'read'; readonly effects: readonly Effect[] };

// By the message's reader: keys that were made up are no points, which the decoder of enclaves refuses first.
function outcome(signer: Uint8Array, { payload }: Case): Outcome {
  try {
    return { is: 'read', effects: orderOf(hexToBytes(payload.hex.slice(2)), signer).effects };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { is: 'refuse', code: error.code };
  }
}

/** Kind, whom it names, and how much: what both sides say. */
const ours = ({ kind, recipient, amount }: Effect): string => {
  const name = named(EFFECT_KIND_NUMBERS, kind);
  const who = base58(recipient.subarray(0, 32));
  const isCounted = name === 'transfer' || name === 'fee' || name === 'mint' || name === 'burn';
  return isCounted ? `${name} ${name === 'fee' ? '' : who} ${amount}` : `${name} ${who}`;
};

/** What they say, in our words: what is made of lamports is a transfer, and whoever gets to dispose of it an authority. */
function theirs(each: Theirs, signer: string): string[] {
  switch (each.effect) {
    case 'transfer':
      if (`${each.asset}`.startsWith('unknown')) return ['call TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'];
      return [`transfer ${each.toAccount ?? each.to} ${each.amount}`];
    case 'createAccount':
    case 'createAccountWithSeed':
      return [`transfer ${each.account} ${each.amount}`, `authority ${each.owner}`];
    case 'initializeAccount':
      return [`authority ${each.owner}`];
    case 'authority':
      return [`authority ${each.to ?? ''}`];
    case 'createTokenAccount':
      return [`token-account ${each.owner}`];
    case 'mint':
      return [`mint ${each.toAccount} ${each.amount}`];
    case 'burn':
      return [`burn ${each.fromAccount} ${each.amount}`];
    case 'freeze':
    case 'syncNative':
      return ['instruction TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'];
    case 'approve':
      return ['call TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'];
    case 'closeAccount':
      if (each.lamportsTo !== signer) return [`transfer ${each.lamportsTo} ${EVERYTHING}`];
      return ['instruction TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'];
    case 'stake':
      return each.what === 'initialise' ? [] : ['instruction Stake11111111111111111111111111111111111111'];
    case 'allocate':
      return ['instruction 11111111111111111111111111111111'];
    case 'advanceNonce':
      if (each.first) return [`no-end ${each.nonceAccount}`];
      return ['instruction 11111111111111111111111111111111'];
    case 'call':
      return [`call ${each.program}`];
    case 'fee':
      return [`fee  ${each.max}`];
    default:
      return [`unknown ${each.effect}`];
  }
}

const expectations = ({ expect, also }: Case): readonly string[] => [expect, ...also];
const classOf = (found: Outcome): string => {
  if (found.is === 'refuse') return 'refuse';
  return found.effects.some(({ kind }) => kind === EFFECT_KIND_NUMBERS.call) ? 'generic' : 'accept';
};

/** Initialised stakes get their authorities in the same list of accounts, which theirs does not name as such. */
const withoutStake = (all: readonly string[], { effects }: Case): readonly string[] =>
  effects.some((each) => each.what === 'initialise')
    ? all.filter((each) => !each.startsWith('authority') || each.includes('Stake1111'))
    : all;

/** A signer that the message gives to a program: not the key of a DAO, whose decoder says so. */
const isMade = (signer: string, { effects }: Case): boolean =>
  effects.some((each) => each.effect.startsWith('create') && each.account === signer) ||
  effects.some((each) => each.effect === 'allocate' && each.account === signer);

describePayloads<Case>('messages of Solana wallets', 'solana-messages.json', (cases) => {
  it('are all there', () => {
    expect(cases).to.have.length(82);
    expect(Object.keys(DIFFERS).every((id) => cases.some((each) => each.id === id))).to.equal(true);
  });

  for (const each of cases) {
    const differs = DIFFERS[each.id];
    it(`${each.id} ${each.title}: ${each.expect}${differs ? `, but ${differs.why}` : ''}`, () => {
      for (const signer of each.facts?.signers ?? [base58(new Uint8Array(32).fill(1))]) {
        const found = outcome(key(signer), each);
        if (isMade(signer, each)) {
          expect(found).to.deep.equal({ is: 'refuse', code: 'MESSAGE_OWN_ACCOUNT' });
          continue;
        }
        const classes = differs?.is ? [differs.is] : expectations(each);
        expect(classOf(found)).to.be.oneOf(classes);
        if (found.is === 'refuse') {
          expect(found.code).to.be.oneOf(REASONS[each.refusal ?? ''] ?? []);
          continue;
        }
        const expected = each.effects.flatMap((effect) => theirs(effect, signer));
        expect(withoutStake(found.effects.map(ours), each)).to.deep.equal(differs?.effects?.(expected) ?? expected);
      }
    });
  }
});
