/**
 * The chain of the simulation: the real contracts in a Hardhat chain of this process, on virtual time. Set up once; every run starts
 * from the same snapshot. What was asked since the last block is not asked again. Hosts reach it through RPCs of their own
 * (`rpc.ts`).
 */

import { BrowserProvider, type JsonRpcSigner } from 'ethers';
import hre from 'hardhat';
import type { Scheduler } from './scheduler.ts';

type Request = <T>(method: string, params: readonly unknown[]) => Promise<T>;
type JsonBlock = { readonly number: string; readonly timestamp: string };
type Sending = { readonly method: string; readonly params: readonly unknown[] };
/** What can be undone: a snapshot from before a block, and what was sent in it, if it was not empty. */
type Step = { readonly snapshot: string; readonly sending: Sending | null };

const MINE_EVERY = 12_000;
/** The same for every run of a seed, on whatever day. */
const BEGINNING = '2026-11-01T00:00:00Z';
/** What a chain answers alike until it changes. */
const STILL: ReadonlySet<string> = new Set([
  'eth_call',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getLogs',
  'eth_getProof',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
]);

export class SimulatedChain {
  readonly request: Request;
  readonly provider: BrowserProvider;
  readonly #close: () => Promise<void>;
  readonly #answers = new Map<string, Promise<unknown>>();
  #snapshot: string | null = null;
  #changes = 0;
  /** Of the blocks since the restart, newest last. */
  #steps: Step[] = [];
  /** Number of the block beyond which nothing becomes final for now. */
  #stalledAt: number | null = null;

  static async open(): Promise<SimulatedChain> {
    const connection = await hre.network.create({ network: 'default', override: { initialDate: BEGINNING } });
    const request: Request = <T>(method: string, params: readonly unknown[]) =>
      connection.provider.request({ method, params: [...params] }) as Promise<T>;
    return new SimulatedChain(request, () => connection.close());
  }

  private constructor(request: Request, close: () => Promise<void>) {
    this.request = async (method, params) => {
      if (STILL.has(method))
        return this.#remembered(`${method} ${JSON.stringify(params)}`, () => request(method, params));
      const isSending = method === 'eth_sendRawTransaction' || method === 'eth_sendTransaction';
      if (isSending) await this.#beforeSend({ method, params });
      return request<never>(method, params).finally(() => this.#changed(method));
    };
    this.#close = close;
    this.provider = new BrowserProvider(
      { request: ({ method, params }) => this.request(method, (params ?? []) as unknown[]) },
      31337,
      {
        cacheTimeout: -1,
        pollingInterval: 10,
        staticNetwork: true,
      },
    );
  }

  async accounts(): Promise<readonly JsonRpcSigner[]> {
    return this.provider.listAccounts();
  }

  /** Back to the state of the first call. */
  async restart(): Promise<void> {
    if (this.#snapshot !== null) await this.request('evm_revert', [this.#snapshot]);
    this.#snapshot = await this.request<string>('evm_snapshot', []);
    this.#steps = [];
    this.#stalledAt = null;
  }

  /** Chain time follows virtual time from here on, and blocks come also when nobody sends anything. */
  async follow(scheduler: Scheduler): Promise<number> {
    const start = Number((await this.#block('latest')).timestamp) + 1;
    const before = async (sending: Sending | null) => {
      this.#steps.push({ snapshot: await this.request<string>('evm_snapshot', []), sending });
      await this.#setTime(start, scheduler);
    };
    const tick = async () => {
      await before(null);
      await this.request('hardhat_mine', ['0x1']);
      scheduler.after(MINE_EVERY, tick);
    };
    scheduler.after(0, tick);
    this.#beforeSend = before;
    this.#mineEmpty = async () => {
      await before(null);
      await this.request('hardhat_mine', ['0x1']);
    };
    return start * 1_000;
  }

  /**
   * The last `depth` blocks never were: a longer branch takes their place, with what was sent in them, but for what is lost.
   * @returns how much was lost
   */
  async reorganise(depth: number, isLost: (method: string, fromTheEnd: number) => boolean): Promise<number> {
    const undone = this.#steps.splice(-depth);
    const [first] = undone;
    if (first === undefined) return 0;
    await this.request('evm_revert', [first.snapshot]);
    let lost = 0;
    for (const [at, { sending }] of undone.entries()) {
      if (sending === null) await this.#mineEmpty();
      else if (isLost(sending.method, undone.length - 1 - at)) lost += 1;
      else await this.#sendAgain(sending);
    }
    for (let more = 0; more <= lost; more += 1) await this.#mineEmpty();
    return lost;
  }

  /** What follows a lost one of the same account, is lost with it. */
  async #sendAgain({ method, params }: Sending): Promise<void> {
    await this.request(method, params).catch(() => this.#mineEmpty());
  }

  /** Nothing beyond what is final by now becomes final. */
  async stallFinality(lag: number): Promise<void> {
    this.#stalledAt = Number(((await this.finalised(lag)) as JsonBlock).number);
  }

  resumeFinality(): void {
    this.#stalledAt = null;
  }

  get isStalled(): boolean {
    return this.#stalledAt !== null;
  }

  /** Grows with everything that may have changed the chain. */
  get changes(): number {
    return this.#changes;
  }

  /** The block that is final `lag` blocks after it was the latest. */
  async finalised(lag: number): Promise<unknown> {
    const { number } = await this.#block('latest');
    const final = Math.min(Math.max(0, Number(number) - lag), this.#stalledAt ?? Number.POSITIVE_INFINITY);
    return this.request('eth_getBlockByNumber', [`0x${final.toString(16)}`, false]);
  }

  async close(): Promise<void> {
    this.provider.destroy();
    await this.#close();
  }

  #beforeSend: (sending: Sending) => Promise<void> = async () => {};
  #mineEmpty: () => Promise<void> = async () => {};

  /** A failure is an answer too. */
  #remembered<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(name) ?? ask();
    this.#answers.set(name, known);
    return known as Promise<T>;
  }

  #changed(method: string): void {
    if (method.startsWith('eth_') && !method.startsWith('eth_send')) return;
    this.#answers.clear();
    this.#changes += 1;
  }

  #block(tag: string): Promise<JsonBlock> {
    return this.request<JsonBlock>('eth_getBlockByNumber', [tag, false]);
  }

  async #setTime(start: number, scheduler: Scheduler): Promise<void> {
    const latest = Number((await this.#block('latest')).timestamp);
    const virtual = start + Math.floor(scheduler.now / 1_000);
    await this.request('evm_setNextBlockTimestamp', [Math.max(latest + 1, virtual)]);
  }
}
