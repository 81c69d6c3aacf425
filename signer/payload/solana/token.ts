/**
 * Instructions of SPL Token, and of Token-2022 where they are the same.
 *
 * Only those that name the mint are transfers: `Transfer` and `Approve` without "Checked" do not say of what. Those with more accounts
 * than these (several signers of one owner, a hook's) are not understood.
 */

import type { Amount, Deed, Understood } from './deed.ts';
import type { Form, KeyAt } from './form.ts';
import { understood } from './form.ts';
import type { Instruction } from './message.ts';
import { RENT } from './programs.ts';

type Bytes = Uint8Array;

const KEY = 32;
const U64 = 8;

export function token(instruction: Instruction): Understood | undefined {
  return understood(instruction, FORMS);
}

/** > AuthorityType, as far as both programs have it. */
const ROLES = ['mint', 'freeze', 'owner', 'close'] as const;

const OWNED = ['any', 'any', 'signer'] as const;
const MOVED = ['any', 'any', 'any', 'signer'] as const;

const FORMS: readonly Form[] = [
  opened(1, 0, ['any', 'any', 'any', RENT]),
  opened(16, KEY, ['any', 'any', RENT]),
  opened(18, KEY, ['any', 'any']),
  { discriminator: [5], length: 0, accounts: ['any', 'signer'], deeds: () => [other('ends what an account allowed')] },
  {
    discriminator: [6],
    length: 2,
    accounts: ['any', 'signer'],
    deeds: (key, data) => authority(key, data.uint(1), data.uint(1), null),
  },
  {
    discriminator: [6],
    length: 2 + KEY,
    accounts: ['any', 'signer'],
    deeds: (key, data) => authority(key, data.uint(1), data.uint(1), data.bytes(KEY)),
  },
  // > ApproveChecked: source, mint, delegate, owner; amount and decimals.
  {
    discriminator: [13],
    length: U64 + 1,
    accounts: MOVED,
    deeds: (key, data) => [{ kind: 'approval', mint: key(1), account: key(0), spender: key(2), amount: data.uint64() }],
  },
  minted(7, U64),
  minted(14, U64 + 1),
  burnt(8, U64),
  burnt(15, U64 + 1),
  {
    discriminator: [9],
    length: 0,
    accounts: OWNED,
    deeds: (key) => [
      { kind: 'transfer', mint: null, by: key(2), from: key(0), to: key(1), amount: 'all' },
      other('closes a token account'),
    ],
  },
  { discriminator: [10], length: 0, accounts: OWNED, deeds: () => [other('freezes a token account')] },
  { discriminator: [11], length: 0, accounts: OWNED, deeds: () => [other('thaws a token account')] },
  // > TransferChecked: amount and decimals.
  { discriminator: [12], length: U64 + 1, accounts: MOVED, deeds: (key, data) => [moved(key, data.uint64())] },
  // > TransferFeeExtension, TransferCheckedWithFee: amount, decimals, and the part of it that is withheld.
  { discriminator: [26, 1], length: U64 + 1 + U64, accounts: MOVED, deeds: (key, data) => [moved(key, data.uint64())] },
  { discriminator: [17], length: 0, accounts: ['any'], deeds: () => [other('counts SOL that came in as wrapped SOL')] },
];

function moved(key: KeyAt, amount: Amount): Deed {
  return { kind: 'transfer', mint: key(1), by: key(3), from: key(0), to: key(2), amount };
}

/** > InitializeAccount: account, mint, owner; its later forms have the owner in their data. */
function opened(discriminator: number, length: number, accounts: Form['accounts']): Form {
  return {
    discriminator: [discriminator],
    length,
    accounts,
    deeds: (key, data) => [
      {
        kind: 'authority',
        account: key(0),
        role: 'owner',
        to: length === 0 ? key(2) : data.bytes(KEY),
        terms: key(1),
      },
    ],
  };
}

function minted(discriminator: number, length: number): Form {
  return {
    discriminator: [discriminator],
    length,
    accounts: OWNED,
    deeds: (key, data) => [{ kind: 'mint', mint: key(0), account: key(1), amount: data.uint64() }],
  };
}

function burnt(discriminator: number, length: number): Form {
  return {
    discriminator: [discriminator],
    length,
    accounts: OWNED,
    deeds: (key, data) => [{ kind: 'burn', mint: key(1), account: key(0), amount: data.uint64() }],
  };
}

/** > COption: 0 for nobody, 1 and a key. */
function authority(key: KeyAt, type: number, option: number, to: Bytes | null): readonly Deed[] | undefined {
  const role = ROLES[type];
  if (role === undefined || option !== (to === null ? 0 : 1)) return undefined;
  return [{ kind: 'authority', account: key(0), role, to }];
}

function other(what: string): Deed {
  return { kind: 'other', what };
}
