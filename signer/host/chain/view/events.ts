/** What an event of a contract is to a host: how it is read from a log, and what it changes in the ledger. Each stands in one place. */

import type { Abi, DecodeEventLogReturnType } from 'viem';
import type { Hex } from '../../../formats/hex.ts';

/** An event of each of these names, with these fields. What is stored of a log is this, as JSON. */
export type Of<Name extends string, Fields> = Name extends string ? { readonly event: Name } & Fields : never;

type Named = { readonly event: string };
type Fields<E> = E extends Named ? Omit<E, 'event'> : never;
type Args<abi extends Abi, Name> = Extract<DecodeEventLogReturnType<abi>, { readonly eventName: Name }>['args'];

/** `State` is the part of the ledger that these events change. */
export type Events<abi extends Abi, E extends Named, State> = {
  readonly [Name in E['event']]: {
    /** Null for a log that does not concern a host. */
    readonly read: (args: Args<abi, Name>) => Fields<Extract<E, { readonly event: Name }>> | null;
    /** `block`: number of the block that it is in. Events come in chain order. */
    readonly fold: (state: State, event: Extract<E, { readonly event: Name }>, block: number) => void;
    /** It ends or forbids something: it holds only as long as every reading shows it. */
    readonly ends?: true;
  };
};

/** Addresses are compared as strings. */
export function lower(address: Hex): Hex {
  return address.toLowerCase() as Hex;
}
