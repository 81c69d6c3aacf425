/** The program that makes token accounts at the address that follows from wallet, token program and mint. */

import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { base58 } from './base58.ts';
import type { Deed, Understood } from './deed.ts';
import { associatedAccount } from './derivedAddress.ts';
import type { Form, KeyAt } from './form.ts';
import { understood } from './form.ts';
import type { Instruction } from './message.ts';
import { RENT, SYSTEM, TOKEN, TOKEN_2022 } from './programs.ts';

/** > Create: no data, or 0. CreateIdempotent: 1. */
const CREATE: readonly (readonly number[])[] = [[], [0], [1]];
/** Payer, account, wallet, mint. */
const ACCOUNTS = ['signer', 'any', 'any', 'any', SYSTEM] as const;

const FORMS: readonly Form[] = CREATE.flatMap((discriminator) =>
  [TOKEN, TOKEN_2022].flatMap((program) =>
    [[], [RENT]].map((older) => ({
      discriminator,
      length: 0,
      accounts: [...ACCOUNTS, program, ...older],
      deeds: made,
    })),
  ),
);

export function associatedToken(instruction: Instruction): Understood | undefined {
  return understood(instruction, FORMS);
}

function made(key: KeyAt): readonly Deed[] {
  const [payer, account, wallet, mint, program] = [key(0), key(1), key(2), key(3), key(5)];
  // A wallet that the account is not of could be shown in place of the one that has it.
  if (!isEqual(account, associatedAccount({ wallet, mint, program }) ?? new Uint8Array())) {
    refuse(
      'MESSAGE_DERIVATION',
      `${base58(account)} is not the token account of ${base58(wallet)} for ${base58(mint)}`,
    );
  }
  return [{ kind: 'token-account', payer, account, wallet, mint, program }];
}
