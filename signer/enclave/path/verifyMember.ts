/** One member of a session: registered, attested, of a measurement in force, and with a boot record. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Member } from '../../formats/committee.ts';
import { isEqual, isZero } from '../../formats/equal.ts';
import type { RefusalCode } from '../../formats/refusal.ts';
import { refuse } from '../../formats/refusal.ts';
import { STATUS } from '../../proof/layout.ts';
import type { BootRecord, EnclaveRecord } from '../../proof/records.ts';
import { readBootRecord, readEnclave, readMeasurement } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { ProvenMember } from './stages.ts';

/** `party` is the member's number in the committee, from 1. */
export function verifyMember(state: ProvenState, member: Member, party: number): ProvenMember {
  const enclave = readEnclave(state, member.id);
  requireRegistered(enclave, member, state.block.timestamp);
  requireMeasurement(state, enclave, member);
  const boot = readBootRecord(state, member.id);
  requireBooted(boot, member);
  return { party, id: member.id, identity: member.identity, nonce: boot.nonce, encryptionKey: boot.encryptionKey };
}

function requireRegistered(enclave: EnclaveRecord, member: Member, time: number): void {
  if (enclave.status !== STATUS.enclave.active) refuseMember('MEMBER_STATUS', member, `status ${enclave.status}`);
  if (enclave.validUntil <= time)
    refuseMember('MEMBER_EXPIRED', member, `valid until ${enclave.validUntil}, block ${time}`);
  if (!isEqual(enclave.operator, member.operator)) refuseMember('MEMBER_OPERATOR', member, 'another operator on chain');
  if (!isEqual(enclave.identity, member.identity)) refuseMember('MEMBER_IDENTITY', member, 'another identity on chain');
}

/** Members of existing keys serve on while what they run is retiring; who may take a seat in a new key, the chain has decided. */
function requireMeasurement(state: ProvenState, enclave: EnclaveRecord, member: Member): void {
  const status = readMeasurement(state, enclave.measurement);
  if (status !== STATUS.measurement.active && status !== STATUS.measurement.retiring)
    refuseMember('MEASUREMENT_STATUS', member, `measurement status ${status}`);
}

function requireBooted(boot: BootRecord, member: Member): void {
  if (boot.counter === 0n || isZero(boot.nonce) || isZero(boot.encryptionKey)) {
    refuseMember('BOOT_RECORD_ABSENT', member, 'no boot record');
  }
}

function refuseMember(code: RefusalCode, member: Member, detail: string): never {
  refuse(code, `0x${bytesToHex(member.id)}: ${detail}`);
}
