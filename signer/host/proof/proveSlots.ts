/** Account and storage proofs of exactly the slots that the enclave asks for, all under one header. */

import { bytesToHex } from 'viem';
import type { StateProof, slotsFor } from '../../enclave/api.ts';
import type { Deployment } from '../chain/deployment.ts';
import type { Ports } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';

export type Slots = ReturnType<(typeof slotsFor)['sign']>;
type ProofPorts = Pick<Ports, 'chain'> & { readonly deployment: Deployment };

export async function proveSlots(
  { chain, deployment }: ProofPorts,
  slots: Slots,
  block: BlockRef,
): Promise<StateProof> {
  const byContract = Map.groupBy(slots, ({ contract }) => contract);
  const accounts = [...byContract].map(([contract, found]) => {
    const wanted = found.map(({ slot }) => bytesToHex(slot));
    return chain.proof(deployment[contract], wanted, block);
  });
  const [header, ...proven] = await Promise.all([chain.header(block.hash), ...accounts]);
  return { header, accounts: proven };
}
