/** A text that is signed with the prefix of EIP-191, version 0x45 (`personal_sign`). */

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { Refused, refuse } from '../../formats/refusal.ts';
import { hash, WORD_BYTES } from '../../formats/words.ts';
import type { Deed } from '../evm/deed.ts';
import { decodeTransaction } from '../evm/transaction.ts';
import type { SignIn } from './signIn.ts';
import { readSignIn } from './signIn.ts';
import { readText } from './text.ts';

type Bytes = Uint8Array;

export type Message = {
  readonly text: string;
  readonly bytes: Bytes;
  readonly signIn: SignIn | null;
  readonly digest: Bytes;
};

/** A digest that is written out says nothing to whoever votes. */
const HASH = /^\s*(?:0x)?[0-9a-f]{64}\s*$/i;

/** @throws Refused TEXT_UNREADABLE, TEXT_IS_TRANSACTION, TEXT_IS_HASH, SIGN_IN_MALFORMED, ADDRESS_CHECKSUM */
export function decodeMessage(payload: Bytes): Message {
  if (isTransaction(payload)) return refuse('TEXT_IS_TRANSACTION', 'the message is a transaction');
  const text = readText(payload);
  if (isHash(payload, text)) return refuse('TEXT_IS_HASH', 'the message is a hash, of what is not said');
  return { text, bytes: payload, signIn: readSignIn(text) ?? null, digest: digest(payload) };
}

export function messageDeed({ bytes, signIn }: Message): Deed {
  if (signIn === null) return { kind: 'message', text: bytes };
  return { kind: 'sign-in', chain: signIn.chain, site: signIn.domain, text: bytes };
}

/** > 0x19 <0x45 (E)> <thereum Signed Message:\n" + len(message)> <data to sign> */
function digest(message: Bytes): Bytes {
  return hash(concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${message.length}`), message));
}

/**
 * > keccak256("\x19Ethereum Signed Message:\n32" ‖ hash)
 *
 * DANGER: so owners of a Safe approve the hash of a transaction, and accounts and contracts without number what they have hashed. Whoever chooses
 * what is hashed finds a hash that reads as text in some 2^37 tries: no text has the length of one.
 */
function isHash({ length }: Bytes, text: string): boolean {
  return length === WORD_BYTES || HASH.test(text);
}

/** Kinds do not overlap: some wallets once signed such a message as the transaction. */
function isTransaction(payload: Bytes): boolean {
  try {
    decodeTransaction(payload);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return false; // what no client takes is none
  }
}
