/** What a host wants done about requests whose time has come, whose time is over, or that a row has overtaken. */

import { expect } from 'chai';
import { createLedger } from '../../../signer/host/chain/view/ledger.ts';
import type { View } from '../../../signer/host/chain/view/view.ts';
import type { Self } from '../../../signer/host/life/life.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import { watchRequests } from '../../../signer/host/path/watchRequests.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import type { Goal } from '../../../signer/host/posting/goals/rules.ts';
import type { Poster } from '../../../signer/host/posting/poster.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  created,
  fulfilled,
  KEY,
  MEMBERS,
  opened,
  raised,
  ready,
  removed,
  requested,
  row,
} from '../support/samples.ts';
import { located } from '../support/view.ts';

const DEADLINE = 9_000_000;
const key = [created, opened(), activated, row()];

/** Wanted at `now`, in seconds, after these events of the key. */
function wanted(now: number, events: readonly ChainEvent[], pursued: readonly string[] = [], id = MEMBERS[0]) {
  const found: string[] = [];
  const ranks = new Set<number>();
  const name = (goal: Goal) => `${goal.kind} ${'request' in goal ? Number(goal.request) : ''}`;
  const poster = {
    want: (goal: Goal, rank: number) => {
      found.push(name(goal));
      ranks.add(rank);
    },
    isPursued: (goal: Goal) => pursued.includes(name(goal)),
  } as Poster;
  const metrics = createMetrics();
  const view = { ledger: createLedger(located(...key, ...events)), head: null, timeNow: () => now } as unknown as View;
  watchRequests(view, poster, metrics, { id } as Self);
  return { found, ranks, metrics };
}

describe('the watch of requests', () => {
  it('wants what is queued made READY when its time has come, and nothing of what is READY', () => {
    const events = [requested(1, 50), requested(2, 60), requested(3, 10), ready(3)];
    expect([49, 50, 60].map((now) => wanted(now, events).found)).to.deep.equal([
      [],
      ['mark-ready 1'],
      ['mark-ready 1', 'mark-ready 2'],
    ]);
  });

  it('wants it expired after its deadline, queued or READY', () => {
    const events = [requested(1, DEADLINE + 9), requested(2), ready(2), requested(3), ready(3), fulfilled(3)];
    expect(wanted(DEADLINE, events).found).to.deep.equal([]);
    expect(wanted(DEADLINE + 1, events).found).to.deep.equal(['expire 1', 'expire 2']);
  });

  for (const change of [raised(), removed()])
    it(`wants what its row has overtaken expired at once, and not made READY: ${change.event}`, () => {
      const events = [requested(1), requested(2), ready(2), change];
      expect(wanted(100, events).found).to.deep.equal(['expire 1', 'expire 2']);
    });

  it('waits with that while a signature is on its way, which still counts; not after the deadline', () => {
    const events = [requested(1), ready(1), raised()];
    expect(wanted(100, events, ['fulfil 1']).found).to.deep.equal([]);
    expect(wanted(DEADLINE + 1, events, ['fulfil 1']).found).to.deep.equal(['expire 1']);
  });

  for (const pause of ['KeyPaused', 'KeySuspended', 'NetworkPaused', 'NetworkSuspended'] as const)
    it(`keeps what is queued from being made READY in a pause: ${pause}`, () => {
      const paused = { event: pause, keyId: KEY, pausedUntil: 200 } as ChainEvent;
      expect([100, 199].map((now) => wanted(now, [requested(1), paused]).found)).to.deep.equal([[], []]);
      expect(wanted(201, [requested(1), paused]).found).to.deep.equal(['mark-ready 1']);
    });

  it('leaves it to the members of the key, each in turn', () => {
    const events = [requested(1)];
    expect(wanted(100, events, [], word(0xbad) as never).found).to.deep.equal([]);
    const ranks = MEMBERS.map((id) => [...wanted(100, events, [], id as never).ranks][0]);
    expect(ranks.sort()).to.deep.equal([0, 1, 2]);
  });

  it('counts requests by state, whether the enclave is up or not', () => {
    const { metrics } = wanted(100, [requested(1), requested(2), ready(2), requested(3), fulfilled(3)]);
    const states = ['queued', 'ready', 'fulfilled', 'expired'];
    expect(states.map((state) => metrics.read('quorate_requests', { state }))).to.deep.equal([1, 1, 1, 0]);
  });
});
