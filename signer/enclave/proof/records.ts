/** Proven words as the records that they hold (docs/storage.md). */

import { uintWord } from '../formats/words.ts';
import type { ProvenState, PublicKey } from '../path/stages.ts';
import { PACKED } from './layout.ts';
import type { Slot } from './slots.ts';
import { enclaveSlot, keySlot, measurementSlot, networkSlot, requestSlot } from './slots.ts';
import { addressOf, unpack } from './unpack.ts';

type Bytes = Uint8Array;

export type MeasurementRecord = { readonly status: number; readonly retiresAt: number };
export function readMeasurement(state: ProvenState, measurement: Bytes): MeasurementRecord {
  const { status, retiresAt } = unpack(wordAt(state, measurementSlot(measurement)), PACKED.measurement);
  return { status: Number(status), retiresAt: Number(retiresAt) };
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

const KEY_NUMBERS = ['status', 'scheme', 'threshold', 'size', 'epoch', 'attempt', 'pausedUntil', 'kinds'] as const;
export type KeyRecord = Readonly<Record<(typeof KEY_NUMBERS)[number], number>> & { readonly committee: Bytes };
export function readKey(state: ProvenState, keyId: Bytes): KeyRecord {
  const fields = unpack(wordAt(state, keySlot(keyId, 'word')), PACKED.key);
  const numbers = Object.fromEntries(KEY_NUMBERS.map((name) => [name, Number(fields[name])]));
  return {
    ...(numbers as Omit<KeyRecord, 'committee'>),
    committee: uintWord(wordAt(state, keySlot(keyId, 'committee'))),
  };
}

export function readPublicKey(state: ProvenState, keyId: Bytes): PublicKey {
  const { prefix } = unpack(wordAt(state, keySlot(keyId, 'publicKeyPrefix')), PACKED.publicKey);
  return { prefix: Number(prefix), x: uintWord(wordAt(state, keySlot(keyId, 'publicKeyX'))) };
}

export function readCommitments(state: ProvenState, keyId: Bytes): Bytes {
  return uintWord(wordAt(state, keySlot(keyId, 'commitments')));
}

/** The bounds on beats beside these are not kept yet. */
export type NetworkRecord = { readonly pausedUntil: number; readonly margin: number };
export function readNetwork(state: ProvenState): NetworkRecord {
  const { pausedUntil, margin } = unpack(wordAt(state, networkSlot()), PACKED.network);
  return { pausedUntil: Number(pausedUntil), margin: Number(margin) };
}

export type RequestRecord = { readonly state: number; readonly deadline: number };
export function readRequest(state: ProvenState, requestId: Bytes): RequestRecord {
  const fields = unpack(wordAt(state, requestSlot(requestId)), PACKED.request);
  return { state: Number(fields.state), deadline: Number(fields.deadline) };
}

function wordAt(state: ProvenState, { contract, slot }: Slot): bigint {
  return state.word(contract, slot);
}
