/** The storage slots that enclaves read, one function per record and per call (docs/storage.md). Pure: hosts use them too. */

import { hash, uintOf, uintWord } from '../formats/words.ts';
import type { ContractName } from '../path/stages.ts';
import { MAPPING_POSITIONS, NETWORK_POSITION } from './layout.ts';

type Bytes = Uint8Array;

export type Slot = { readonly contract: ContractName; readonly slot: Bytes };
/** An enclave and the measurement that its registration carries; a wrong one only makes the proof incomplete. */
export type MeasuredMember = { readonly id: Bytes; readonly measurement: Bytes };

export function measurementSlot(measurement: Bytes): Slot {
  return at('measurements', measurement, 0n);
}

export type EnclaveField = 'word' | 'measurement' | 'identity' | 'encryptionKey' | 'boot';
const ENCLAVE_FIELDS: Readonly<Record<EnclaveField, bigint>> = {
  word: 0n,
  measurement: 1n,
  identity: 2n,
  encryptionKey: 3n,
  boot: 4n,
};
export function enclaveSlot(enclaveId: Bytes, field: EnclaveField): Slot {
  return at('enclaves', enclaveId, ENCLAVE_FIELDS[field]);
}

export type KeyField = 'word' | 'committee' | 'policy' | 'publicKeyX' | 'commitments' | 'publicKeyPrefix';
const KEY_FIELDS: Readonly<Record<KeyField, bigint>> = {
  word: 0n,
  committee: 1n,
  policy: 2n,
  publicKeyX: 3n,
  commitments: 4n,
  publicKeyPrefix: 5n,
};
export function keySlot(keyId: Bytes, field: KeyField): Slot {
  return at('keys', keyId, KEY_FIELDS[field]);
}

/** What holds for every key. */
export function networkSlot(): Slot {
  return { contract: NETWORK_POSITION.contract, slot: uintWord(NETWORK_POSITION.position) };
}

export function requestSlot(requestId: Bytes): Slot {
  return at('requests', requestId, 0n);
}

/** For `recordBoot`: the record that the next one must follow. */
export function slotsForBootRecord(enclaveId: Bytes): readonly Slot[] {
  return [enclaveSlot(enclaveId, 'encryptionKey'), enclaveSlot(enclaveId, 'boot')];
}

/** For `generateKey`: all members of the committee. */
export function slotsForCeremony(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  return distinct([keySlot(keyId, 'word'), keySlot(keyId, 'committee'), ...members.flatMap(slotsForMember)]);
}

/** For `activateKey`: the members of the signing set. */
export function slotsForActivation(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  return distinct([...slotsForSigning(keyId, members), keySlot(keyId, 'commitments')]);
}

/** For `sign`: the members of the signing set. A paused network stops requests, not what brings keys to life. */
export function slotsForRequest(keyId: Bytes, requestId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  return distinct([...slotsForSigning(keyId, members), networkSlot(), requestSlot(requestId)]);
}

function slotsForSigning(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  const fields = ['word', 'committee', 'publicKeyX', 'publicKeyPrefix'] as const;
  return [...fields.map((field) => keySlot(keyId, field)), ...members.flatMap(slotsForMember)];
}

function slotsForMember({ id, measurement }: MeasuredMember): readonly Slot[] {
  const fields = Object.keys(ENCLAVE_FIELDS) as EnclaveField[];
  return [...fields.map((field) => enclaveSlot(id, field)), measurementSlot(measurement)];
}

/** > The value corresponding to a mapping key k is located at keccak256(h(k) . p) */
function at(mapping: keyof typeof MAPPING_POSITIONS, key: Bytes, offset: bigint): Slot {
  const { contract, position } = MAPPING_POSITIONS[mapping];
  const base = uintOf(hash(Uint8Array.of(...key, ...uintWord(position))));
  return { contract, slot: uintWord((base + offset) % (1n << 256n)) };
}

// Members may share a measurement; a proof names each slot once.
function distinct(slots: readonly Slot[]): readonly Slot[] {
  const key = ({ contract, slot }: Slot) => `${contract} ${slot.join()}`;
  return [...new Map(slots.map((slot) => [key(slot), slot])).values()];
}
