/** Instructions of the stake program (agave's `StakeInstruction`); others of it are not understood. */

import { isZero } from '../../formats/equal.ts';
import type { Deed, Understood } from './deed.ts';
import type { Form, KeyAt } from './form.ts';
import { understood, variant } from './form.ts';
import type { Instruction } from './message.ts';
import { CLOCK, RENT, STAKE_HISTORY } from './programs.ts';

type Bytes = Uint8Array;

const KEY = 32;
const U64 = 8;
/** > UnixTimestamp, Epoch, custodian */
const LOCKUP = U64 + U64 + KEY;

/** > StakeAuthorize */
const ROLES = ['staker', 'withdrawer'] as const;

const FORMS: readonly Form[] = [
  {
    discriminator: variant(0),
    length: KEY + KEY + LOCKUP,
    accounts: ['any', RENT],
    deeds: (key, data) => [
      authority(key, 'staker', data.bytes(KEY)),
      authority(key, 'withdrawer', data.bytes(KEY)),
      ...lockup(key, data.bytes(LOCKUP)),
    ],
  },
  {
    discriminator: variant(1),
    length: KEY + 4,
    accounts: ['any', CLOCK, 'signer'],
    deeds: (key, data) => {
      const [to, role] = [data.bytes(KEY), ROLES[data.uint(4)]];
      return role && [authority(key, role, to)];
    },
  },
  {
    discriminator: variant(2),
    length: 0,
    // The last but one was a configuration account once, and is not looked at any more.
    accounts: ['any', 'any', CLOCK, STAKE_HISTORY, 'any', 'signer'],
    deeds: () => [other('delegates a stake to a validator')],
  },
  {
    discriminator: variant(4),
    length: U64,
    accounts: ['any', 'any', CLOCK, STAKE_HISTORY, 'signer'],
    deeds: (key, data) => [
      { kind: 'transfer', mint: null, by: key(4), from: key(0), to: key(1), amount: data.uint64() },
    ],
  },
  {
    discriminator: variant(5),
    length: 0,
    accounts: ['any', CLOCK, 'signer'],
    deeds: () => [other('ends the delegation of a stake')],
  },
  {
    discriminator: variant(7),
    length: 0,
    accounts: ['any', 'any', CLOCK, STAKE_HISTORY, 'signer'],
    deeds: () => [other('merges a stake into another of the same authorities')],
  },
];

export function stake(instruction: Instruction): Understood | undefined {
  return understood(instruction, FORMS);
}

function authority(key: KeyAt, role: string, to: Bytes): Deed {
  return { kind: 'authority', account: key(0), role, to };
}

/** Until a time or an epoch only the custodian lets the stake be withdrawn. */
function lockup(key: KeyAt, bytes: Bytes): readonly Deed[] {
  if (isZero(bytes)) return [];
  const [terms, custodian] = [bytes.subarray(0, U64 + U64), bytes.subarray(U64 + U64)];
  return [{ kind: 'authority', account: key(0), role: 'custodian', to: custodian, terms }];
}

function other(what: string): Deed {
  return { kind: 'other', what };
}
