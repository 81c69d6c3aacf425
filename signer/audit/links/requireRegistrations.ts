/** Each member is registered under its operator and identity, with a measurement. */

import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { STATUS } from '../../proof/layout.ts';
import { type EnclaveRecord, readEnclave } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import { broken } from '../broken.ts';
import type { Member } from './requireCommittee.ts';

/**
 * As they are at the block: a member may have been suspended since it signed, or have let its attestation end; that is no fault of a
 * signature. @throws Broken REGISTRATION_ABSENT, REGISTRATION_OTHER, Refused
 */
export function requireRegistrations(state: ProvenState, members: readonly Member[]): readonly EnclaveRecord[] {
  return members.map(({ id, operator, identity }) => {
    const found = readEnclave(state, id);
    if (found.status === STATUS.enclave.none) broken('REGISTRATION_ABSENT', `enclave ${toHex(id)}`);
    if (!isEqual(found.operator, operator) || !isEqual(found.identity, identity))
      broken('REGISTRATION_OTHER', `enclave ${toHex(id)} has another operator or identity`);
    return found;
  });
}
