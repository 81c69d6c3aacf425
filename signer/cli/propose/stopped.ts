/** What a vote that puts enclaves out leaves of each key. */

import type { EnclaveRecord } from '../../host/chain/view/enclaves.ts';
import { type Ledger, serves } from '../../host/chain/view/ledger.ts';
import { type Finding, fine, warning } from '../finding.ts';
import { short } from '../words/named.ts';

/** @param now Unix seconds */
export function stopped(ledger: Ledger, isOut: (enclave: EnclaveRecord) => boolean, now: number): Finding[] {
  const findings = [...ledger.keys.values()].flatMap(({ id, state, threshold, members }) => {
    if (state !== 'active') return [];
    const left = members.filter((member) => {
      const enclave = ledger.enclaves.get(member);
      return enclave !== undefined && serves(ledger, member, now) && !isOut(enclave);
    });
    if (left.length >= threshold) return [];
    const words = `key ${short(id)} would sign nothing any more: ${left.length} of ${members.length} members are left, ${threshold} have to be; --keep-live makes that impossible`;
    return [warning(words)];
  });
  return findings.length === 0 ? [fine('every active key keeps enough members')] : findings;
}
