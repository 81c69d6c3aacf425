/**
 * A message whose first instruction advances a nonce account does not run out: it is valid until that nonce is advanced.
 *
 * DANGER: the runtime looks at four bytes and the first account, and passes over what follows: whatever it takes for such a message has
 * to be read as one here, or be refused.
 */

import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { base58 } from './base58.ts';
import type { Instruction, Message } from './message.ts';
import { SYSTEM } from './programs.ts';
import { ADVANCE_NONCE, system } from './system.ts';

type Bytes = Uint8Array;

export type DurableNonce = { readonly account: Bytes; readonly authority: Bytes; readonly value: Bytes };

/** Null: its lifetime is a recent block's hash. */
export function durableNonce({ instructions: [first], lifetime }: Message): DurableNonce | null {
  if (first === undefined || !marks(first)) return null;
  const act = system(first)?.acts[0];
  if (act?.act !== 'advance-nonce' || first.accounts[0]?.isWritable !== true) {
    return refuse(
      'MESSAGE_NONCE',
      'the first instruction advances a nonce in another form than the one that is understood',
    );
  }
  return { account: act.account, authority: act.authority, value: lifetime };
}

/** Whoever may advance the nonce decides until when the signature holds: nobody but the key. */
export function requireOwnNonce(nonce: DurableNonce | null, key: Bytes): void {
  if (nonce !== null && !isEqual(nonce.authority, key)) {
    refuse(
      'MESSAGE_NONCE',
      `nonce account ${base58(nonce.account)} is advanced by ${base58(nonce.authority)}, not by the key`,
    );
  }
}

function marks({ program, data }: Instruction): boolean {
  return isEqual(program, SYSTEM) && ADVANCE_NONCE.every((byte, at) => data[at] === byte);
}
