/** A poster on a pool and a view that a test writes by hand. */

import type { Hex } from '../../../../signer/formats/hex.ts';
import { openStore } from '../../../../signer/host/adapters/sqliteStore.ts';
import { applyEvent, createLedger } from '../../../../signer/host/chain/view/ledger.ts';
import type { View } from '../../../../signer/host/chain/view/view.ts';
import type { Fields } from '../../../../signer/host/log.ts';
import { createMetrics } from '../../../../signer/host/metrics.ts';
import type { BlockRef, ChainEvent } from '../../../../signer/host/ports/chain.ts';
import type { Store } from '../../../../signer/host/ports/store.ts';
import { createPoster } from '../../../../signer/host/posting/createPoster.ts';
import type { Contracts } from '../../../../signer/host/posting/goals/rule.ts';
import type { Goal } from '../../../../signer/host/posting/goals/rules.ts';
import { createProblems } from '../../../../signer/host/problems.ts';
import { DEFAULT_FEES, DEFAULT_TIMES, type FeeLimits } from '../../../../signer/host/settings.ts';
import { type ManualClock, manualClock } from '../../support/clock.ts';
import { hash, word } from '../../support/fakeChain.ts';
import {
  activated,
  confirmed,
  created,
  KEY,
  MEMBERS,
  opened,
  REQUESTER,
  request,
  requested,
  row,
} from '../../support/samples.ts';
import { Pool, poolWallet } from './pool.ts';

export const CONTRACTS: Contracts = {
  chainId: 31_337,
  enclaveRegistry: `0x${'02'.repeat(20)}`,
  keyRegistry: `0x${'03'.repeat(20)}`,
  signingRequests: `0x${'04'.repeat(20)}`,
  derivedKeys: `0x${'05'.repeat(20)}`,
  lateSignatures: `0x${'06'.repeat(20)}`,
  refusals: `0x${'07'.repeat(20)}`,
};
export const PAYER: Hex = `0x${'0b'.repeat(20)}`;
export const RESERVE: Hex = `0x${'0c'.repeat(20)}`;
export const MEMBER = MEMBERS[0];

/** The generator: a point that derivation takes. */
const ROOT = { prefix: 2, x: '0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' } as const;
export const claimed: ChainEvent = { event: 'DerivedKeyClaimed', keyId: KEY, requester: REQUESTER, path: word(0) };

export const fulfil = (id: number): Goal => ({ kind: 'fulfil', request: word(id), signatures: ['0x5150'] });
export const markReady = (id: number): Goal => ({ kind: 'mark-ready', request: word(id) });

/** Asked for under its number as counter, so that the pool knows it again. */
export function asked(id: number, fields: Partial<typeof request> = {}): ChainEvent {
  const event = requested(id);
  return event.event === 'SignatureRequested'
    ? { ...event, request: { ...request, ...fields, counter: String(id) } }
    : event;
}

type Options = {
  readonly accounts?: readonly Hex[];
  readonly fees?: Partial<FeeLimits>;
  readonly store?: Store;
  readonly pool?: Pool;
  readonly clock?: ManualClock;
  readonly lateSignatures?: null;
};

export function posting({
  accounts = [PAYER],
  fees = {},
  store = openStore(':memory:'),
  pool = new Pool(),
  clock = manualClock(),
  ...rest
}: Options = {}) {
  const metrics = createMetrics();
  const problems = createProblems();
  const said: { readonly message: string; readonly fields: Fields }[] = [];
  const ledger = createLedger([]);
  const requests = new Map<Hex, typeof request>();
  const seen: { head: BlockRef } = { head: refOf(1) };
  const view: View = {
    ledger,
    isCaughtUp: true,
    get head() {
      return seen.head;
    },
    observe: async () => {},
    checkpoint: () => null,
    ...{ pin: async () => {}, unpin: () => {}, reach: async () => {} },
    final: async () => null,
    asked: (id) => requests.get(id) ?? null,
    timeNow: () => 0,
  };
  /** These events are final, at this block. */
  const see = (block: number, ...events: readonly ChainEvent[]) => {
    seen.head = refOf(block);
    for (const data of events) {
      if (data.event === 'SignatureRequested') requests.set(data.id, data.request);
      applyEvent(ledger, { data, block });
    }
  };
  see(
    2,
    created,
    opened(),
    { ...confirmed, publicKey: ROOT } as ChainEvent,
    { ...activated, publicKey: ROOT } as ChainEvent,
  );
  const times = { ...DEFAULT_TIMES, poll: 1_000, post: 30_000, bump: 60_000 };
  const log = (_: string, message: string, fields: Fields = {}) => void said.push({ message, fields });
  const poster = createPoster(
    { chain: pool.chain, store, wallet: poolWallet(accounts), clock, log, metrics },
    view,
    problems,
    { ...CONTRACTS, ...rest },
    { times, fees: { ...DEFAULT_FEES, ...fees } },
  );
  /** READY requests with these numbers, of a key that the chain knows. */
  const ready = (...ids: readonly number[]) =>
    see(3, claimed, ...ids.flatMap((id): ChainEvent[] => [asked(id), { event: 'RequestReady', id: word(id) }]));
  /** Queued ones, under a row without a guard. */
  const queued = (...ids: readonly number[]) => {
    see(3, { ...row(), guard: `0x${'00'.repeat(20)}` } as ChainEvent, ...ids.map((id) => asked(id)));
    for (const id of ids) pool.states.set(word(id), 1);
  };
  /** A block is mined, and looked at. */
  const mine = async () => {
    pool.mine();
    await poster.tend();
  };
  const functions = () => pool.taken.map((one) => pool.said(one).functionName);
  return {
    poster,
    pool,
    clock,
    metrics,
    problems,
    said,
    view,
    see,
    ready,
    queued,
    mine,
    store,
    functions,
    tend: poster.tend,
  };
}

function refOf(number: number): BlockRef {
  return {
    number,
    hash: hash(`block ${number}`),
    parentHash: hash(`block ${number - 1}`),
    timestamp: 1_000 + 12 * number,
  };
}
