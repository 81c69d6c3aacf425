/** How far this enclave has seen the chain. It moves only forward, across restarts too, so no host shows it yesterday again. */
import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import { orRefuse, Refused } from '../formats/refusal.ts';
import type { AccountProofBytes, Block, ProvenState } from '../proof/state.ts';
import type { Life } from './life.ts';

export type StateProofBytes = { readonly header: Uint8Array; readonly accounts: readonly AccountProofBytes[] };

/** Verifies a proof and takes its block for the new head. @throws Refused, HEAD_OLDER and HEAD_CONFLICT among others */
export function proveState({ ports, configuration, kept }: Life, proof: StateProofBytes): ProvenState {
  const state = orRefuse(ports.stages.verifyState(proof, configuration));
  const { head } = kept.state;
  if (head === null || requireNotOlder(head, state.block)) {
    kept.change({ head: { number: state.block.number, hash: state.block.hash } });
  }
  return state;
}

/** Whether the block is newer than the head. */
function requireNotOlder(head: { readonly number: number; readonly hash: Uint8Array }, block: Block): boolean {
  if (block.number < head.number)
    throw new Refused('HEAD_OLDER', `block ${block.number}, this enclave has seen ${head.number}`);
  if (block.number > head.number) return true;
  if (!isEqual(block.hash, head.hash)) {
    throw new Refused(
      'HEAD_CONFLICT',
      `block ${block.number} is ${toHex(head.hash)} here, ${toHex(block.hash)} in the proof`,
    );
  }
  return false;
}
