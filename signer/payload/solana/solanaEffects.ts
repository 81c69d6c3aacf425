/** What a Solana message does, in the terms of declared effects: those of each instruction in order, then the fee. */

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { MAX_EFFECTS } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Effect } from '../../formats/request.ts';
import type { EffectKind } from '../../formats/schemes.ts';
import { EFFECT_KIND_NUMBERS } from '../../formats/schemes.ts';
import { hash, keccak, list, ZERO_WORD } from '../../formats/words.ts';
import { SOLANA_ASSET, solanaToken } from '../caip.ts';
import { base58 } from './base58.ts';
import type { Amount, Approval, Authority, Deed, Done, TokenAccount, Transfer } from './deed.ts';
import { associatedAccount } from './derivedAddress.ts';
import type { DurableNonce } from './durableNonce.ts';
import { fee } from './fee.ts';
import { instructionHash } from './instructionHash.ts';
import type { Instruction, Message } from './message.ts';
import { TOKEN } from './programs.ts';

type Bytes = Uint8Array;

const [NOBODY, NOTHING] = [new Uint8Array(), new Uint8Array()];
/** An amount that the bytes do not bound: the most that an account can hold, so no cap lets it through. */
export const EVERYTHING = 2n ** 64n - 1n;
/** Anchor's discriminators have eight bytes, other programs' fewer. */
const SELECTOR_BYTES = 8;

type Meant = { readonly message: Message; readonly nonce: DurableNonce | null; readonly done: readonly Done[] };

/** @param key the one that is asked to sign */
export function solanaEffects({ message, nonce, done }: Meant, key: Bytes): readonly Effect[] {
  const effects = done.flatMap((each, at) => (at === 0 && nonce !== null ? [noEnd(nonce)] : effectsOf(each, key)));
  if (effects.length >= MAX_EFFECTS) {
    refuse('MESSAGE_COUNT', `${effects.length} effects and a fee, at most ${MAX_EFFECTS}`);
  }
  return [...effects, feeOf(message)];
}

function effectsOf(done: Done, key: Bytes): readonly Effect[] {
  return done.deeds.flatMap((deed) => effectOf(deed, done, key) ?? []);
}

function effectOf(deed: Deed, { instruction, discriminator }: Done, key: Bytes): Effect | undefined {
  switch (deed.kind) {
    case 'transfer':
      return isReturned(deed, key) ? undefined : transfer(deed, instruction, key);
    case 'approval':
      return approval(deed, instruction, key);
    case 'token-account':
      return tokenAccount(deed, key);
    case 'mint':
    case 'burn':
      return effect(deed.kind, { asset: solanaToken(deed.mint), recipient: deed.account, amount: deed.amount });
    case 'authority':
      return authority(deed);
    case 'memo':
      return effect('memo', { detail: hash(deed.text) });
    case 'advance-nonce':
    case 'other':
      return said(instruction, discriminator);
    case 'call':
      return call(instruction, key);
    case 'give-up':
      return requireNotOwn(deed.account, deed.what, key);
    case 'budget':
      return undefined;
  }
}

/** Nothing leaves, and the whole instruction is named. */
function said(instruction: Instruction, discriminator: number | null): Effect {
  const recipient = selected(instruction, discriminator ?? SELECTOR_BYTES);
  return effect('instruction', { recipient, detail: instructionHash(instruction) });
}

/** What an account held comes back to the key when it is closed. */
function isReturned({ amount, to }: Transfer, key: Bytes): boolean {
  return amount === 'all' && isEqual(to, key);
}

function transfer({ mint, from, to, amount }: Transfer, { program }: Instruction, key: Bytes): Effect {
  return effect('transfer', {
    asset: mint === null ? SOLANA_ASSET : solanaToken(mint),
    recipient: to,
    amount: bounded(amount),
    detail: unlessOwn(from, mint === null ? key : associatedAccount({ wallet: key, program, mint })),
  });
}

function approval({ mint, account, spender, amount }: Approval, { program }: Instruction, key: Bytes): Effect {
  const detail = unlessOwn(account, associatedAccount({ wallet: key, program, mint }));
  return effect('approval', { asset: solanaToken(mint), recipient: spender, amount, detail });
}

/** What it leaves, or may be taken out of; nothing where that is the key's own. */
function unlessOwn(account: Bytes, own: Bytes | undefined): Bytes {
  return own !== undefined && isEqual(account, own) ? ZERO_WORD : account;
}

function bounded(amount: Amount): bigint {
  return amount === 'all' ? EVERYTHING : amount;
}

/** > ACCOUNT_STORAGE_OVERHEAD, and DEFAULT_LAMPORTS_PER_BYTE_YEAR for DEFAULT_EXEMPTION_THRESHOLD years */
const RENT = { overhead: 128n, perByte: 3_480n * 2n };
/** Token-2022: with every extension that its mint can ask a new account to have. */
const ACCOUNT_BYTES = { token: 165n, token2022: 200n };

/** Rent is not in the bytes: this is what the chain has taken since its beginning, at most. The wallet has it when it closes the account. */
function tokenAccount({ payer, account, wallet, program }: TokenAccount, key: Bytes): Effect {
  const bytes = isEqual(program, TOKEN) ? ACCOUNT_BYTES.token : ACCOUNT_BYTES.token2022;
  const amount = isEqual(payer, key) ? (bytes + RENT.overhead) * RENT.perByte : 0n;
  return effect('token-account', { recipient: wallet, amount, detail: account });
}

/** A program that is lent the key's signature can take whatever the key disposes of. */
function call(instruction: Instruction, key: Bytes): Effect {
  const isLent = instruction.accounts.some((account) => isEqual(account.key, key));
  return effect('call', {
    recipient: selected(instruction, SELECTOR_BYTES),
    amount: isLent ? EVERYTHING : 0n,
    detail: instructionHash(instruction),
  });
}

/** Without the nonce: whoever fills in what a mandate leaves open takes the one that the account has then. */
function noEnd({ account }: DurableNonce): Effect {
  return effect('no-end', { recipient: account });
}

/** Detail: nothing where the key pays and signs alone, else all signers, of whom the first pays: each can keep the message back. */
function feeOf(message: Message): Effect {
  const { signers } = message;
  return effect('fee', { amount: fee(message), detail: signers.length === 1 ? ZERO_WORD : list(signers) });
}

function authority({ account, role, to, terms = NOTHING }: Authority): Effect {
  const detail = keccak(hash(utf8ToBytes(role)), account, hash(terms));
  return effect('authority', { recipient: to ?? NOBODY, detail });
}

function effect(kind: EffectKind, fields: Partial<Omit<Effect, 'kind'>>): Effect {
  const none = { asset: SOLANA_ASSET, recipient: NOBODY, amount: 0n, detail: ZERO_WORD };
  return { kind: EFFECT_KIND_NUMBERS[kind], ...none, ...fields };
}

function selected({ program, data }: Instruction, bytes: number): Bytes {
  return concatBytes(program, data.subarray(0, bytes));
}

function requireNotOwn(account: Bytes, what: string, key: Bytes): undefined {
  if (isEqual(account, key)) refuse('MESSAGE_OWN_ACCOUNT', `${base58(account)} is the key's own account: ${what}`);
}
