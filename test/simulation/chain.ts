/**
 * The chain of the simulation: the real contracts in a Hardhat chain of this process, on virtual time. Set up once; every run starts
 * from the same snapshot. Hosts reach it through an RPC that is slow and fails now and then.
 */

import { BrowserProvider, type JsonRpcSigner } from 'ethers';
import hre from 'hardhat';
import { sorted } from '../../signer/host/adapters/failures.ts';
import type { Rpc } from '../../signer/host/adapters/rpc.ts';
import { Retryable } from '../../signer/host/errors.ts';
import type { Counters, Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

type Request = <T>(method: string, params: readonly unknown[]) => Promise<T>;
type JsonBlock = { readonly number: string; readonly timestamp: string };

const MINE_EVERY = 12_000;

export class SimulatedChain {
  readonly request: Request;
  readonly provider: BrowserProvider;
  readonly #close: () => Promise<void>;
  #snapshot: string | null = null;

  static async open(): Promise<SimulatedChain> {
    const connection = await hre.network.create('default');
    const request: Request = <T>(method: string, params: readonly unknown[]) =>
      connection.provider.request({ method, params: [...params] }) as Promise<T>;
    return new SimulatedChain(request, () => connection.close());
  }

  private constructor(request: Request, close: () => Promise<void>) {
    this.request = async (method, params) => {
      if (method === 'eth_sendRawTransaction' || method === 'eth_sendTransaction') await this.#beforeSend();
      return request(method, params);
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

  /** What one host's process sees in one life. */
  rpc(life: Life, random: Random, faults: Faults, counters: Counters): Rpc {
    return (method, params) =>
      life.perform(5 + random.below(50), async () => {
        if (random.chance(faults.rpcFailure)) {
          counters.saw('rpc failed');
          throw new Retryable('RPC_UNAVAILABLE', `${method}: the simulated provider does not answer`);
        }
        return this.#answer(method, params, faults.finalityLag);
      });
  }

  async close(): Promise<void> {
    this.provider.destroy();
    await this.#close();
  }

  #beforeSend: () => Promise<void> = async () => {};

  async #answer(method: string, params: readonly unknown[], lag: number): Promise<unknown> {
    try {
      if (method === 'eth_getBlockByNumber' && params[0] === 'finalized') {
        const { number } = await this.#block('latest');
        return await this.request(method, [`0x${Math.max(0, Number(number) - lag).toString(16)}`, params[1]]);
      }
      return await this.request(method, params);
    } catch (cause) {
      throw sorted(method, cause);
    }
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
