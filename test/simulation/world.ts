/** One run of the network: three operators, the faults that a seed draws, and what somebody makes happen meanwhile. */

import type { Event } from '../../signer/enclave/api.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { SimulatedBeacon } from './beacon.ts';
import { Disk } from './disk.ts';
import { Counters, type Faults } from './faults.ts';
import { Network } from './network.ts';
import { type Nature, SimulatedNode, type World } from './node.ts';
import type { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import type { Setting } from './setting.ts';
import { Troubles } from './troubles.ts';

/** What is done to the network from outside, step by step. */
export type Plot = {
  readonly step: (now: number, troubles: Troubles) => Promise<void>;
  readonly isOver: (now: number) => boolean;
};
/** What an enclave let out, by the name of its node. */
export type Said = { readonly node: string; readonly at: number; readonly event: Event };
export type Run = {
  readonly end: 'done' | 'time is up' | 'nothing left to do';
  readonly faults: Faults;
  readonly counters: Counters;
  /** Everything that any enclave let out, in order. */
  readonly said: readonly Said[];
  /** By node and session: the hash of the block that an enclave judged it at. */
  readonly shown: ReadonlyMap<string, Hex>;
  readonly virtualSeconds: number;
  /** How many events the scheduler ran. */
  readonly ran: number;
  readonly log: readonly string[];
};

const LIMIT = 4 * 3_600_000;
const PLAIN: Nature = { sight: (_node, chain) => chain, effort: () => 1, step: 1_000 };

export const shownName = (node: string, session: Hex) => `${node} ${session}`;

export async function play(
  setting: Setting,
  random: Random,
  faults: Faults,
  plot: Plot,
  nature: Nature = PLAIN,
): Promise<Run> {
  await setting.chain.restart();
  const counters = new Counters();
  const scheduler = new Scheduler(random.fork('order'));
  const network = new Network(scheduler, random.fork('network'), faults, counters);
  const [said, log, shown]: [Said[], string[], Map<string, Hex>] = [[], [], new Map()];
  const epoch = await setting.chain.follow(scheduler);
  const beacon = await SimulatedBeacon.open(setting.chain, scheduler, faults, counters);
  const world: World = {
    ...setting,
    ...{ scheduler, network, beacon, faults, counters, epoch },
    ...nature,
    saw: ({ name }, event) => said.push({ node: name, at: scheduler.now, event }),
    began: ({ name }, session, block) => shown.set(shownName(name, session), block),
    log: (node, line) => log.push(`${node.name} ${line}`),
  };
  const nodes = setting.wallets.map(([name, wallet]) => {
    const address = `wss://${name}.example`;
    return new SimulatedNode(world, {
      ...{ name, wallet, random: random.fork(name), disk: new Disk(), address, place: address },
    });
  });
  for (const node of nodes) scheduler.after(random.below(5_000), () => node.start());
  const troubles = new Troubles(world, nodes);
  troubles.draw(random.fork('troubles'));

  const tell = async () => {
    await plot.step(scheduler.now, troubles);
    scheduler.after(nature.step, tell);
  };
  scheduler.after(0, tell);
  const end = await scheduler.run(() => plot.isOver(scheduler.now), LIMIT);
  troubles.end();
  const virtualSeconds = scheduler.now / 1_000;
  return { end, faults, counters, said, shown, virtualSeconds, ran: scheduler.ran, log };
}
