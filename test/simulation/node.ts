/**
 * One simulated operator: the real host and the real enclave of this project in one process, on simulated ports. A crash ends both
 * at once, like pulling the plug; what the store has written stays.
 */

import type { KeyObject } from 'node:crypto';
import type { Answer, Call, Event, Params } from '../../signer/enclave/api.ts';
import { createEnclave, type Enclave as EnclaveCore } from '../../signer/enclave/enclave.ts';
import type { Identities } from '../../signer/enclave/identity.ts';
import type { Verifiers } from '../../signer/enclave/ports.ts';
import type { Tee } from '../../signer/enclave/tee/tee.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { failOver } from '../../signer/host/adapters/beaconNodes.ts';
import type { ProviderPorts } from '../../signer/host/adapters/provider.ts';
import { createProviders } from '../../signer/host/adapters/providers.ts';
import { createRpcChain } from '../../signer/host/adapters/rpcChain.ts';
import type { Deployment } from '../../signer/host/chain/deployment.ts';
import { createHost, type Host } from '../../signer/host/host.ts';
import { DISPLACED } from '../../signer/host/life/otherLives.ts';
import type { Log } from '../../signer/host/log.ts';
import { createMetrics } from '../../signer/host/metrics.ts';
import type { Chain } from '../../signer/host/ports/chain.ts';
import type { Enclave, EnclaveHandlers } from '../../signer/host/ports/enclave.ts';
import type { Wallet } from '../../signer/host/ports/wallet.ts';
import { createProblems } from '../../signer/host/problems.ts';
import { DEFAULT_FEES, type Settings } from '../../signer/host/settings.ts';
import { verifyState } from '../../signer/proof/verifyState.ts';
import type { SchemeSuites } from '../../signer/protocol/ciphersuite/suites.ts';
import { developmentTee } from '../../signer/tee/developmentTee.ts';
import type { Measured } from '../../signer/tee/measured.ts';
import { NO_PCS } from '../host/support/noPcs.ts';
import { evidenceOf } from './attestation.ts';
import type { SimulatedBeacon } from './beacon.ts';
import type { SimulatedChain } from './chain.ts';
import type { Disk } from './disk.ts';
import type { Counters, Faults } from './faults.ts';
import { Incarnation } from './incarnation.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import { createSimulatedRpc, drawSpell, type Spell } from './rpc.ts';
import type { Scheduler } from './scheduler.ts';
import { regionOf } from './setting.ts';

/** What every node of a run shares. */
export type World = {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly chain: SimulatedChain;
  readonly beacon: SimulatedBeacon;
  readonly faults: Faults;
  readonly counters: Counters;
  readonly deployment: Deployment;
  readonly configuration: Uint8Array;
  readonly measured: Measured;
  readonly rootKey: KeyObject;
  readonly identities: Identities;
  readonly suites: SchemeSuites;
  readonly finality: Pick<Verifiers, 'bootstrap' | 'applyUpdate'>;
  /** Time of day at virtual time 0, in milliseconds. */
  readonly epoch: number;
  /** Everything that an enclave lets out, and each session that it starts, with the block that it was shown. */
  readonly saw: (node: SimulatedNode, event: Event) => void;
  readonly began: (node: SimulatedNode, session: Hex, block: Hex) => void;
  readonly log: (node: SimulatedNode, line: string) => void;
} & Nature;
/** What a run may choose of the world. */
export type Nature = {
  /** What a node makes of the chain that it sees. */
  readonly sight: (node: SimulatedNode, chain: Chain) => Chain;
  /** Virtual milliseconds that a call keeps an enclave busy. */
  readonly effort: (call: Call) => number;
  /** Virtual milliseconds between two steps of the plot. */
  readonly step: number;
};

/** What a node runs on. */
export type Machine = {
  readonly name: string;
  readonly wallet: Wallet;
  readonly random: Random;
  readonly disk: Disk;
  /** Where its registration says that it listens, and where it does. */
  readonly address: string;
  readonly place: string;
};

const TIMES = {
  ...{ poll: 2_000, invite: 10_000, session: 30_000, post: 15_000, bump: 30_000, resend: 3_000, letter: 1_800_000 },
  ...{ grace: 5_000, renewSeconds: 86_400, marginSeconds: 900 },
};

/** The preferred one first. */
const PROVIDERS = ['one', 'two'];
const BEACONS = ['beacon one', 'beacon two'];

export class SimulatedNode {
  readonly name: string;
  readonly address: string;
  readonly wallet: Wallet;
  readonly #world: World;
  readonly #random: Random;
  readonly #spells: Map<string, Spell[]>;
  /** Where it listens: a copy stands elsewhere than its registration says. */
  readonly #place: string;
  #disk: Disk;
  #life: Incarnation;
  #lives = 0;
  #host: Host | null = null;
  /** What it is shown for the newest, while somebody holds back what is newer. */
  held: { readonly block: unknown; readonly update: Uint8Array } | null = null;
  /** It is shown two chains that a committee has signed. */
  isForked = false;

  constructor(world: World, { name, wallet, random, disk, address, place }: Machine) {
    this.#world = world;
    this.name = name;
    this.address = address;
    this.#disk = disk;
    this.#place = place;
    this.wallet = wallet;
    this.#random = random;
    this.#life = new Incarnation(world.scheduler);
    this.#spells = drawSpells(world.faults, random.fork('spells'));
  }

  get disk(): Disk {
    return this.#disk;
  }

  /** While it is down. */
  putBack(disk: Disk): void {
    this.#disk.remove();
    this.#disk = disk;
  }

  get isUp(): boolean {
    return this.#host !== null;
  }

  /** Starts a new life of host and enclave on what the store kept. */
  start(): void {
    this.#lives += 1;
    const life = new Incarnation(this.#world.scheduler);
    this.#life = life;
    const host = createHost(this.#ports(life), this.#world.deployment, this.#settings());
    this.#host = host;
    const fail = (error: unknown) => {
      if (!life.isOver) throw error;
    };
    host.ended.catch(fail);
    host.start().catch(fail);
  }

  crash(): void {
    this.end();
    this.#world.counters.saw('crashed');
  }

  /** Nothing of this node runs any more. */
  end(): void {
    this.#life.end();
    this.#world.network.leave(this.#place);
    this.#host = null;
  }

  #ports(life: Incarnation) {
    const { scheduler, network, sight, epoch } = this.#world;
    const random = this.#random.fork(`life ${this.#lives}`);
    const log: Log = (level, message, fields) => {
      if (!life.isOver && message === DISPLACED) this.#world.counters.saw('displaced');
      if (!life.isOver) this.#world.log(this, `${scheduler.now} ${level} ${message} ${JSON.stringify(fields ?? {})}`);
    };
    const [clock, problems] = [life.clock(epoch), createProblems()];
    const telling = { held: () => this.held?.update ?? null, isForked: () => this.isForked };
    return {
      clock,
      chain: sight(this, this.#chain(life, random.fork('rpc'), { clock, log, problems })),
      beacon: failOver(BEACONS.map((name) => this.#world.beacon.node(name, life, random.fork(name), telling))),
      pcs: NO_PCS,
      store: { ...this.#disk.store, close: () => {} },
      peers: network.join(this.#place, this.#tlsKey()),
      enclave: this.#enclave(life, random),
      wallet: this.wallet,
      log,
      metrics: createMetrics(),
      problems,
    };
  }

  #chain(life: Incarnation, random: Random, ports: Omit<ProviderPorts, 'jitter'>): Chain {
    const { deployment } = this.#world;
    const sources = PROVIDERS.map((name) => {
      const spells = this.#spells.get(name) ?? [];
      const rpc = createSimulatedRpc(this.#world, life, random.fork(name), spells, () => this.held?.block ?? null);
      return { name, chain: createRpcChain(rpc, deployment), onReopened: () => {} };
    });
    return createProviders(sources, deployment, { ...ports, jitter: random.fork('jitter').next });
  }

  #enclave(life: Incarnation, random: Random): Enclave {
    let core: EnclaveCore | null = null;
    let handlers: EnclaveHandlers | null = null;
    let calls = 0;
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(call: () => Promise<T>): Promise<T> => {
      const turn = last.then(call);
      last = turn.catch(() => undefined); // the caller hears of it; the next call does not
      return turn;
    };
    return {
      start: async (to) => {
        handlers = to;
        core = this.#enclaveCore(random.fork('enclave'));
      },
      call: (call, params) =>
        inTurn(() =>
          life.perform(this.#world.effort({ id: calls + 1, call, params } as Call), async () => {
            calls += 1;
            if (core === null) throw new Error('the enclave was not started');
            const { answer, events } = await core.handle({ id: calls, call, params });
            if (call === 'sign') this.#note(params as Params<'sign'>, answer);
            for (const event of events) this.#world.saw(this, event);
            // After the answer, as frames on a pipe would come.
            this.#world.scheduler.after(0, () => {
              if (!life.isOver) for (const event of events) handlers?.event(event);
            });
            return replyOf(answer) as never;
          }),
        ),
      stop: async () => {
        core = null;
      },
    };
  }

  #note({ block }: Params<'sign'>, answer: Answer): void {
    if ('ok' in answer && 'session' in answer.ok && answer.ok.session !== undefined)
      this.#world.began(this, answer.ok.session, block);
  }

  #enclaveCore(random: Random): EnclaveCore {
    const { scheduler, identities, suites, epoch } = this.#world;
    return createEnclave({
      rng: (length) => random.bytes(length),
      clock: () => scheduler.now,
      tee: teeOf(this.#world, this.name, () => Math.floor((epoch + scheduler.now) / 1_000)),
      identities,
      suites,
      verifiers: { ...this.#world.finality, verifyState },
    });
  }

  #settings(): Settings {
    return {
      region: regionOf(this.name),
      endpoint: this.address,
      tlsKey: this.#tlsKey(),
      replaceIdentity: false,
      scan: { startBlock: 0, chunkBlocks: 1_000, overlapBlocks: 4, sweepMillis: 600_000, sweepBlocks: 100 },
      checkpoint: this.#world.beacon.root,
      fees: DEFAULT_FEES,
      times: TIMES,
      concurrency: 8,
    };
  }

  #tlsKey(): Hex {
    return `0x${this.name.charCodeAt(0).toString(16).repeat(32)}`;
  }
}

/** A copy has its original's: it runs on the same machine. */
export function teeOf(
  { measured, configuration, rootKey }: Pick<World, 'measured' | 'configuration' | 'rootKey'>,
  name: string,
  now: () => number,
): Tee {
  const platformId = new Uint8Array(32).fill(name.charCodeAt(0));
  const issue = async (reportData: Uint8Array) => evidenceOf(measured, platformId, reportData, now());
  return developmentTee({ measured, configurationBytes: configuration, rootKey, platformId, issue });
}

function drawSpells({ spells, spellLength }: Faults, random: Random): Map<string, Spell[]> {
  const drawn = new Map<string, Spell[]>();
  for (let i = 0; i < spells; i++) {
    const name = PROVIDERS[random.below(PROVIDERS.length)] as string;
    drawn.set(name, [...(drawn.get(name) ?? []), drawSpell(random, spellLength)]);
  }
  return drawn;
}

function replyOf(answer: Answer) {
  return 'ok' in answer ? { ok: answer.ok } : { refusal: answer.refusal };
}
