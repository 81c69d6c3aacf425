/**
 * One beacon node: asked only while it is known to be of the home chain, no more often than its chain moves, and not at all for a while
 * after it has lied.
 */

import { bytesToHex } from 'viem';
import type { FinalityConfig, Fork } from '../../finality/config.ts';
import { describe, isRetryable, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Told } from '../ports/beacon.ts';
import type { Clock } from '../ports/clock.ts';
import type { Problems } from '../problems.ts';
import { hostOf } from '../redact.ts';
import { type Answer, capOf, genesisOf, toldOf, updatesOf } from './beaconAnswers.ts';
import { listen } from './beaconEvents.ts';
import { get } from './beaconHttp.ts';
import { type Endpoint, endpointOf } from './http.ts';
import { Rest } from './rest.ts';

export type BeaconPorts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly problems: Pick<Problems, 'set' | 'clear'>;
  /** from 0 to below 1 */
  readonly jitter: () => number;
};

const GENESIS_CAP = 4_096;
/** One of another chain is looked at again after so long: somebody may have mended it. Milliseconds. */
const SET_ASIDE = 60_000;
/** A stream that has been silent for so long is not taken at its word. */
const SILENT = 60_000;
/** Questions of one kind follow each other a quarter of a slot apart, and within these. */
const PART_OF_SLOT = 1 / 4;
const [LEAST_PACE, MOST_PACE] = [250, 3_000];

export class BeaconNode {
  readonly name: string;
  readonly #endpoint: Endpoint;
  #config: FinalityConfig;
  readonly #ports: BeaconPorts;
  readonly #tired: Rest;
  readonly #busy: Rest;
  readonly #disbelieved: Rest;
  #isHome = false;
  #checking: Promise<void> | null = null;
  /** Of another chain; not asked before this time. */
  #asideUntil: number | null = null;
  #isStreaming = false;
  #latest: Told | null = null;
  /** When the latest was asked for, or told. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<Told> | null = null;

  constructor(url: string, config: FinalityConfig, ports: BeaconPorts) {
    this.name = hostOf(url);
    this.#endpoint = endpointOf(url);
    this.#config = config;
    this.#ports = ports;
    this.#tired = new Rest(ports.clock, ports.jitter);
    this.#busy = new Rest(ports.clock, ports.jitter);
    this.#disbelieved = new Rest(ports.clock, ports.jitter);
  }

  /** Others are asked before it. */
  get isTired(): boolean {
    return !this.#tired.isOver;
  }

  know(forks: readonly Fork[]): void {
    this.#config = { ...this.#config, forks };
  }

  disbelieve(): void {
    this.#disbelieved.strike();
    this.#latest = null;
    this.#ports.log('warn', 'a beacon node has said what is not so', { beacon: this.name });
  }

  bootstrap(root: string): Promise<Told> {
    return this.#ask(async () => {
      const answer = await this.#get(`/eth/v1/beacon/light_client/bootstrap/${root}`, capOf(this.#config));
      return toldOf(this.#config, 'bootstrap', answer, this.name);
    });
  }

  updates(period: number, count: number): Promise<readonly Told[]> {
    return this.#ask(async () => {
      const path = `/eth/v1/beacon/light_client/updates?start_period=${period}&count=${count}`;
      const answer = await this.#get(path, capOf(this.#config, count));
      return updatesOf(this.#config, answer, { period, count }, this.name);
    });
  }

  /** Whoever asks too soon gets what was said before. */
  finality(): Promise<Told> {
    const silence = this.#ports.clock.now() - this.#heardAt;
    if (this.#latest !== null && silence < (this.#isStreaming ? SILENT : this.#pace))
      return this.#ask(async () => this.#latest ?? this.#askFinality());
    this.#asking ??= this.#ask(() => this.#askFinality()).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Returns what ends it. */
  listen(news: () => void): () => void {
    const end = listen(this.#endpoint, capOf(this.#config), this.#ports, {
      admitted: () => this.#isAdmitted(),
      opened: () => {
        this.#isStreaming = true;
        this.#heardAt = Number.NEGATIVE_INFINITY; // what was said between two streams has to be asked for
        news();
      },
      told: (data) => {
        if (this.#heard(data)) news();
      },
      closed: (reason) => {
        this.#isStreaming = false;
        this.#isHome = false;
        this.#ports.log('debug', 'a beacon node tells of no news', { beacon: this.name, reason });
      },
    });
    return () => {
      this.#isStreaming = false;
      end();
    };
  }

  get #pace(): number {
    return Math.min(MOST_PACE, Math.max(LEAST_PACE, this.#config.secondsPerSlot * 1_000 * PART_OF_SLOT));
  }

  async #askFinality(): Promise<Told> {
    const answer = await this.#get('/eth/v1/beacon/light_client/finality_update', capOf(this.#config));
    this.#latest = toldOf(this.#config, 'finality_update', answer, this.name);
    this.#heardAt = this.#ports.clock.now();
    return this.#latest;
  }

  #heard(data: string): boolean {
    if (!this.#disbelieved.isOver) return false;
    try {
      this.#latest = toldOf(this.#config, 'finality_update', { form: 'json', body: Buffer.from(data) }, this.name);
      this.#heardAt = this.#ports.clock.now();
      return true;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#failed(error);
      this.#ports.log('warn', 'a beacon node told nonsense', { beacon: this.name, reason: describe(error) });
      return false;
    }
  }

  /** @throws Retryable */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    this.#requireRested();
    try {
      await this.#requireHome();
      return await question();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#failed(error);
      throw new Retryable(error.code, `${this.name}: ${error.message}`, { cause: error });
    }
  }

  async #isAdmitted(): Promise<boolean> {
    try {
      return await this.#ask(async () => true);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      return false;
    }
  }

  #requireRested(): void {
    if (!this.#busy.isOver) throw new Retryable('BEACON_BUSY', `${this.name} is left alone for a while`);
    if (!this.#disbelieved.isOver)
      throw new Retryable('BEACON_UNAVAILABLE', `${this.name} has said what is not so, and is not asked for a while`);
    if (this.#asideUntil !== null && this.#ports.clock.now() < this.#asideUntil) throw this.#otherChain();
  }

  #failed({ code }: Retryable): void {
    if (code === 'BEACON_BUSY') this.#busy.strike();
    if (code === 'BEACON_UNAVAILABLE' || code === 'BEACON_NONSENSE') {
      this.#tired.strike();
      this.#isHome = false; // another may answer there by then
    }
  }

  /** One look at a time, whoever waits for it. */
  async #requireHome(): Promise<void> {
    if (this.#isHome) return;
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    await this.#checking;
  }

  async #check(): Promise<void> {
    const { time, root } = genesisOf(await this.#get('/eth/v1/beacon/genesis', GENESIS_CAP));
    const { genesisTime, genesisValidatorsRoot } = this.#config;
    if (root !== bytesToHex(genesisValidatorsRoot) || BigInt(time) !== BigInt(genesisTime)) throw this.#setAside(root);
    this.#isHome = true;
    this.#asideUntil = null;
    this.#ports.problems.clear(this.#topic);
  }

  #setAside(root: string): Retryable {
    const { clock, log, problems } = this.#ports;
    if (this.#asideUntil === null) log('error', 'a beacon node is of another chain', { beacon: this.name, root });
    this.#asideUntil = clock.now() + SET_ASIDE;
    problems.set(
      this.#topic,
      `the beacon node ${this.name} is of another chain: leave only those of the home chain in chain.beacon`,
    );
    return this.#otherChain();
  }

  #otherChain(): Retryable {
    return new Retryable('BEACON_OTHER_CHAIN', `${this.name} is of another chain`);
  }

  #get(path: string, cap: number): Promise<Answer> {
    const [route = ''] = path.split('?');
    this.#ports.metrics.add('quorate_beacon_calls_total', { beacon: this.name, route: route.replace(/0x\w+/, 'root') });
    return get(this.#endpoint, path, cap, this.#ports.clock);
  }

  get #topic(): string {
    return `beacon ${this.name}`;
  }
}
