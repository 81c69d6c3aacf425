/**
 * Whether a block that was read has left the chain. What was read is given up on no single answer: two providers have to agree, or one
 * has to say so twice, with a pause between, and be of this chain still.
 */

import type { Hex } from '../../formats/hex.ts';
import type { BlockRef, Chain, Witness } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Deployment } from './deployment.ts';

/** Milliseconds until the second look. */
export const SECOND_LOOK = 12_000;

type Ports = { readonly chain: Pick<Chain, 'blocksAt' | 'genesis' | 'chainId'>; readonly clock: Clock };
type Identity = Pick<Deployment, 'chainId' | 'genesisHash'>;
type Suspicion = { readonly read: Hex; readonly now: Hex; readonly ancestor: number; readonly since: number };

export class Reorgs {
  readonly #ports: Ports;
  readonly #identity: Identity;
  #suspicion: Suspicion | null = null;
  #said: readonly Witness[] = [];

  constructor(ports: Ports, identity: Identity) {
    this.#ports = ports;
    this.#identity = identity;
  }

  /** Who had which block at the last look, in words. */
  get witnesses(): string {
    return this.#said.map(({ rpc, block }) => `${rpc} has ${block?.hash ?? 'none'}`).join(', ');
  }

  /** `read`: what was read, newest first. The number of the newest block that still holds, -1 if none does; null while that is not sure. */
  async ancestorOf(read: readonly BlockRef[]): Promise<number | null> {
    const [cursor, ...older] = read;
    if (cursor === undefined) return null;
    const now = await this.#replaced(cursor);
    if (now === null || !(await this.#isThisChain())) {
      this.#suspicion = null;
      return null;
    }
    const ancestor = await this.#newestThatHolds(older);
    const isSure = now.sources > 1 && ancestor !== -1;
    if (!isSure && !this.#isSecondLook({ read: cursor.hash, now: now.hash, ancestor })) return null;
    this.#suspicion = null;
    return ancestor;
  }

  /** What stands in its place, by how many; null when anybody still has it, or nobody agrees with anybody. */
  async #replaced({ number, hash }: BlockRef): Promise<{ readonly hash: Hex; readonly sources: number } | null> {
    this.#said = await this.#ports.chain.blocksAt(number);
    const answers = hashesOf(this.#said);
    const [first] = answers;
    if (first === undefined || answers.includes(hash) || answers.some((answer) => answer !== first)) return null;
    return { hash: first, sources: answers.length };
  }

  async #newestThatHolds(blocks: readonly BlockRef[]): Promise<number> {
    for (const { number, hash } of blocks)
      if (hashesOf(await this.#ports.chain.blocksAt(number)).includes(hash)) return number;
    return -1;
  }

  async #isThisChain(): Promise<boolean> {
    const [chainId, genesis] = await Promise.all([this.#ports.chain.chainId(), this.#ports.chain.genesis()]);
    return chainId === this.#identity.chainId && genesis === this.#identity.genesisHash;
  }

  #isSecondLook(seen: Omit<Suspicion, 'since'>): boolean {
    const time = this.#ports.clock.now();
    const known = this.#suspicion;
    const isSame = known?.read === seen.read && known.now === seen.now && known.ancestor === seen.ancestor;
    if (known !== null && isSame) return time - known.since >= SECOND_LOOK;
    this.#suspicion = { ...seen, since: time };
    return false;
  }
}

/** A provider that lags says nothing. */
function hashesOf(said: readonly Witness[]): Hex[] {
  return said.flatMap(({ block }) => (block === null ? [] : [block.hash]));
}
