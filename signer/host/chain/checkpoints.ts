/** Which block sessions pin: all hosts the same, so that no session moves an enclave on under another. */

import type { BlockRef, Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Settings } from '../settings.ts';

type Ports = { readonly chain: Pick<Chain, 'blockAt'>; readonly clock: Clock };
type Rule = Settings['checkpoint'] & { readonly startBlock: number };

export class Checkpoints {
  readonly #ports: Ports;
  readonly #rule: Rule;
  readonly #wake: () => void;
  #given: BlockRef | null = null;
  #head: { readonly block: BlockRef; readonly since: number } | null = null;
  #cancel = () => {};

  /** `wake`: a head that stood still has become the checkpoint. */
  constructor(ports: Ports, rule: Rule, wake: () => void) {
    this.#ports = ports;
    this.#rule = rule;
    this.#wake = wake;
  }

  /** @throws Retryable when the block of a new checkpoint cannot be had: the old one stays */
  async follow(block: BlockRef): Promise<void> {
    if (this.#head?.block.hash !== block.hash) this.#waitFor(block);
    const number = block.number - (block.number % this.#rule.everyBlocks);
    if (number < this.#rule.startBlock || number <= (this.#given?.number ?? -1)) return;
    this.#given = (number === block.number ? block : await this.#ports.chain.blockAt(number)) ?? this.#given;
  }

  #waitFor(block: BlockRef): void {
    const { clock } = this.#ports;
    this.#head = { block, since: clock.now() };
    this.#cancel();
    this.#cancel = this.#rule.quietMillis > 0 ? clock.after(this.#rule.quietMillis, this.#wake) : () => {};
  }

  /** Blocks after this one have left the chain. */
  rewind(number: number): void {
    if ((this.#given?.number ?? -1) > number) this.#given = null;
    this.#head = null;
  }

  now(): BlockRef | null {
    const { block, since } = this.#head ?? {};
    const isQuiet = since !== undefined && this.#ports.clock.now() - since >= this.#rule.quietMillis;
    if (block !== undefined && isQuiet && block.number > (this.#given?.number ?? -1)) this.#given = block;
    return this.#given;
  }
}
