/** What one life of an enclave was shown: a block and its slots once, however many sessions want to see them. */

import { bytesToHex } from 'viem';
import type { Params } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Slot } from '../../proof/slots.ts';
import type { Deployment } from '../chain/deployment.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';

/** More than an enclave keeps: it has one checkpoint below its newest. */
const BLOCKS = 4;

type Shown = { readonly header: Promise<Hex>; readonly slots: Map<string, Promise<void>> };
export type Show = (proof: Params<'prove'>) => Promise<unknown>;

export class ShownBlocks {
  readonly #chain: Pick<Chain, 'header' | 'nodes'>;
  readonly #deployment: Deployment;
  readonly #show: Show;
  readonly #blocks = new Map<Hex, Shown>();

  constructor(chain: Pick<Chain, 'header' | 'nodes'>, deployment: Deployment, show: Show) {
    this.#chain = chain;
    this.#deployment = deployment;
    this.#show = show;
  }

  /** Resolves when all of `slots` are shown; those that others are just showing are waited for. */
  async prove(block: BlockRef, slots: readonly Slot[]): Promise<void> {
    const shown = this.#at(block);
    const missing = slots.filter((slot) => !shown.slots.has(nameOf(slot)));
    if (missing.length > 0 || shown.slots.size === 0) this.#begin(block, shown, missing);
    await Promise.all([shown.slots.get(''), ...slots.map((slot) => shown.slots.get(nameOf(slot)))]);
  }

  #at(block: BlockRef): Shown {
    const known = this.#blocks.get(block.hash);
    if (known !== undefined) return known;
    const shown: Shown = { header: this.#chain.header(block.hash), slots: new Map() };
    shown.header.catch(() => this.#blocks.delete(block.hash)); // whoever waits for it hears of it in `#bring`
    this.#blocks.set(block.hash, shown);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    return shown;
  }

  /** What could not be shown is forgotten, and shown when it is wanted again. */
  #begin(block: BlockRef, shown: Shown, missing: readonly Slot[]): void {
    const names = ['', ...missing.map(nameOf)];
    const bringing = this.#bring(block, shown, missing);
    for (const name of names) shown.slots.set(name, bringing);
    bringing.catch(() => {
      for (const name of names) if (shown.slots.get(name) === bringing) shown.slots.delete(name);
    });
  }

  async #bring(block: BlockRef, shown: Shown, missing: readonly Slot[]): Promise<void> {
    const byContract = Map.groupBy(missing, ({ contract }) => contract);
    const answers = [...byContract].map(([contract, found]) =>
      this.#chain.nodes(
        this.#deployment[contract],
        found.map(({ slot }) => bytesToHex(slot)),
        block,
      ),
    );
    const [header, ...nodes] = await Promise.all([shown.header, ...answers]);
    await this.#show({ header, nodes: [...new Set(nodes.flat())] });
  }
}

function nameOf({ contract, slot }: Slot): string {
  return `${contract} ${bytesToHex(slot)}`;
}
