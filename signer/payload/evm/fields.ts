/** Fields of a transaction out of strict RLP: each in its one encoding, none longer than the protocol has it. */

import type { RefusalCode } from '../../formats/refusal.ts';
import { Refused, refuse } from '../../formats/refusal.ts';
import type { RlpItem } from '../../proof/rlp.ts';
import { decodeRlp, rlpList, rlpString, rlpUint } from '../../proof/rlp.ts';
import { ADDRESS_BYTES } from './address.ts';

type Bytes = Uint8Array;
type Item = RlpItem | undefined;

export const WORD = 32;
/** > RLP integers of a transaction are at most 256 bits; a nonce and a gas limit fit 64 (EIP-2681, EIP-1985). */
export const SHORT = 8;

/** The items of one list and nothing else. */
export function listOf(bytes: Bytes): readonly RlpItem[] {
  return rlpList(decodeRlp(bytes));
}

export function uint(item: Item, bytes: number): bigint {
  return rlpUint(item, bytes);
}

export function data(item: Item): Bytes {
  return rlpString(item);
}

/** @throws Refused with `code` where it is of another length */
export function fixed(item: Item, length: number, code: RefusalCode): Bytes {
  const bytes = rlpString(item);
  if (bytes.length !== length) refuse(code, `${bytes.length} bytes, expected ${length}`);
  return bytes;
}

/** Null: no recipient, which creates a contract. */
export function recipient(item: Item): Bytes | null {
  const bytes = rlpString(item);
  return bytes.length === 0 ? null : fixed(item, ADDRESS_BYTES, 'EVM_ADDRESS');
}

/** What RLP refuses of a proof may be another's lie; of a payload it stands in the bytes that were voted, and is so for ever. */
export function asTransaction<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Refused) || !cause.code.startsWith('RLP_')) throw cause;
    const code = cause.code === 'RLP_INTEGER_TOO_LONG' ? 'EVM_INTEGER' : 'EVM_ENCODING';
    return refuse(code, `${cause.code}: ${cause.message}`, { cause });
  }
}
