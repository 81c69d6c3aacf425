/** What is done to machines and chain in one run: crashes, old disks, copies, reorganisations, stalls, hosts that hold back and beacons that fork. */

import type { Disk } from './disk.ts';
import { SimulatedNode, type World } from './node.ts';
import type { Random } from './random.ts';

/** Virtual milliseconds within which troubles begin. */
const WINDOW = 200_000;
/** How long a copy runs beside its original, at least and at most. */
const COPY = { least: 20_000, more: 60_000 };
const HOSTS_TRANSACTION = 'eth_sendRawTransaction';

export class Troubles {
  readonly #world: World;
  readonly #nodes: readonly SimulatedNode[];
  readonly #copies: SimulatedNode[] = [];
  /** Disks that were copied and not yet put back. */
  readonly #kept = new Map<SimulatedNode, Disk>();
  /** Whose beacon forks, once there is a key that goes on without it. */
  #toFork: SimulatedNode | null = null;

  constructor(world: World, nodes: readonly SimulatedNode[]) {
    this.#world = world;
    this.#nodes = nodes;
  }

  draw(random: Random): void {
    const { faults } = this.#world;
    this.#drawCrashes(random.fork('crashes'));
    this.#drawStalls(random.fork('stalls'));
    this.#drawReorgs(random.fork('reorgs'));
    for (let veil = 0; veil < faults.veils; veil++) this.#drawVeil(random.fork(`veil ${veil}`));
    if (faults.clone) this.#drawClone(random.fork('clone'));
    if (faults.fork) this.#toFork = this.#oneOf(random.fork('fork'));
  }

  /** From now on one host may be lost for good: the key is there, and t others are. */
  keyIsActive(): void {
    if (this.#toFork !== null) this.#toFork.isForked = true;
  }

  /** The newest block never was, and what stood in it never comes again. @returns whether it could be */
  async undoNewest(): Promise<boolean> {
    const { chain, faults, counters } = this.#world;
    if (faults.finalityLag === 0 || chain.isStalled) return false;
    await chain.reorganise(1, () => true);
    counters.saw('left out by a reorg');
    return true;
  }

  /** These hosts show their enclaves nothing newer than what is final now. */
  async hold(nodes: readonly SimulatedNode[] = this.#nodes): Promise<void> {
    const { chain, faults, beacon } = this.#world;
    const held = { block: await chain.finalised(faults.finalityLag), update: beacon.newest };
    for (const node of nodes) node.held = held;
  }

  release(nodes: readonly SimulatedNode[] = this.#nodes): void {
    for (const node of nodes) node.held = null;
  }

  /** Hosts hear nothing of each other, until they do again. */
  silence(isSilent: boolean): void {
    this.#world.network.isSilent = isSilent;
  }

  /** Hosts, by how many are to hold back. */
  first(count: number): readonly SimulatedNode[] {
    return this.#nodes.slice(0, count);
  }

  end(): void {
    for (const node of [...this.#nodes, ...this.#copies]) {
      node.end();
      node.disk.remove();
    }
    for (const disk of this.#kept.values()) disk.remove();
  }

  #oneOf(random: Random): SimulatedNode {
    return this.#nodes[random.below(this.#nodes.length)] as SimulatedNode;
  }

  #drawCrashes(random: Random): void {
    const { scheduler, faults } = this.#world;
    const crashes = Math.max(faults.crashes, faults.oldDisk ? 1 : 0);
    for (let crash = 0; crash < crashes; crash++) {
      const [node, at] = [this.#oneOf(random), 5_000 + random.below(faults.crashWindow)];
      const down = 1_000 + random.below(30_000);
      if (faults.oldDisk && crash === 0) scheduler.after(random.below(at), () => this.#keepDisk(node));
      scheduler.after(at, () => this.#crash(node, down));
    }
  }

  /** Once it has something on it. */
  #keepDisk(node: SimulatedNode): void {
    if (node.isUp && !this.#kept.has(node)) this.#kept.set(node, node.disk.copy());
  }

  #crash(node: SimulatedNode, down: number): void {
    if (!node.isUp) return;
    const { scheduler, counters } = this.#world;
    node.crash();
    scheduler.after(down, () => {
      counters.saw('restarted');
      const old = this.#kept.get(node);
      if (old?.store.sealed() != null) {
        this.#kept.delete(node);
        node.putBack(old);
        counters.saw('disk of yesterday');
      }
      node.start();
    });
  }

  #drawStalls(random: Random): void {
    const { scheduler, chain, faults } = this.#world;
    for (let stall = 0; stall < faults.stalls; stall++) {
      const from = random.below(WINDOW);
      scheduler.after(from, () => chain.stallFinality(faults.finalityLag));
      scheduler.after(from + 10_000 + random.below(faults.stallLength), () => chain.resumeFinality());
    }
  }

  /** What is not final may be replaced; hosts' transactions are lost now and then. */
  #drawReorgs(random: Random): void {
    const { scheduler, chain, faults, counters } = this.#world;
    const { finalityLag } = faults;
    for (let reorg = 0; finalityLag > 0 && reorg < faults.reorgs; reorg++) {
      const depth = 1 + random.below(finalityLag);
      scheduler.after(random.below(WINDOW), async () => {
        await chain.reorganise(depth, (method) => method === HOSTS_TRANSACTION && random.chance(0.5));
        counters.saw('reorganised');
      });
    }
  }

  #drawVeil(random: Random): void {
    const { scheduler, counters } = this.#world;
    const node = this.#oneOf(random);
    const from = random.below(WINDOW);
    scheduler.after(from, async () => {
      await this.hold([node]);
      counters.saw('shown nothing new');
    });
    scheduler.after(from + 10_000 + random.below(90_000), () => this.release([node]));
  }

  #drawClone(random: Random): void {
    const { scheduler, counters } = this.#world;
    const original = this.#oneOf(random);
    scheduler.after(20_000 + random.below(WINDOW), () => {
      if (!original.isUp || original.disk.store.sealed() === null) return;
      const { name, wallet, address } = original;
      const copy = new SimulatedNode(this.#world, {
        ...{ name: `${name}'s copy`, wallet, random: random.fork('copy'), disk: original.disk.copy() },
        ...{ address, place: `${address}/copy` },
      });
      this.#copies.push(copy);
      copy.start();
      counters.saw('cloned');
      scheduler.after(COPY.least + random.below(COPY.more), () => copy.end());
    });
  }
}
