/** What becomes of a payload and its signatures: a transaction as its network takes it. */

import { Fatal } from '../../host/errors.ts';

export type Final = {
  /** Hex for Bitcoin and EVM chains, base64 for Solana: as their nodes take it. */
  readonly transaction: string;
  /** Null: it depends on a signature that is missing. */
  readonly txid: string | null;
  /** Of Bitcoin. */
  readonly fee?: { readonly amount: string; readonly virtualSize: number; readonly rate: number };
  /** Of Solana: who has to sign beside the DAO. */
  readonly missing?: readonly string[];
};

/** Nothing is shown that a second library does not take. */
export function doesNotHold(detail: string): never {
  const advice =
    'Give the payload of the request that was signed, and its signatures; `quorate finalise ID` takes both from the chain.';
  throw new Fatal('CONFIG_INVALID', detail, advice);
}

/** @throws Fatal CONFIG_INVALID unless there is one signature of so many bytes */
export function requireOne([signature, ...more]: readonly Uint8Array[], length: number): Uint8Array {
  if (signature === undefined || more.length > 0) doesNotHold('it takes one signature');
  if (signature.length !== length) doesNotHold(`the signature is not ${length} bytes in hex`);
  return signature;
}
