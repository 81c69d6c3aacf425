/**
 * Everything at once, from seeds: pools that forget, providers that fail or lag, reorgs, another process with the same key, markets that
 * move, crashes. While it lasts no ceiling is passed; once it stops everything that is wanted is reached, and nothing is left over.
 */

import { expect } from 'chai';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { manualClock } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';
import { fulfilled } from '../support/samples.ts';
import { FULFILLED, Pool } from './support/pool.ts';
import { fulfil, PAYER, posting, RESERVE } from './support/posting.ts';

const IDS = Array.from({ length: 60 }, (_, at) => at + 1);
const CEILING = 5_000n;
const SEEDS = 12;
const STEPS = 80;

/** Numerical Recipes' generator: enough for choosing faults. */
function chooser(seed: number) {
  let state = seed * 2_654_435_761;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function play(seed: number) {
  const choose = chooser(seed);
  const [pool, clock, store] = [new Pool(), manualClock(), openStore(':memory:')];
  const seen = new Map<string, number>();
  const final = new Set<number>();
  const begin = () => {
    const it = posting({ pool, clock, store, accounts: [PAYER, RESERVE], fees: { maxFeePerGas: CEILING } });
    it.ready(...IDS);
    for (const id of final) it.see(pool.block, fulfilled(id));
    return it;
  };
  let it = begin();
  let wanted = 0;
  const count = (name: string) => void seen.set(name, (seen.get(name) ?? 0) + 1);
  const codes = ['RPC_UNAVAILABLE', 'RPC_REFUSED', 'UNDERPRICED', 'NONCE_USED'] as const;
  const faults: Readonly<Record<string, () => void>> = {
    'send fails': () => pool.fails('send', codes[choose(codes.length)]!),
    'estimate fails': () => pool.fails('estimateGas', 'RPC_UNAVAILABLE'),
    'receipt fails': () => pool.fails('receipt', 'RPC_UNAVAILABLE'),
    forgets: () => pool.drop(pool.pending[choose(pool.pending.length)]?.nonce ?? -1),
    'takes back': () => {
      if (pool.mined.length > 0 && (pool.receipts.get(pool.mined.at(-1)!.hash)?.block ?? 0) > it.view.head!.number)
        pool.takeBack();
    },
    'another process': () => {
      const from = [PAYER, RESERVE][choose(2)]!;
      const next = (pool.counts.get(from) ?? 0) + pool.pending.filter((one) => one.from === from).length;
      pool.foreign(from, next);
    },
    market: () => {
      pool.fees = { baseFee: BigInt(50 + choose(8_000)), tip: BigInt(1 + choose(500)) };
    },
    crash: () => {
      it = begin();
    },
    'somebody is faster': () => void pool.states.set(word(IDS[choose(IDS.length)]!), FULFILLED),
    'runs dry': () => void pool.balances.set(PAYER, 1n),
    'is filled': () => void pool.balances.delete(PAYER),
  };
  const names = Object.keys(faults);
  const step = async () => {
    wanted += 1;
    for (const id of IDS.slice(0, wanted)) if (!final.has(id)) it.poster.want(fulfil(id), 0);
    await it.tend().catch((error: unknown) => {
      if (!(error instanceof Retryable)) throw error;
    });
    await clock.advance(1_000 + choose(30_000));
    if (choose(2) === 0) pool.mine();
  };
  const finalise = () => {
    for (const id of IDS) {
      if (pool.states.get(word(id)) !== FULFILLED || final.has(id)) continue;
      final.add(id);
      it.see(pool.block, fulfilled(id));
    }
    it.see(pool.block);
  };
  return { choose, pool, names, faults, count, seen, step, finalise, final, store, current: () => it };
}

describe('postings under everything at once', () => {
  const observed = new Map<string, number>();

  it(`keep to their ceilings, and come through when it stops: ${SEEDS} seeds`, async function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { choose, pool, names, faults, step, finalise, final, store, current } = play(seed);
      for (let at = 0; at < STEPS; at += 1) {
        const name = names[choose(names.length)]!;
        faults[name]!();
        observed.set(name, (observed.get(name) ?? 0) + 1);
        await step();
        if (choose(12) === 0) finalise();
      }
      for (const one of pool.taken) expect(one.maxFeePerGas <= CEILING, `seed ${seed}`).to.equal(true);
      pool.fees = { baseFee: 100n, tip: 10n };
      pool.balances.clear();
      for (const call of ['send', 'estimateGas', 'receipt'] as const) pool.fails(call);
      let rounds = 0;
      for (; rounds < 400 && (final.size < IDS.length || store.sent().length > 0); rounds += 1) {
        await step();
        if (rounds % 5 === 4) finalise();
      }
      expect([final.size, store.sent().length], `seed ${seed}`).to.deep.equal([IDS.length, 0]);
      await current().tend();
      expect(current().problems.list(), `seed ${seed}`).to.deep.equal([]);
      expect(
        pool.pending.filter(({ data }) => data !== '0x'),
        `seed ${seed}`,
      ).to.deep.equal([]);
    }
  });

  it('have seen every fault', () => {
    expect(observed.size).to.equal(11);
    for (const [name, times] of observed) expect(times, name).to.be.greaterThan(SEEDS);
  });
});
