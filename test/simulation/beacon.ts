/**
 * Beacon nodes of the simulation: real updates by the development committee over the simulated chain, with short periods, so that every run
 * crosses some. Each host asks two nodes, which fail, lag and lie as the seed draws.
 */

import { bytesToHex } from 'viem';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { type BeaconChain, beaconChain } from '../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { executionHeader, type RpcBlock } from '../../scripts/local/beacon/executionHeader.ts';
import { announced, announcedBootstrap } from '../../signer/finality/announced.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { hex } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import { isRejection, type Rejection } from '../../signer/finality/rejection.ts';
import type { Store } from '../../signer/finality/store.ts';
import type { Kind } from '../../signer/finality/wire.ts';
import type { BeaconSource } from '../../signer/host/adapters/beaconNodes.ts';
import { Rest } from '../../signer/host/adapters/rest.ts';
import { Retryable } from '../../signer/host/errors.ts';
import type { Told } from '../../signer/host/ports/beacon.ts';
import type { SimulatedChain } from './chain.ts';
import type { Counters, Faults } from './faults.ts';
import type { Incarnation } from './incarnation.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** Periods of 32 slots: fifteen finalities. */
export const FINALITY = developmentConfig({ syncCommitteeSize: 32, epochsPerSyncCommitteePeriod: 4 });

/** Virtual milliseconds between two finalities, at least. */
const PERIOD = 6_000;

/** Updates: older ones are no lag any more. */
const OLD = 3;

/** What nodes tell one host. */
export type Telling = {
  /** The update that it is to take for the newest, while somebody holds back what is newer. */
  readonly held: () => Uint8Array | null;
  /** Whether it is told of another block at the newest slot, which the committee has signed too. */
  readonly isForked: () => boolean;
};

export class SimulatedBeacon {
  readonly #chain: SimulatedChain;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #counters: Counters;
  readonly #beacon: BeaconChain = beaconChain(FINALITY);
  /** Newest last. */
  readonly #updates: Uint8Array[] = [];
  #finalisedAt = Number.NEGATIVE_INFINITY;
  #last: unknown = null;
  #block: RpcBlock | null = null;
  #turn: Promise<void> = Promise.resolve();
  /** Root of the first final block: where every enclave starts. */
  root: `0x${string}` = '0x';

  constructor(chain: SimulatedChain, scheduler: Scheduler, faults: Faults, counters: Counters) {
    this.#chain = chain;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#counters = counters;
  }

  static async open(
    ...given: readonly [chain: SimulatedChain, scheduler: Scheduler, faults: Faults, counters: Counters]
  ): Promise<SimulatedBeacon> {
    const beacon = new SimulatedBeacon(...given);
    await beacon.#advance();
    const final = beacon.#beacon.finalised();
    if (final === undefined) throw new Error('nothing is final');
    beacon.root = hex(final.root) as `0x${string}`;
    return beacon;
  }

  get newest(): Uint8Array {
    return this.#updates.at(-1) as Uint8Array;
  }

  /** One node as one life of a host sees it. */
  node(name: string, life: Incarnation, random: Random, telling: Telling): BeaconSource {
    const clock = life.clock(0);
    const disbelieved = new Rest(clock, random.next);
    const ask = <T>(answer: () => Promise<T>): Promise<T> =>
      life.perform(5 + random.below(50), async () => {
        if (!disbelieved.isOver) throw new Retryable('BEACON_UNAVAILABLE', `${name} is disbelieved`);
        if (random.chance(this.#faults.beaconFailure)) {
          this.#counters.saw('beacon failed');
          throw new Retryable('BEACON_UNAVAILABLE', `${name} does not answer`);
        }
        return answer();
      });
    return {
      name,
      isTired: false,
      bootstrap: (root) => ask(async () => toldOf('bootstrap', this.#bootstrapOf(root), name)),
      updates: (period, count) =>
        ask(async () => {
          const found = this.#beacon.updates(period, count).map((one) => bytesOfAnswer(FINALITY, 'update', one));
          if (found.length === 0) throw new Retryable('BEACON_UNKNOWN', `${name} has no update of period ${period}`);
          return found.map((bytes) => toldOf('update', bytes, name));
        }),
      finality: () =>
        ask(async () => {
          await this.#advance();
          const held = telling.held();
          if (held !== null) return toldOf('finality_update', held, name);
          if (telling.isForked()) return toldOf('finality_update', this.#forked(), name);
          return toldOf('finality_update', this.#bent(this.#pick(random), random), name);
        }),
      know: () => {},
      disbelieve: () => disbelieved.strike(),
      listen: () => () => {},
    };
  }

  #bootstrapOf(root: string): Uint8Array {
    const answer = this.#beacon.bootstrap(root);
    if (answer === undefined) throw new Retryable('BEACON_UNKNOWN', `no block ${root}`);
    return bytesOfAnswer(FINALITY, 'bootstrap', answer);
  }

  /** One look at a time: the chain answers later than it is asked. */
  #advance(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#look());
    return this.#turn;
  }

  async #look(): Promise<void> {
    if (this.#scheduler.now - this.#finalisedAt < PERIOD) return;
    const block = (await this.#chain.finalised(this.#faults.finalityLag)) as RpcBlock;
    if (block.hash === this.#last) {
      if (this.#chain.isStalled) this.#counters.saw('finality stalled');
      return;
    }
    this.#last = block.hash;
    this.#block = block;
    this.#finalisedAt = this.#scheduler.now;
    this.#beacon.finalise(executionHeader(block));
    const update = this.#beacon.finalityUpdate();
    if (update !== undefined) this.#updates.push(bytesOfAnswer(FINALITY, 'finality_update', update));
  }

  /** Another block at the newest slot, by the very committee: two thirds of it can. */
  #forked(): Uint8Array {
    const final = this.#beacon.finalised();
    if (final === undefined) throw new Error('nothing is final');
    const fork = beaconChain(FINALITY, final.content.slot);
    fork.finalise({ ...executionHeader(this.#block as RpcBlock), block_hash: new Uint8Array(32).fill(0xf0) });
    this.#counters.saw('beacon forked');
    return bytesOfAnswer(FINALITY, 'finality_update', fork.finalityUpdate()!);
  }

  #pick(random: Random): Uint8Array {
    const newest = this.#updates.length - 1;
    if (newest > OLD && random.chance(this.#faults.beaconLie / 2)) {
      this.#counters.saw('beacon replayed');
      return this.#updates[random.below(newest - OLD)] as Uint8Array;
    }
    const behind = random.chance(this.#faults.beaconLag) ? Math.min(newest, 1 + random.below(3)) : 0;
    if (behind > 0) this.#counters.saw('beacon lagged');
    return this.#updates[newest - behind] as Uint8Array;
  }

  #bent(update: Uint8Array, random: Random): Uint8Array {
    if (!random.chance(this.#faults.beaconLie)) return update;
    this.#counters.saw('beacon lied');
    const at = 2 + random.below(update.length - 2);
    return update.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte));
  }
}

function toldOf(kind: Kind, bytes: Uint8Array, by: string): Told {
  const said = kind === 'bootstrap' ? announcedBootstrap(FINALITY, bytes) : announced(FINALITY, bytes);
  if (isRejection(said)) throw new Retryable('BEACON_NONSENSE', `${by}: ${said.code}: ${said.field}`);
  const { slot, period, blockHash, attestedPeriod } = said;
  const isCommitteeFinal = kind === 'update' && period === attestedPeriod;
  return { bytes: bytesToHex(bytes), slot, period, blockHash: bytesToHex(blockHash), isCommitteeFinal, by };
}

/**
 * The real verifiers, which answer the same question once: nodes of a run ask the same ones of the same store, and a signature is most of
 * what a run costs.
 */
export function rememberedVerifiers() {
  const roots = new Map<string, Store | Rejection>();
  const updates = new WeakMap<Store, Map<string, Store | Rejection>>();
  return {
    bootstrap: (config: FinalityConfig, root: Uint8Array, bytes: Uint8Array) =>
      remembered(roots, `${hex(root)} ${hex(bytes)}`, () => bootstrap(config, root, bytes)),
    applyUpdate: (config: FinalityConfig, store: Store, bytes: Uint8Array) => {
      const known = updates.get(store) ?? new Map<string, Store | Rejection>();
      updates.set(store, known);
      return remembered(known, hex(bytes), () => applyUpdate(config, store, bytes));
    },
  };
}

function remembered<T>(known: Map<string, T>, name: string, make: () => T): T {
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
}
