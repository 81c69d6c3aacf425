/** What an EVM payload does, as its decoder has read it: effects are declared from it, and words are said of it. */

import type { AssetId } from '../caip.ts';

type Bytes = Uint8Array;

/** Whose it is that leaves, or who votes; null: the account of the key that signs. */
export type Owner = Bytes | null;
/** Whether an approval replaces what was allowed before or adds to it; or is an allowance of its own, kept by Permit2. */
export type Manner = 'set' | 'add' | 'permit2';

export type Deed =
  | {
      readonly kind: 'transfer';
      readonly asset: AssetId;
      readonly amount: bigint;
      readonly recipient: Bytes;
      readonly owner: Owner;
    }
  | { readonly kind: 'fee'; readonly asset: AssetId; readonly amount: bigint }
  | {
      readonly kind: 'call';
      readonly chain: bigint;
      readonly target: Bytes;
      readonly value: bigint;
      readonly data: Bytes;
    }
  | {
      readonly kind: 'approval';
      readonly asset: AssetId;
      readonly amount: bigint;
      readonly spender: Bytes;
      readonly owner: Owner;
      readonly manner: Manner;
    }
  | { readonly kind: 'creation'; readonly chain: bigint; readonly value: bigint; readonly initCode: Bytes }
  /** `code` zero: the account's code is taken away. */
  | {
      readonly kind: 'set-code';
      readonly chain: bigint;
      readonly account: Bytes;
      readonly code: Bytes;
      readonly nonce: bigint;
    }
  | {
      readonly kind: 'vote';
      readonly chain: bigint;
      readonly contract: Bytes;
      readonly proposal: bigint;
      readonly support: number;
      readonly voter: Owner;
    }
  | {
      readonly kind: 'typed-data';
      readonly chain: bigint | null;
      readonly contract: Bytes | null;
      readonly separator: Bytes;
      /** `encodeType`: the whole of it. */
      readonly type: string;
      readonly structHash: Bytes;
    }
  | { readonly kind: 'message'; readonly text: Bytes }
  /** `site`: the domain that is signed in to, as the text has it. */
  | { readonly kind: 'sign-in'; readonly chain: bigint; readonly site: string; readonly text: Bytes }
  | { readonly kind: 'blind'; readonly digest: Bytes };

/** An allowance that does not end, of tokens that count in 256 bits. */
export const EVERYTHING = (1n << 256n) - 1n;
/** From here on an amount stands for everything: tokens that count in 96 or 160 bits say so too. */
export const AS_GOOD_AS_EVERYTHING = (1n << 96n) - 1n;
