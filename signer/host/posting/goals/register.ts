/** An enclave's registration, or a newer attestation of it. */

import type { Hex } from '../../../formats/hex.ts';
import { type Rule, reachedIf } from './rule.ts';

export type Register = {
  readonly kind: 'register';
  readonly enclave: Hex;
  readonly epoch: number;
  /** calldata of EnclaveRegistry.register: evidence and signatures */
  readonly data: Hex;
};

export const register: Rule<Register> = {
  id: ({ enclave, epoch }) => `register:${enclave}:${epoch}`,
  priority: 0,
  shown: ({ enclave, epoch }, { ledger: { enclaves } }) => reachedIf((enclaves.get(enclave)?.epoch ?? 0) >= epoch),
  standing: async ({ enclave, epoch }, now) => reachedIf((await now.enclave(enclave)).epoch >= epoch),
  call: ({ data }, _, { enclaveRegistry }) => ({ to: enclaveRegistry, data }),
  gas: () => 0n,
};
