/** Members with the measurement that each is registered with: its slot is shown with every one of them. */

import { hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import type { MeasuredMember } from '../../proof/slots.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import { Retryable } from '../errors.ts';

/** @throws Retryable PROOF_INCOMPLETE while a registration has not been seen */
export function measured(ledger: Ledger, ids: readonly Hex[]): MeasuredMember[] {
  return ids.map((id) => {
    const enclave = ledger.enclaves.get(id);
    if (enclave === undefined)
      throw new Retryable('PROOF_INCOMPLETE', `the registration of ${id} has not been seen yet`);
    return { id: hexToBytes(id), measurement: hexToBytes(enclave.measurement) };
  });
}
