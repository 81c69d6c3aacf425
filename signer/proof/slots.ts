/** The storage slots that enclaves read, one function per record and per call (docs/storage.md). Pure: hosts use them too. */

import type { ContractName } from '../formats/configuration.ts';
import { isZero } from '../formats/equal.ts';
import { addressWord, hash, uintOf, uintWord } from '../formats/words.ts';
import { FORK_COUNT_POSITION, MAPPING_POSITIONS, NETWORK_POSITION } from './layout.ts';

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

export type KeyField = 'word' | 'committee' | 'publicKeyX' | 'commitments' | 'birth';
const KEY_FIELDS: Readonly<Record<KeyField, bigint>> = {
  word: 0n,
  committee: 1n,
  publicKeyX: 2n,
  commitments: 3n,
  birth: 4n,
};
export function keySlot(keyId: Bytes, field: KeyField): Slot {
  return at('keys', keyId, KEY_FIELDS[field]);
}

export type CeremonyField = 'word' | 'committee' | 'publicKeyX' | 'commitments';
const CEREMONY_FIELDS: Readonly<Record<CeremonyField, bigint>> = {
  word: 0n,
  committee: 1n,
  publicKeyX: 2n,
  commitments: 3n,
};
export function ceremonySlot(keyId: Bytes, field: CeremonyField): Slot {
  return at('ceremonies', keyId, CEREMONY_FIELDS[field]);
}

/** What a key allows one requester: a mapping in a mapping. */
export function rowSlot(keyId: Bytes, requester: Bytes): Slot {
  const { contract, position } = MAPPING_POSITIONS.rows;
  return { contract, slot: valueSlot(addressWord(requester), valueSlot(keyId, uintWord(position))) };
}

/** What holds for every key. */
export function networkSlot(): Slot {
  return { contract: NETWORK_POSITION.contract, slot: uintWord(NETWORK_POSITION.position) };
}

/** How many forks votes have added. */
export function forkCountSlot(): Slot {
  return { contract: FORK_COUNT_POSITION.contract, slot: uintWord(FORK_COUNT_POSITION.position) };
}

/** @param index from 1 on */
export function forkSlot(index: number): Slot {
  return at('forks', uintWord(index), 0n);
}

export function requestSlot(requestId: Bytes): Slot {
  return at('requests', requestId, 0n);
}

/** For `recordBoot`: the record that the next one must follow. */
export function slotsForBootRecord(enclaveId: Bytes): readonly Slot[] {
  return [enclaveSlot(enclaveId, 'encryptionKey'), enclaveSlot(enclaveId, 'boot')];
}

/** For `generateKey`: all members of the committee. Of other calls: the members of the signing set, and more do no harm. */
export function slotsForCeremony(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  return distinct([...slotsForAttempt(keyId), ...members.flatMap(slotsForMember)]);
}

/** For `setUpPair`, whether the key is active at that block or being made. */
export function slotsForPair(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  return distinct([...slotsOfKey(keyId), ...slotsForCeremony(keyId, members)]);
}

/** For `activateKey`. */
export function slotsForActivation(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  const made = (['publicKeyX', 'commitments'] as const).map((field) => ceremonySlot(keyId, field));
  return distinct([...slotsForAttempt(keyId), ...made, ...members.flatMap(slotsForMember)]);
}

/** For `sign`, once for all requests of the key. A paused network stops requests, not what brings keys to life. */
export function slotsForKey(keyId: Bytes, members: readonly MeasuredMember[]): readonly Slot[] {
  return distinct([...slotsOfKey(keyId), networkSlot(), ...members.flatMap(slotsForMember)]);
}

/** What `readForks` reads, where the registry holds so many. */
export function slotsForForks(count: number): readonly Slot[] {
  return [forkCountSlot(), ...Array.from({ length: count }, (_, at) => forkSlot(at + 1))];
}

/** `replaces` is the id of another request, or zero. */
export type AskedRequest = {
  readonly id: Bytes;
  readonly keyId: Bytes;
  readonly requester: Bytes;
  readonly replaces: Bytes;
};

/** For `sign`, beside those of the key: what each request adds. Requests may share a row, or what they replace. */
export function slotsForRequest({ id, keyId, requester, replaces }: AskedRequest): readonly Slot[] {
  const own = [requestSlot(id), rowSlot(keyId, requester)];
  return isZero(replaces) ? own : [...own, requestSlot(replaces)];
}

function slotsOfKey(keyId: Bytes): readonly Slot[] {
  return (['word', 'committee', 'publicKeyX', 'birth'] as const).map((field) => keySlot(keyId, field));
}

function slotsForAttempt(keyId: Bytes): readonly Slot[] {
  return [keySlot(keyId, 'word'), ceremonySlot(keyId, 'word'), ceremonySlot(keyId, 'committee')];
}

function slotsForMember({ id, measurement }: MeasuredMember): readonly Slot[] {
  const fields = Object.keys(ENCLAVE_FIELDS) as EnclaveField[];
  return [...fields.map((field) => enclaveSlot(id, field)), measurementSlot(measurement)];
}

function at(mapping: keyof typeof MAPPING_POSITIONS, key: Bytes, offset: bigint): Slot {
  const { contract, position } = MAPPING_POSITIONS[mapping];
  const base = uintOf(valueSlot(key, uintWord(position)));
  return { contract, slot: uintWord((base + offset) % (1n << 256n)) };
}

/** > The value corresponding to a mapping key k is located at keccak256(h(k) . p) */
function valueSlot(key: Bytes, position: Bytes): Bytes {
  return hash(Uint8Array.of(...key, ...position));
}

// Members may share a measurement; a proof names each slot once.
function distinct(slots: readonly Slot[]): readonly Slot[] {
  const key = ({ contract, slot }: Slot) => `${contract} ${slot.join()}`;
  return [...new Map(slots.map((slot) => [key(slot), slot])).values()];
}
