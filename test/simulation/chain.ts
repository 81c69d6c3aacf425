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

const MINE_EVERY = 12_000;
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

  static async open(): Promise<SimulatedChain> {
    const connection = await hre.network.create('default');
    const request: Request = <T>(method: string, params: readonly unknown[]) =>
      connection.provider.request({ method, params: [...params] }) as Promise<T>;
    return new SimulatedChain(request, () => connection.close());
  }

  private constructor(request: Request, close: () => Promise<void>) {
    this.request = async (method, params) => {
      if (STILL.has(method))
        return this.#remembered(`${method} ${JSON.stringify(params)}`, () => request(method, params));
      if (method === 'eth_sendRawTransaction' || method === 'eth_sendTransaction') await this.#beforeSend();
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
  }

  /** Chain time follows virtual time from here on, and blocks come also when nobody sends anything. */
  async follow(scheduler: Scheduler): Promise<number> {
    const start = Number((await this.#block('latest')).timestamp) + 1;
    const tick = async () => {
      await this.#setTime(start, scheduler);
      await this.request('hardhat_mine', ['0x1']);
      scheduler.after(MINE_EVERY, tick);
    };
    scheduler.after(0, tick);
    this.#beforeSend = () => this.#setTime(start, scheduler);
    return start * 1_000;
  }

  /** Grows with everything that may have changed the chain. */
  get changes(): number {
    return this.#changes;
  }

  /** The block that is final `lag` blocks after it was the latest. */
  async finalised(lag: number): Promise<unknown> {
    const { number } = await this.#block('latest');
    return this.request('eth_getBlockByNumber', [`0x${Math.max(0, Number(number) - lag).toString(16)}`, false]);
  }

  async close(): Promise<void> {
    this.provider.destroy();
    await this.#close();
  }

  #beforeSend: () => Promise<void> = async () => {};

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
