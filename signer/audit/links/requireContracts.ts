/** The measured contracts are there, with the code that is measured. */

import type { Configuration, ContractName } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import type { AuditedState } from '../state.ts';

/** @throws Refused ACCOUNT_CODE_HASH, and as `AuditedState.account` */
export function requireContracts(state: AuditedState, { contracts }: Configuration): void {
  for (const name of Object.keys(contracts) as ContractName[]) {
    const { address, codeHash } = contracts[name];
    const found = state.account(address);
    if (!isEqual(found.codeHash, codeHash))
      refuse('ACCOUNT_CODE_HASH', `${name} has code ${toHex(found.codeHash)}, measured ${toHex(codeHash)}`);
  }
}
