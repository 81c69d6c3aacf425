/** The one form in which an instruction is understood: its discriminator, how long its data is, and which accounts it has. */

import { isEqual } from '../../formats/equal.ts';
import type { Reader } from '../bitcoin/reader.ts';
import { reader } from '../bitcoin/reader.ts';
import type { Act, Understood } from './act.ts';
import type { Account, Instruction } from './message.ts';

type Bytes = Uint8Array;

/** `signer`: any that signs. Bytes: this account and no other. */
export type Wanted = 'signer' | 'any' | Bytes;
/** The account at a place that the form has. */
export type KeyAt = (at: number) => Bytes;

export type Form = {
  /** First bytes of the data. */
  readonly discriminator: readonly number[];
  /** Bytes of the data behind them. */
  readonly length: number;
  readonly accounts: readonly Wanted[];
  /** What it does; undefined: it is another form than this after all. */
  readonly acts: (key: KeyAt, data: Reader) => readonly Act[] | undefined;
};

/** What the form that fits makes of it; undefined where none does. */
export function understood(instruction: Instruction, forms: readonly Form[]): Understood | undefined {
  const form = forms.find((each) => fits(instruction, each));
  if (form === undefined) return undefined;
  const { length } = form.discriminator;
  const acts = form.acts(keysOf(instruction), reader(instruction.data.subarray(length), 'MESSAGE_MALFORMED'));
  return acts && { acts, discriminator: length };
}

function fits({ accounts, data }: Instruction, form: Form): boolean {
  const { discriminator } = form;
  return (
    data.length === discriminator.length + form.length &&
    discriminator.every((byte, at) => data[at] === byte) &&
    accounts.length === form.accounts.length &&
    accounts.every((account, at) => isWanted(account, form.accounts[at] ?? 'any'))
  );
}

function isWanted({ key, isSigner }: Account, wanted: Wanted): boolean {
  if (wanted === 'signer') return isSigner;
  return wanted === 'any' || isEqual(key, wanted);
}

export function keysOf({ accounts }: Instruction): KeyAt {
  return (at) => {
    const account = accounts[at];
    if (account === undefined) throw new RangeError(`no account ${at} of ${accounts.length}`);
    return account.key;
  };
}

/** The four bytes of a Rust enum's variant, as bincode writes it. */
export function variant(number: number): readonly number[] {
  return [number, 0, 0, 0];
}
