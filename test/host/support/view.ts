/** A view over a chain that a test writes by hand. */

import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import { createView, type ViewSettings } from '../../../signer/host/chain/view/createView.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { ChainEvent, LocatedEvent } from '../../../signer/host/ports/chain.ts';
import type { Store } from '../../../signer/host/ports/store.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { manualClock } from './clock.ts';
import { DEPLOYMENT } from './deployment.ts';
import { type FakeChain, fakeChain, word } from './fakeChain.ts';

export const SCAN: ViewSettings['scan'] = {
  ...{ startBlock: 0, chunkBlocks: 100, overlapBlocks: 4, sweepMillis: 600_000, sweepBlocks: 50 },
};

type Chosen = {
  readonly chain?: FakeChain;
  readonly store?: Store;
  readonly scan?: Partial<ViewSettings['scan']>;
};

export function viewed({ chain = fakeChain(), store = openStore(':memory:'), scan }: Chosen = {}) {
  const clock = manualClock();
  const metrics = createMetrics();
  const problems = createProblems();
  const ports = { chain, store, clock, metrics, log: () => {} };
  let woken = 0;
  const settings = { scan: { ...SCAN, ...scan } };
  const view = createView(ports, problems, DEPLOYMENT, settings, () => {
    woken += 1;
  });
  /** Observes until nothing wakes it any more. */
  const settle = async () => {
    for (let before = -1; before !== woken; ) {
      before = woken;
      await view.observe();
    }
  };
  const states = () => [...view.ledger.requests.values()].map(({ id, state }) => [Number(id), state]);
  return { ...ports, problems, view, settle, states, woken: () => woken };
}

/** Events of one block, one after the other. */
export function located(...events: ChainEvent[]): LocatedEvent[] {
  return events.map((data, index) => ({ block: 1, blockHash: word(1), index, data }));
}
