/** One run of a protocol and its messages: the session id binds key, committee, boot records and block (docs/formats.md). */

import type { SessionKind } from './schemes.ts';
import { SESSION_KIND_NUMBERS } from './schemes.ts';
import { BOOT_TAG, MESSAGE_TAG, SESSION_TAG } from './tags.ts';
import { addressWord, bytes16Word, hash, keccak, list, uintWord, ZERO_WORD } from './words.ts';

type Bytes = Uint8Array;

export type Booted = { readonly id: Bytes; readonly nonce: Bytes; readonly encryptionKey: Bytes };

/** Members in party order. */
export function setHash(members: readonly { readonly id: Bytes }[]): Bytes {
  return list(members.map((member) => member.id));
}

/** Members in party order. */
export function bootsHash(members: readonly Booted[]): Bytes {
  return list(members.flatMap(({ id, nonce, encryptionKey }) => [id, bytes16Word(nonce), encryptionKey]));
}

/** One life of one enclave: what OT set-ups are between. Nobody else can have it, whatever it records as its own. */
export type Boot = { readonly identity: Bytes; readonly nonce: Bytes; readonly encryptionKey: Bytes };

export function bootId({ identity, nonce, encryptionKey }: Boot): Bytes {
  return keccak(BOOT_TAG, addressWord(identity), bytes16Word(nonce), encryptionKey);
}

export type SessionSubject = {
  readonly kind: SessionKind;
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  /** Committee hash (key generation, OT set-up), activation message, or `signingSubject`. */
  readonly subject: Bytes;
  readonly members: readonly Booted[];
  readonly run: SessionRun;
};

/** What a signing session is about: its requests, in the leader's order. */
export function signingSubject(requestIds: readonly Bytes[]): Bytes {
  return list(requestIds);
}

/** Which of many runs: the proven block that it pins, the leader's enclave id, and a number that the leader raises. */
export type SessionRun = { readonly pinnedBlock: Bytes; readonly leader: Bytes; readonly number: number };

/** Key generation runs once per attempt. */
export const ONLY_RUN: SessionRun = { pinnedBlock: ZERO_WORD, leader: ZERO_WORD, number: 0 };

export function sessionId({ kind, keyId, epoch, attempt, subject, members, run }: SessionSubject): Bytes {
  return keccak(
    SESSION_TAG,
    uintWord(SESSION_KIND_NUMBERS[kind]),
    keyId,
    uintWord(epoch),
    uintWord(attempt),
    subject,
    setHash(members),
    bootsHash(members),
    run.pinnedBlock,
    run.leader,
    uintWord(run.number),
  );
}

export type Message = {
  readonly session: Bytes;
  readonly roundIndex: number;
  readonly from: number;
  /** 0 for a broadcast. */
  readonly to: number;
  readonly payload: Bytes;
};

/** What an identity signs for one protocol message. */
export function messageHash({ session, roundIndex, from, to, payload }: Message): Bytes {
  return keccak(MESSAGE_TAG, session, uintWord(roundIndex), uintWord(from), uintWord(to), hash(payload));
}
