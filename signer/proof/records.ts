/** Proven words as the records that they hold (docs/storage.md). */

import { refuse } from '../formats/refusal.ts';
import type { PublicKey } from '../formats/schemes.ts';
import { uintWord } from '../formats/words.ts';
import { PACKED } from './layout.ts';
import type { Slot } from './slots.ts';
import { ceremonySlot, enclaveSlot, keySlot, measurementSlot, networkSlot, requestSlot, rowSlot } from './slots.ts';
import type { ProvenState } from './state.ts';
import { addressOf, unpack } from './unpack.ts';

type Bytes = Uint8Array;

/** The measurement's status, the only field that matters here. */
export function readMeasurement(state: ProvenState, measurement: Bytes): number {
  return Number(unpack(wordAt(state, measurementSlot(measurement)), PACKED.measurement).status);
}

export type EnclaveRecord = {
  readonly operator: Bytes;
  readonly status: number;
  readonly validUntil: number;
  readonly measurement: Bytes;
  readonly identity: Bytes;
};
export function readEnclave(state: ProvenState, enclaveId: Bytes): EnclaveRecord {
  const { operator, status, validUntil } = unpack(wordAt(state, enclaveSlot(enclaveId, 'word')), PACKED.enclave);
  return {
    operator: addressOf(operator),
    status: Number(status),
    validUntil: Number(validUntil),
    measurement: uintWord(wordAt(state, enclaveSlot(enclaveId, 'measurement'))),
    identity: addressOf(wordAt(state, enclaveSlot(enclaveId, 'identity'))),
  };
}

export type BootRecord = { readonly nonce: Bytes; readonly encryptionKey: Bytes; readonly counter: bigint };
/** All zero where the enclave has recorded no boot. */
export function readBootRecord(state: ProvenState, enclaveId: Bytes): BootRecord {
  const { nonce, counter } = unpack(wordAt(state, enclaveSlot(enclaveId, 'boot')), PACKED.boot);
  const encryptionKey = uintWord(wordAt(state, enclaveSlot(enclaveId, 'encryptionKey')));
  return { nonce: uintWord(nonce).slice(16), encryptionKey, counter };
}

/** A committee as a word and its hash commit to it: that of a key, or that of its ceremony. */
export type CommitteeRecord = {
  readonly threshold: number;
  readonly size: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly committee: Bytes;
};
type CommitteeFields = Readonly<Record<'threshold' | 'size' | 'epoch' | 'attempt', bigint>>;

/** What signs now; all zero but status and scheme before the key is active. */
export type KeyRecord = CommitteeRecord & {
  readonly status: number;
  readonly scheme: number;
  readonly pausedUntil: number;
  readonly publicKey: PublicKey;
  /** Birth domain: what derivations of this key bind to, wherever its contracts are now (I5). */
  readonly birth: Bytes;
};
export function readKey(state: ProvenState, keyId: Bytes): KeyRecord {
  const { status, scheme, pausedUntil, publicKeyPrefix, ...fields } = keyWord(state, keyId);
  return {
    ...committeeOf(fields, wordAt(state, keySlot(keyId, 'committee'))),
    ...{ status: Number(status), scheme: Number(scheme), pausedUntil: Number(pausedUntil) },
    publicKey: { prefix: Number(publicKeyPrefix), x: uintWord(wordAt(state, keySlot(keyId, 'publicKeyX'))) },
    birth: uintWord(wordAt(state, keySlot(keyId, 'birth'))),
  };
}

/** Of a key that is not active yet: nothing else in its words says anything. */
export function readPendingKey(state: ProvenState, keyId: Bytes): Pick<KeyRecord, 'status' | 'scheme'> {
  const { status, scheme } = keyWord(state, keyId);
  return { status: Number(status), scheme: Number(scheme) };
}

function keyWord(state: ProvenState, keyId: Bytes) {
  return unpack(wordAt(state, keySlot(keyId, 'word')), PACKED.key);
}

export type CeremonyRecord = CommitteeRecord & {
  readonly kind: number;
  readonly status: number;
  readonly publicKeyPrefix: number;
};
export function readCeremony(state: ProvenState, keyId: Bytes): CeremonyRecord {
  const fields = unpack(wordAt(state, ceremonySlot(keyId, 'word')), PACKED.ceremony);
  return {
    ...committeeOf(fields, wordAt(state, ceremonySlot(keyId, 'committee'))),
    ...{ kind: Number(fields.kind), status: Number(fields.status), publicKeyPrefix: Number(fields.publicKeyPrefix) },
  };
}

/** What the members of a ceremony have all confirmed. */
export type MadeKey = { readonly publicKey: PublicKey; readonly commitments: Bytes };
export function readMadeKey(state: ProvenState, keyId: Bytes, { publicKeyPrefix }: CeremonyRecord): MadeKey {
  const x = uintWord(wordAt(state, ceremonySlot(keyId, 'publicKeyX')));
  const commitments = uintWord(wordAt(state, ceremonySlot(keyId, 'commitments')));
  return { publicKey: { prefix: publicKeyPrefix, x }, commitments };
}

function committeeOf({ threshold, size, epoch, attempt }: CommitteeFields, committee: bigint): CommitteeRecord {
  const numbers = { threshold: Number(threshold), size: Number(size), epoch: Number(epoch), attempt: Number(attempt) };
  return { ...numbers, committee: uintWord(committee) };
}

/** What a key allows one requester. Guard and delay are the contract's business. */
export type RowRecord = { readonly epoch: number; readonly kinds: number };
export function readRow(state: ProvenState, keyId: Bytes, requester: Bytes): RowRecord {
  const { epoch, kinds } = unpack(wordAt(state, rowSlot(keyId, requester)), PACKED.row);
  return { epoch: Number(epoch), kinds: Number(kinds) };
}

/** `beatBound` and `margin` in seconds. */
export type NetworkRecord = {
  readonly pausedUntil: number;
  readonly beatBound: number;
  readonly releasesPerBeat: number;
  readonly margin: number;
};
export function readNetwork(state: ProvenState): NetworkRecord {
  const { pausedUntil, beatBound, releasesPerBeat, margin } = unpack(wordAt(state, networkSlot()), PACKED.network);
  return {
    ...{ pausedUntil: Number(pausedUntil), margin: Number(margin) },
    ...{ beatBound: Number(beatBound), releasesPerBeat: Number(releasesPerBeat) },
  };
}

/** `epoch` is its row's when it was asked. Who asked, its requester or a vote, matters to the contract alone. */
export type RequestRecord = { readonly state: number; readonly deadline: number; readonly epoch: number };
export function readRequest(state: ProvenState, requestId: Bytes): RequestRecord {
  const fields = unpack(wordAt(state, requestSlot(requestId)), PACKED.request);
  if (fields.voted > 1n) refuse('WORD_MALFORMED', `voted is ${fields.voted}, neither 0 nor 1`);
  return { state: Number(fields.state), deadline: Number(fields.deadline), epoch: Number(fields.epoch) };
}

function wordAt(state: ProvenState, { contract, slot }: Slot): bigint {
  return state.word(contract, slot);
}
