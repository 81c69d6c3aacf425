/** The checkpoints that this host's enclave has followed: which block sessions pin. */

import type { Hex } from '../../formats/hex.ts';
import { Retryable } from '../errors.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';

/** What an enclave has verified to be final. */
export type Final = {
  /** of the beacon block that finalises it */
  readonly slot: number;
  /** of the execution block */
  readonly blockHash: Hex;
};
export type Checkpoint = BlockRef & Pick<Final, 'slot'>;

/** An enclave takes the newest and the one before it. */
const KEPT = 4;

export class Checkpoints {
  readonly #chain: Pick<Chain, 'blockOf'>;
  /** Newest first. */
  #known: readonly Checkpoint[] = [];

  constructor(chain: Pick<Chain, 'blockOf'>) {
    this.#chain = chain;
  }

  /** The block that this hash names, whether it is final or not. @throws Retryable where no provider has it */
  async find(hash: Hex): Promise<BlockRef> {
    const found = this.#known.find((one) => one.hash === hash) ?? (await this.#chain.blockOf(hash));
    if (found !== null) return found;
    throw new Retryable('CHAIN_MOVED', `no RPC has block ${hash} yet, which a beacon node calls final`);
  }

  /** @throws Retryable while no provider has the block */
  async take({ slot, blockHash }: Final): Promise<void> {
    const found = await this.find(blockHash);
    if (slot <= (this.#known[0]?.slot ?? -1)) return;
    this.#known = [{ ...found, slot }, ...this.#known].slice(0, KEPT);
  }

  /** Another life of the enclave, which has followed nothing yet. */
  clear(): void {
    this.#known = [];
  }

  /** The newest that is not after this block. */
  upTo(head: BlockRef | null): Checkpoint | null {
    return this.#known.find(({ number }) => number <= (head?.number ?? -1)) ?? null;
  }
}
