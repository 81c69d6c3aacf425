/**
 * One provider: asked only while it is known to be of the home chain. That is looked at before its first answer counts, and again
 * after each failure and each new connection: behind an address there may be another node by then.
 */

import type { Hex } from '../../formats/hex.ts';
import { isRetryable, Retryable, type RetryableCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Problems } from '../problems.ts';
import { Rest } from './rest.ts';

export type Source = {
  /** what people may be told of its address */
  readonly name: string;
  readonly chain: Chain;
  /** Calls back when its connection is a new one. */
  readonly onReopened: (then: () => void) => void;
};
export type Home = { readonly chainId: number; readonly genesisHash: Hex };
export type ProviderPorts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly problems: Pick<Problems, 'set' | 'clear'>;
  /** from 0 to below 1 */
  readonly jitter: () => number;
};

/** Failures that another provider may not share. */
const ELSEWHERE: ReadonlySet<RetryableCode> = new Set([
  'RPC_UNAVAILABLE',
  'RPC_REFUSED',
  'RPC_BUSY',
  'RPC_NONSENSE',
  'RPC_OTHER_CHAIN',
  'HISTORY_PRUNED',
  'HEADER_MISMATCH',
  'PROOF_INCOMPLETE',
]);
/** After these it is asked last. */
const TIRING: ReadonlySet<RetryableCode> = new Set(['RPC_UNAVAILABLE', 'RPC_NONSENSE']);
/** One of another chain is looked at again after so long: somebody may have mended it. Milliseconds. */
const SET_ASIDE = 60_000;
/** Looks within one question. */
const TRIES = 3;

export function isElsewhere(error: unknown): error is Retryable {
  return isRetryable(error) && ELSEWHERE.has(error.code);
}

export class Provider {
  readonly name: string;
  readonly chain: Chain;
  readonly #home: Home;
  readonly #ports: ProviderPorts;
  /** It does not answer, or not sensibly. */
  readonly #tired: Rest;
  /** It has said that it is asked too much. */
  readonly #busy: Rest;
  /** Failures and new connections so far, and how many there were when it was last found to be of the home chain. */
  #doubts = 0;
  #checkedAt = -1;
  #openings = 0;
  #checking: Promise<void> | null = null;
  /** The block that it called final last. */
  #final = -1;
  /** Of another chain; not asked before this time. */
  #asideUntil: number | null = null;

  constructor({ name, chain, onReopened }: Source, home: Home, ports: ProviderPorts) {
    this.name = name;
    this.chain = chain;
    this.#home = home;
    this.#ports = ports;
    this.#tired = new Rest(ports.clock, ports.jitter);
    this.#busy = new Rest(ports.clock, ports.jitter);
    onReopened(() => {
      this.#openings += 1;
      this.#doubts += 1;
    });
  }

  /** Others are asked before it. */
  get isTired(): boolean {
    return !this.#tired.isOver;
  }

  get isAside(): boolean {
    return this.#asideUntil !== null;
  }

  /** @throws Retryable RPC_BUSY, RPC_OTHER_CHAIN without asking while it is left alone */
  async ask<T>(question: (chain: Chain) => Promise<T>): Promise<T> {
    this.#requireRested();
    try {
      await this.#requireHome();
      const before = this.#openings;
      const answer = await question(this.chain);
      if (this.#openings !== before) await this.#requireHome(); // who has answered?
      return answer;
    } catch (error) {
      if (isElsewhere(error)) this.#failed(error);
      throw error;
    }
  }

  async finalized(): Promise<BlockRef> {
    const block = await this.ask((chain) => chain.finalized());
    this.#final = block.number;
    return block;
  }

  /** Whoever calls a block final has those before it: else it could be preferred for a head that it has made up. */
  blockAt(number: number): Promise<BlockRef | null> {
    return this.ask(async (chain) => {
      const block = await chain.blockAt(number);
      if (block !== null || number > this.#final) return block;
      throw new Retryable('RPC_NONSENSE', `${this.name} has no block ${number}, and calls ${this.#final} final`);
    });
  }

  #requireRested(): void {
    if (!this.#busy.isOver) throw new Retryable('RPC_BUSY', `${this.name} is left alone for a while`);
    if (this.#asideUntil !== null && this.#ports.clock.now() < this.#asideUntil) throw this.#otherChain();
  }

  #failed({ code }: Retryable): void {
    this.#doubts += 1;
    if (code === 'RPC_BUSY') this.#busy.strike();
    if (TIRING.has(code)) this.#tired.strike();
  }

  /** One look at a time, whoever waits for it. */
  async #requireHome(): Promise<void> {
    for (let tries = 0; this.#checkedAt !== this.#doubts; tries += 1) {
      if (tries === TRIES) throw new Retryable('RPC_UNAVAILABLE', `${this.name} changes all the time`);
      this.#checking ??= this.#check().finally(() => {
        this.#checking = null;
      });
      await this.#checking;
    }
  }

  async #check(): Promise<void> {
    const doubts = this.#doubts;
    const [chainId, genesis] = await Promise.all([this.chain.chainId(), this.chain.genesis()]);
    if (chainId !== this.#home.chainId || genesis !== this.#home.genesisHash) throw this.#setAside(chainId, genesis);
    this.#checkedAt = doubts;
    this.#asideUntil = null;
    this.#ports.problems.clear(this.#topic);
  }

  #setAside(chainId: number, genesis: Hex): Retryable {
    const { clock, log, problems } = this.#ports;
    if (this.#asideUntil === null) log('error', 'an RPC is of another chain', { rpc: this.name, chainId, genesis });
    this.#asideUntil = clock.now() + SET_ASIDE;
    problems.set(
      this.#topic,
      `the RPC ${this.name} is of another chain: leave only RPCs of the home chain in chain.rpc`,
    );
    return this.#otherChain();
  }

  #otherChain(): Retryable {
    return new Retryable('RPC_OTHER_CHAIN', `${this.name} is of another chain`);
  }

  get #topic(): string {
    return `rpc ${this.name}`;
  }
}
