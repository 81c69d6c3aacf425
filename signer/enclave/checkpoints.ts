/**
 * How far this enclave has seen the chain: the head, which moves only forward, across restarts too, and the block that was the head of
 * this life before it. A call may be judged at either; what the newer one is proven to say forbids all the same.
 */

import type { Configuration } from '../formats/configuration.ts';
import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import { refuse } from '../formats/refusal.ts';
import type { Block, Proof, ProvenState, VerifyState } from '../proof/state.ts';
import type { KeptState } from './sealing/keptState.ts';
import type { Head } from './sealing/state.ts';

type Bytes = Uint8Array;

export class Checkpoints {
  readonly #verifyState: VerifyState;
  readonly #configuration: Configuration;
  readonly #kept: KeptState;
  /** Proven in this life, newest first: two at most. */
  #proofs: readonly Proof[] = [];

  constructor(verifyState: VerifyState, configuration: Configuration, kept: KeptState) {
    this.#verifyState = verifyState;
    this.#configuration = configuration;
    this.#kept = kept;
  }

  /**
   * Takes a block for the new head, or more nodes of one of the two that are known. Nothing changes when anything is refused.
   * @throws Refused HEAD_OLDER and HEAD_CONFLICT among others
   */
  prove(header: Bytes, nodes: readonly Bytes[]): Block {
    const proof = this.#verifyState(header, this.#configuration);
    const { block } = proof.state;
    const known = this.#find(block.hash);
    if (known === undefined) this.#requireNotOlder(block);
    (known ?? proof).add(nodes);
    if (known === undefined) this.#take(proof);
    return block;
  }

  /** @throws Refused BLOCK_UNKNOWN */
  at(hash: Bytes): ProvenState {
    return this.#find(hash)?.state ?? refuse('BLOCK_UNKNOWN', `${toHex(hash)} is not proven, or no longer`);
  }

  /** The state of the head, where `hash` is the block below it. */
  newer(hash: Bytes): ProvenState | undefined {
    const [head, below] = this.#proofs;
    return below !== undefined && isEqual(below.state.block.hash, hash) ? head?.state : undefined;
  }

  #find(hash: Bytes): Proof | undefined {
    return this.#proofs.find(({ state }) => isEqual(state.block.hash, hash));
  }

  #requireNotOlder({ number, hash }: Block): void {
    const { head } = this.#kept.state;
    if (head === null || number > head.number) return;
    if (number < head.number) refuse('HEAD_OLDER', `block ${number}, this enclave has seen ${head.number}`);
    if (!isEqual(hash, head.hash)) {
      refuse('HEAD_CONFLICT', `block ${number} is ${toHex(head.hash)} here, ${toHex(hash)} in the proof`);
    }
  }

  #take(proof: Proof): void {
    const { number, hash } = proof.state.block;
    this.#proofs = [proof, ...this.#proofs.slice(0, 1)];
    if (!isHead(this.#kept.state.head, hash)) this.#kept.change({ head: { number, hash } });
  }
}

function isHead(head: Head | null, hash: Bytes): boolean {
  return head !== null && isEqual(head.hash, hash);
}
