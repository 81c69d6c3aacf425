/**
 * One run: three operators register, make a key, and are asked for signatures, while everything goes wrong that the seed draws. Two
 * requests must be fulfilled, one of them READY in the transaction that asks for it; a cancelled one, one that lies about its effects, and
 * one whose row is raised while it waits must never be signed.
 */

import { getBytes, hexlify, id, type JsonRpcSigner, ZeroAddress, ZeroHash } from 'ethers';
import { buildSpend, taprootScript } from '../../scripts/local/bitcoin.ts';
import type { Event } from '../../signer/enclave/api.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { requestHeader } from '../../signer/formats/wirePreimages.ts';
import { derivedPoints } from '../../signer/host/chain/derivedPoints.ts';
import { Counters, drawFaults, type Faults } from './faults.ts';
import { Network } from './network.ts';
import { SimulatedNode, type World } from './node.ts';
import { type Random, seeded } from './random.ts';
import { Scheduler } from './scheduler.ts';
import type { Setting } from './setting.ts';

export type Outcome = {
  readonly end: 'done' | 'time is up' | 'nothing left to do';
  readonly faults: Faults;
  readonly counters: Counters;
  /** Everything that any enclave let out, in order. */
  readonly events: readonly Event[];
  readonly requests: Requests | null;
  /** State of each request at the end, as the chain has it. */
  readonly states: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly virtualSeconds: number;
  /** How many events the scheduler ran. */
  readonly ran: number;
  readonly log: readonly string[];
};
export type Asked = { readonly id: Hex; readonly digest: Uint8Array; readonly outputKey: Uint8Array };
export type Requests = {
  readonly mustSign: readonly Asked[];
  readonly mustNotSign: Readonly<Record<'cancelled' | 'lying' | 'overtaken', Asked>>;
};

const [ACTIVE, READY, FULFILLED] = [2n, 2n, 3];
/** Seconds that a request of the slow ones waits. */
const DELAY = 60;
const BITCOIN = id('bip122:000000000019d6689c085ae165831e93/slip44:0') as Hex;
const LIMIT = 4 * 3_600_000;
/** How long the world goes on after the last fulfilment, for what must never happen. */
const AFTERMATH = 120_000;
const STEP = 1_000;
const ATTEMPT_WINDOW = 240;

export async function run(setting: Setting, seed: string): Promise<Outcome> {
  await setting.chain.restart();
  const random = seeded(seed);
  const faults = drawFaults(random.fork('faults'));
  const counters = new Counters();
  const scheduler = new Scheduler(random.fork('order'));
  const network = new Network(scheduler, random.fork('network'), faults, counters);
  const [events, log]: [Event[], string[]] = [[], []];
  const epoch = await setting.chain.follow(scheduler);
  const world: World = {
    ...setting,
    ...{ scheduler, network, faults, counters, epoch },
    saw: (_node, event) => events.push(event),
    log: (node, line) => log.push(`${node.name} ${line}`),
  };
  const nodes = setting.wallets.map(([name, wallet]) => new SimulatedNode(world, name, wallet, random.fork(name)));
  for (const node of nodes) scheduler.after(random.below(5_000), () => node.start());
  drawCrashes(world, nodes, random.fork('crashes'));

  const story = new Story(setting, random.fork('story'));
  const tell = async () => {
    await story.step(scheduler.now);
    scheduler.after(STEP, tell);
  };
  scheduler.after(0, tell);
  const end = await scheduler.run(() => story.isOver(scheduler.now), LIMIT);
  for (const node of nodes) node.end();
  const { requests, states, attempts } = story;
  return {
    end,
    faults,
    counters,
    events,
    requests,
    states,
    attempts,
    virtualSeconds: scheduler.now / 1_000,
    ran: scheduler.ran,
    log,
  };
}

function drawCrashes({ scheduler, faults, counters }: World, nodes: readonly SimulatedNode[], random: Random): void {
  for (let crash = 0; crash < faults.crashes; crash++) {
    const node = nodes[random.below(nodes.length)];
    scheduler.after(5_000 + random.below(faults.crashWindow), () => {
      if (node === undefined || !node.isUp) return;
      node.crash();
      scheduler.after(1_000 + random.below(30_000), () => {
        counters.saw('restarted');
        node.start();
      });
    });
  }
}

/** What governance does, one step at a time, whenever the chain is ready for the next. */
class Story {
  readonly #setting: Setting;
  readonly #random: Random;
  #next: (() => Promise<void>) | null = () => this.#promote();
  #keyId = ZeroHash;
  #fulfilledAt: number | null = null;
  requests: Requests | null = null;
  states: Record<string, number> = {};
  attempts = 0;

  constructor(setting: Setting, random: Random) {
    this.#setting = setting;
    this.#random = random;
  }

  isOver(now: number): boolean {
    return this.#fulfilledAt !== null && now > this.#fulfilledAt + AFTERMATH;
  }

  async step(now: number): Promise<void> {
    if (this.#next !== null) {
      await this.#next();
      return;
    }
    await this.#look();
    const isDone = this.requests?.mustSign.every(({ id }) => this.states[id] === FULFILLED) === true;
    if (isDone) this.#fulfilledAt ??= now;
  }

  async #promote(): Promise<void> {
    const { enclaveRegistry, measurementRegistry } = this.#setting.contracts;
    if ((await enclaveRegistry.enclaveCount()) < 3n) return;
    await (await measurementRegistry.promote(this.#setting.measured.measurement)).wait();
    this.#next = () => this.#createKey();
  }

  async #createKey(): Promise<void> {
    const { contracts, governance, requesters, wallets } = this.#setting;
    const operators = wallets.map(([, { operator }]) => operator);
    for (const operator of operators)
      if (!(await contracts.enclaveRegistry.isEligible(await contracts.enclaveRegistry.enclaveOf(operator)))) return;
    const { swift, slow, raised } = requesters;
    const rows = [rowOf(swift.address, 0), rowOf(slow.address, DELAY), rowOf(raised.address, DELAY)];
    const diversity = { region: 1, vendor: 0, platform: 1, sealing: 0 };
    const committee = { threshold: 2, operators, reserves: [], attemptWindow: ATTEMPT_WINDOW, diversity };
    const parameters = { scheme: 1, committee, rows };
    await (await contracts.keyRegistry.connect(governance).createKey(parameters)).wait();
    this.#keyId = await contracts.keyRegistry.keyIdAt(1);
    this.#next = () => this.#ask();
  }

  async #ask(): Promise<void> {
    const { contracts, requesters } = this.#setting;
    const { keyRegistry, signingRequests } = contracts;
    this.attempts = Number((await keyRegistry.ceremonyOf(this.#keyId)).attempt);
    if ((await keyRegistry.key(this.#keyId)).status !== ACTIVE) return;
    const mustSign = [await this.#request(1, requesters.swift), await this.#request(2, requesters.slow)];
    if ((await signingRequests.stateOf(mustSign[0]!.id)) !== READY)
      throw new Error('a row without delay did not make READY at once');
    const cancelled = await this.#request(3, requesters.slow, { cancel: true });
    const lying = await this.#request(4, requesters.swift, { lie: true });
    const overtaken = await this.#request(5, requesters.raised);
    await (await keyRegistry.connect(requesters.raised).raise(this.#keyId, requesters.raised.address)).wait();
    this.requests = { mustSign, mustNotSign: { cancelled, lying, overtaken } };
    this.#next = null;
  }

  async #look(): Promise<void> {
    const { signingRequests } = this.#setting.contracts;
    const { mustSign, mustNotSign } = this.requests ?? { mustSign: [], mustNotSign: {} };
    for (const { id } of [...mustSign, ...Object.values(mustNotSign)])
      this.states[id] = Number(await signingRequests.stateOf(id));
  }

  /** One request of its own path, amount and funding transaction. */
  async #request(number: number, by: JsonRpcSigner, how: How = {}): Promise<Asked> {
    const { contracts, chain } = this.#setting;
    const path = id(`path ${number}`) as Hex;
    const [keyId, requester] = [this.#keyId as Hex, by.address as Hex];
    const { publicKeyPrefix, publicKeyX, birth } = await contracts.keyRegistry.key(keyId);
    const root = { prefix: Number(publicKeyPrefix), x: publicKeyX as Hex };
    const points = derivedPoints(root, birth as Hex, requester, path);
    const txid = hexlify(this.#random.bytes(32)).slice(2);
    const prevout = { txid, index: 0, script: taprootScript(getBytes(points.outputX)), amount: 50_000n };
    const spend = buildSpend(prevout, getBytes(points.derivedX), Uint8Array.of(0, 20, ...this.#random.bytes(20)), 300n);
    const declared = how.lie === true ? spend.amount - 1n : spend.amount;
    const block = await chain.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
    const [asset, detail] = [BITCOIN, ZeroHash as Hex];
    const intent = {
      ...{ keyId, path, kind: 1, payload: hexlify(spend.psbt) as Hex, digests: [hexlify(spend.digest) as Hex] },
      effects: [
        { kind: 1, asset, recipient: hexlify(spend.recipientScript) as Hex, amount: String(declared), detail },
        { kind: 2, asset, recipient: '0x' as Hex, amount: String(spend.fee), detail },
      ],
      ...{ deadline: Number(block.timestamp) + 8 * 3_600, consumer: ZeroAddress as Hex, callbackGas: 0 },
      replaces: ZeroHash as Hex,
    };
    const requests = contracts.signingRequests.connect(by);
    const receipt = await (await requests.request(intent)).wait();
    const [asked] = await requests.queryFilter(requests.filters.SignatureRequested(), receipt!.blockNumber);
    const header = requestHeader({ ...intent, requester, counter: String(await requests.requestCount()) });
    if (how.cancel === true) await (await requests.cancel(header)).wait();
    return { id: asked!.args.id as Hex, digest: spend.digest, outputKey: getBytes(points.outputX) };
  }
}

type How = { readonly cancel?: true; readonly lie?: true };

function rowOf(requester: string, delay: number) {
  return { requester, guard: ZeroAddress, module: ZeroAddress, kinds: 1 << 1, delay, unguarded: true };
}
