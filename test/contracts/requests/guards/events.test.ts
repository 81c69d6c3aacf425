/** Events and block time give what SpendingLimits knows (I9): limits, what is left of each bucket, places. */

import { expect } from 'chai';
import type { BlockTag, Result } from 'ethers';
import { id, ZeroHash } from 'ethers';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../../support/keys.ts';
import { BTC, DAY, foreignCore, limitsFor, setLimits } from '../../support/limits.ts';
import { fee, transfer } from '../../support/mandates.ts';
import { intentOf, type Request, request } from '../../support/requests.ts';

const OTHER = id('another asset');
const PATH = id('another path');

type Bucket = { readonly capacity: bigint; readonly window: bigint; used: bigint; at: bigint };
/** What a requester without limits is shown. */
const NOTHING = [0n, 0n, 0n, [], [], []];

/** Of one (requests, key, requester), as far as events say. */
type Known = { version: bigint; limits: Result | null; buckets: Map<string, Bucket> };

class Explorer {
  readonly known = new Map<string, Known>();
  readonly unsettled = new Map<string, bigint>();
  readonly placed = new Set<string>();

  hear(name: string, said: Result, time: bigint): void {
    const { requests, keyId, requester, path, id: request } = said;
    const whose = [requests, keyId, requester].join();
    if (name === 'LimitsSet') this.known.set(whose, knownOf(said, time));
    if (name === 'LimitsRemoved') this.known.set(whose, { version: said.version, limits: null, buckets: new Map() });
    if (name === 'LimitDrawn') {
      const bucket = this.known.get(whose)!.buckets.get(said.asset)!;
      [bucket.used, bucket.at] = [bucket.capacity - said.left, time];
    }
    if (name === 'PlaceTaken') this.placed.add(request);
    if (name === 'PlaceFreed') this.placed.delete(request);
    if (name.startsWith('Place')) this.unsettled.set([whose, path].join(), said.unsettled);
  }

  /** Nothing where events name no bucket. */
  available(whose: string, asset: string, time: bigint): bigint {
    const bucket = this.known.get(whose)?.buckets.get(asset);
    if (bucket === undefined) return 0n;
    const inflow = ((time - bucket.at) * bucket.capacity) / bucket.window;
    return inflow >= bucket.used ? bucket.capacity : bucket.capacity - bucket.used + inflow;
  }
}

function knownOf({ version, limits }: Result, at: bigint): Known {
  const buckets = [...limits.caps].map(({ asset, capacity, window }): [string, Bucket] => [
    asset,
    { capacity, window, used: 0n, at },
  ]);
  return { version, limits, buckets: new Map(buckets) };
}

describe('SpendingLimits, from its events', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [first, second] = [it.operators[10]!, it.operators[11]!];
    const guard = await it.spendingLimits.getAddress();
    const rows = [first, second].map(({ address }) => rowFor(address, { guard }));
    const keyId = await activeKey(it, members, secretOf('events'), parametersOf(members, { rows }));
    return { it, limits: it.spendingLimits, first, second, keyId };
  });

  const asked = async (by = made().first, amount = 1000n, path = ZeroHash): Promise<Request> => {
    const { it, keyId } = made();
    const deadline = (await it.helpers.time.latest()) + DAY;
    const effects = [transfer({ amount }), fee(10n), transfer({ asset: OTHER, amount: 1n })];
    return request(it, by, await intentOf(it, keyId, { deadline, effects, path }));
  };

  /** A little of everything; returns the requests. */
  async function history(): Promise<Request[]> {
    const { it, limits, first, second, keyId } = made();
    const caps = [BTC, OTHER].map((asset) => ({ asset, capacity: 7777n, window: DAY, feeCap: 100n }));
    for (const who of [first, second]) await setLimits(it, keyId, who, { caps, maxUnsettled: 9 });
    const all = [await asked(), await asked(first, 3333n), await asked(second), await asked(first, 5n, PATH)];
    await it.helpers.time.increase(1234);
    all.push(await asked(first, 1n));
    for (const its of all.slice(1, 3)) await limits.connect(it.dao).settle(it.signingRequests, its.header);
    await it.keyRegistry.connect(first).raise(keyId, first);
    await it.helpers.time.increase(3600);
    await limits.connect(it.dao).removeLimits(it.signingRequests, keyId, second);
    await limits.connect(it.dao).setLimits(await foreignCore(it), keyId, first, await limitsFor(it));
    all.push(await asked(first, 77n));
    return all;
  }

  async function explorer(until: BlockTag = 'latest'): Promise<Explorer> {
    const { it, limits } = made();
    const found = new Explorer();
    for (const log of await it.ethers.provider.getLogs({ address: limits, fromBlock: 0, toBlock: until })) {
      const told = limits.interface.parseLog(log);
      const block = await it.ethers.provider.getBlock(log.blockNumber);
      if (told !== null) found.hear(told.name, told.args, BigInt(block!.timestamp));
    }
    return found;
  }

  it('are what its views say, now and as time passes', async () => {
    const { it, limits, first, second, keyId } = made();
    const all = await history();
    const requests = await it.signingRequests.getAddress();
    for (const wait of [1, 5000, DAY]) {
      await it.helpers.mine(1, { interval: wait });
      const told = await explorer();
      const time = BigInt(await it.helpers.time.latest());
      for (const who of [first, second]) {
        const whose = [requests, keyId, who.address].join();
        const { version, limits: said } = told.known.get(whose)!;
        expect(await limits.versionOf(requests, keyId, who)).to.equal(version);
        const shown = await limits.limitsOf(requests, keyId, who);
        expect(shown).to.deep.equal(said ?? NOTHING);
        for (const asset of [BTC, OTHER, id('third')])
          expect(await limits.available(requests, keyId, who, asset)).to.equal(told.available(whose, asset, time));
        for (const path of [ZeroHash, PATH])
          expect(await limits.unsettledOf(requests, keyId, who, path)).to.equal(
            told.unsettled.get([whose, path].join()) ?? 0n,
          );
      }
      for (const its of all) expect(await limits.hasPlace(requests, its.id)).to.equal(told.placed.has(its.id));
      expect(told.placed.size, 'something has happened').to.equal(4);
    }
  });
});
