/** What an instruction does, as far as its bytes tell: from it follow the effects and the words. */

import type { Instruction } from './message.ts';

type Bytes = Uint8Array;

/** `all`: whatever the account holds when it is executed. */
export type Amount = bigint | 'all';

export type Act =
  | Transfer
  | TokenAccount
  /** `account` is credited or debited. */
  | { readonly act: 'mint' | 'burn'; readonly mint: Bytes; readonly account: Bytes; readonly amount: bigint }
  | Authority
  | { readonly act: 'advance-nonce'; readonly account: Bytes; readonly authority: Bytes }
  | { readonly act: 'memo'; readonly text: Bytes }
  /** Takes from a system account what it pays with: nothing that a key's own account may suffer. */
  | { readonly act: 'give-up'; readonly account: Bytes; readonly what: string }
  /** Understood, and nothing leaves. */
  | { readonly act: 'other'; readonly what: string }
  /** What the whole message may use and pays for it: read by `fee`, all of these at once. */
  | { readonly act: 'budget' }
  /** Not understood. */
  | { readonly act: 'call' };

export type Transfer = {
  readonly act: 'transfer';
  /** Null: SOL, in lamports. */
  readonly mint: Bytes | null;
  /** Who signs for it. */
  readonly by: Bytes;
  readonly from: Bytes;
  readonly to: Bytes;
  readonly amount: Amount;
};

/** Who disposes of `account` from now on, in which role, and on which terms; null: nobody. */
export type Authority = {
  readonly act: 'authority';
  readonly account: Bytes;
  readonly role: string;
  readonly to: Bytes | null;
  /** What else the instruction fixes of the account, as its bytes have it. */
  readonly terms?: Bytes;
};

/** Made for `wallet`, which can close it and has its rent then. */
export type TokenAccount = {
  readonly act: 'token-account';
  readonly payer: Bytes;
  readonly account: Bytes;
  readonly wallet: Bytes;
  readonly mint: Bytes;
  readonly program: Bytes;
};

/** `discriminator`: as many bytes at the beginning of its data say which instruction it is; null: nobody knows. */
export type Done = {
  readonly instruction: Instruction;
  readonly acts: readonly Act[];
  readonly discriminator: number | null;
};

export type Understood = Pick<Done, 'acts' | 'discriminator'>;
