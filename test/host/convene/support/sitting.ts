/** A committee whose hosts convene for real, with enclaves, chain and mail that a test writes by hand, on one virtual clock. */

import type { Event, Params, RefusedRequest, Request, Status } from '../../../../signer/enclave/api.ts';
import type { Hex } from '../../../../signer/formats/hex.ts';
import { requestId } from '../../../../signer/formats/wirePreimages.ts';
import { applyEvent, createLedger } from '../../../../signer/host/chain/view/ledger.ts';
import type { View } from '../../../../signer/host/chain/view/view.ts';
import { type Convener, createConvener } from '../../../../signer/host/convene/convener.ts';
import { isRetryable, type Retryable } from '../../../../signer/host/errors.ts';
import { EnclaveRefused, type Life } from '../../../../signer/host/life/life.ts';
import { decodeFrame } from '../../../../signer/host/mail/decode.ts';
import type { Letter, Message } from '../../../../signer/host/mail/messages.ts';
import { createMetrics } from '../../../../signer/host/metrics.ts';
import type { BlockRef, ChainEvent } from '../../../../signer/host/ports/chain.ts';
import type { Goal } from '../../../../signer/host/posting/goals/rules.ts';
import { createProblems } from '../../../../signer/host/problems.ts';
import { DEFAULT_TIMES } from '../../../../signer/host/settings.ts';
import { manualClock } from '../../support/clock.ts';
import { hash, word } from '../../support/fakeChain.ts';
import { EPOCH, KEY, REQUESTER, request } from '../../support/samples.ts';

export const member = (at: number): Hex => word(0xa1 + at);
const WHERE = { chainId: 31_337, signingRequests: `0x${'04'.repeat(20)}` } as const;
const blockOf = (number: number): BlockRef => ({
  ...{ number, hash: hash(`block ${number}`), parentHash: hash(`block ${number - 1}`), timestamp: 1_000 + 12 * number },
});

type Sign = { readonly session: Hex; readonly set: Params<'sign'>['set']; readonly ids: readonly Hex[] };
type Started = Sign & { readonly joined: Set<Hex>; over: boolean };
export type Seat = {
  readonly id: Hex;
  readonly convener: Convener;
  readonly sent: (readonly [to: Hex, message: Message])[];
  readonly asked: { name: string; params: unknown }[];
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly problems: ReturnType<typeof createProblems>;
  /** numbers of the checkpoints that the enclave has followed, newest first: it takes one of the first two */
  readonly followed: number[];
  /** the newest that its beacon node tells of; null follows the chain */
  told: number | null;
  /** heads that this host has seen so far; null follows the chain */
  sees: number | null;
  /** ids that this host's log has left out */
  readonly unseen: Set<Hex>;
  isServing: boolean;
  isUp: boolean;
  schemes: readonly number[];
  /** members that its enclave has OT set up with, and in which life of theirs */
  readonly pairs: Map<Hex, Hex>;
  /** what its enclave says to a request */
  refuses: (id: Hex) => RefusedRequest | null;
  /** what its enclave says to requests that it cannot read together */
  cannotRead: (ids: readonly Hex[]) => EnclaveRefused | null;
  /** what its enclave says to a call instead of doing it */
  readonly fails: Map<string, Retryable[]>;
  readonly pursued: Set<string>;
  /** mail that it does not send */
  drops: (to: Hex, message: Message) => boolean;
};

export type Options = {
  readonly size?: number;
  readonly threshold?: number;
  readonly keys?: readonly Hex[];
  readonly everyBlocks?: number;
  readonly concurrency?: number;
  /** ids are what requests hash to, not numbers that are easy to read */
  readonly areHashed?: boolean;
  /** of the keys */
  readonly scheme?: number;
};

const ECDSA = 3;
const FIRST_LIFE: Hex = `0x${'11'.repeat(16)}`;

export function sitting({
  size = 5,
  threshold = 3,
  keys = [KEY],
  everyBlocks = 1,
  areHashed = false,
  concurrency = 4,
  scheme = 1,
}: Options = {}) {
  const clock = manualClock();
  const members = Array.from({ length: size }, (_, at) => member(at));
  const events: { readonly block: number; readonly data: ChainEvent }[] = [];
  const seats = new Map<Hex, Seat>();
  const sessions = new Map<Hex, Started>();
  const requests = new Map<Hex, Request>();
  const fulfilled = new Set<Hex>();
  /** by counter: each is used once here */
  const idsOf = new Map<string, Hex>();
  const ends: {
    readonly session: Hex;
    readonly ids: readonly Hex[];
    readonly leader: Hex;
    readonly outcome: string;
  }[] = [];
  let height = 10;
  /** What a session of these comes to; a test replaces it. */
  const world = {
    latency: 20,
    mail: 5,
    /** milliseconds from a signature to its end on chain; null: never */
    fulfils: 200 as number | null,
    comesTo: (_: Sign): Extract<Event, { readonly event: 'fault' }> | null => null,
  };
  const fault = (session: Hex, code: string, blame: Partial<{ culprits: number[]; silent: number[] }> = {}) =>
    ({ event: 'fault', session, code, culprits: [], silent: [], disputes: [], detail: '', ...blame }) as const;

  const seat = (id: Hex): Seat => {
    const ledgers = { made: 0, ledger: createLedger([]) };
    const sees = () => it.sees ?? height;
    const view: View = {
      get ledger() {
        for (; (events[ledgers.made]?.block ?? Number.POSITIVE_INFINITY) <= sees(); ledgers.made += 1) {
          const event = events[ledgers.made]!;
          if (!('id' in event.data && it.unseen.has(event.data.id))) applyEvent(ledgers.ledger, event);
        }
        return ledgers.ledger;
      },
      get head() {
        return blockOf(sees());
      },
      isCaughtUp: true,
      observe: async () => {},
      checkpoint: () => {
        follow(); // as a host does for what waits
        const number = it.followed.find((one) => one <= sees());
        return number === undefined ? null : { ...blockOf(number), slot: number };
      },
      ...{ pin: async () => {}, unpin: () => {}, reach: async () => {} },
      final: async ({ number, hash }, patience) => {
        for (let waited = 0; number > sees() && waited < patience; waited += 50)
          await new Promise<void>((resolve) => clock.after(50, resolve));
        return number <= sees() && blockOf(number).hash === hash ? blockOf(number) : null;
      },
      asked: (id) => (it.unseen.has(id) ? null : (requests.get(id) ?? null)),
      timeNow: () => blockOf(sees()).timestamp,
    };
    const sign = (params: Params<'sign'>) => {
      const ids = params.requests.map(({ counter }) => idsOf.get(counter)!);
      const unread = it.cannotRead(ids);
      if (unread !== null) throw unread;
      const refused = ids.flatMap((one) => it.refuses(one) ?? []);
      if (refused.length > 0) return { refused };
      const { set, block } = params;
      const others = set.parties.map((party) => member(party - 1)).filter((other) => other !== id);
      if (scheme === ECDSA && others.some((other) => !it.pairs.has(other)))
        throw new EnclaveRefused('sign', { code: 'OT_SETUP_MISSING', detail: `${others}` });
      const session = hash(JSON.stringify([set, block, ids]));
      const started = sessions.get(session) ?? { session, set, ids, joined: new Set<Hex>(), over: false };
      sessions.set(session, started);
      started.joined.add(id);
      if (started.joined.size === set.parties.length) clock.after(world.latency, () => finish(started));
      return { session };
    };
    const setUpPair = ({ set, block }: Params<'setUpPair'>) => {
      const session = hash(JSON.stringify(['pair', set, block]));
      const started = sessions.get(session) ?? { session, set, ids: [], joined: new Set<Hex>(), over: false };
      sessions.set(session, started);
      started.joined.add(id);
      if (started.joined.size === set.parties.length) clock.after(world.latency, () => paired(started));
      return { session };
    };
    const abort = ({ session }: Params<'abort'>) => {
      const started = sessions.get(session);
      if (started === undefined || started.over || !started.joined.delete(id)) return {};
      const silent = started.set.parties.filter(
        (party) => !started.joined.has(member(party - 1)) && member(party - 1) !== id,
      );
      clock.after(0, () => it.convener.heard(fault(session, 'silent', { silent })));
      return {};
    };
    const take = (number: number) => {
      if (number > (it.followed[0] ?? -1)) it.followed.unshift(number);
    };
    /** To what its beacon node tells, which is never ahead of what it sees. */
    const follow = () => take(Math.min(it.told ?? height, sees() - (sees() % everyBlocks)));
    const life: Life = {
      get self() {
        return it.isUp ? { id, status: { schemes: it.schemes } as unknown as Status } : null;
      },
      get isServing() {
        return it.isServing && it.isUp;
      },
      get slot() {
        return it.followed[0] ?? 0;
      },
      get proof() {
        return it.followed[0] === undefined ? null : word(it.followed[0]);
      },
      follow: async () => follow(),
      refresh: async () => follow(),
      believe: async (update) => {
        const failure = it.fails.get('believe')?.shift();
        if (failure !== undefined) throw failure;
        const number = Number(update);
        if (number > height) throw new EnclaveRefused('follow', { code: 'UPDATE_REJECTED', detail: `${number}` });
        take(number);
      },
      isAwaiting: false,
      get earliest() {
        return 0;
      },
      tend: async () => {},
      listen: () => {},
      stop: async () => {},
      ask: async (name, params) => {
        it.asked.push({ name, params });
        const failure = it.fails.get(name)?.shift();
        if (failure !== undefined) throw failure;
        if (name === 'sign') return sign(params as Params<'sign'>) as never;
        if (name === 'setUpPair') return setUpPair(params as Params<'setUpPair'>) as never;
        if (name === 'status')
          return { pairs: [...it.pairs].map(([peer, nonce]) => ({ member: peer, nonce })) } as never;
        if (name === 'abort') return abort(params as Params<'abort'>) as never;
        return { session: hash(name) } as never;
      },
      prove: async ({ number }) => {
        const kept = it.followed.slice(0, 2);
        if (!kept.includes(number))
          throw new EnclaveRefused('prove', { code: 'BLOCK_NOT_FINAL', detail: `${number} is not of ${kept}` });
      },
    };
    const mail = {
      send: (to: Hex, message: Message) => {
        it.sent.push([to, message]);
        if (it.drops(to, message)) return;
        const frame = JSON.stringify({ from: id, to, life: `0x${'00'.repeat(16)}`, number: 1, message });
        clock.after(world.mail, () => seats.get(to)?.convener.hear(id, (decodeFrame(frame) as Letter).message));
      },
    };
    const [metrics, problems] = [createMetrics(), createProblems()];
    const isPursued = (goal: Goal) => goal.kind === 'fulfil' && it.pursued.has(goal.request);
    const spawn = (_: string, work: Promise<void>) =>
      void work.catch((error: unknown) => (isRetryable(error) ? undefined : Promise.reject(error)));
    const settings = { times: { ...DEFAULT_TIMES, session: 8_000, post: 3_000, invite: 1_000 }, concurrency };
    const ports = {
      clock,
      metrics,
      log: () => {},
      peers: { isConnected: (peer: Hex) => seats.get(peer)?.isUp ?? true },
    };
    const it: Seat = {
      ...{
        id,
        sent: [],
        asked: [],
        metrics,
        problems,
        followed: [],
        told: null,
        sees: null,
        unseen: new Set(),
        isServing: true,
        isUp: true,
      },
      ...{ schemes: [1, 2, ECDSA], pairs: new Map(), refuses: () => null, cannotRead: () => null, fails: new Map() },
      ...{ pursued: new Set(), drops: () => false },
      convener: createConvener(ports, view, life, mail, { isPursued }, problems, spawn, WHERE, settings),
    };
    return it;
  };

  const paired = (started: Started) => {
    if (started.over) return;
    started.over = true;
    const [one, other] = [...started.joined].map((id) => seats.get(id)!) as [Seat, Seat];
    for (const [seat, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      seat.pairs.set(peer.id, FIRST_LIFE);
      seat.convener.heard({ event: 'paired', session: started.session, member: peer.id, nonce: FIRST_LIFE });
    }
  };

  const finish = (started: Started) => {
    const { session, set, ids } = started;
    if (started.over || started.joined.size < set.parties.length) return;
    started.over = true;
    const failed = world.comesTo(started);
    ends.push({ session, ids, leader: set.leader, outcome: failed?.code ?? 'done' });
    for (const id of started.joined) {
      const { convener, pursued, isUp } = seats.get(id)!;
      if (!isUp) continue;
      if (failed !== null) convener.heard(failed);
      for (const requestId of failed === null ? ids : []) {
        pursued.add(requestId);
        convener.heard({ event: 'signature', session, requestId, signatures: ['0x'] });
      }
    }
    if (failed !== null || world.fulfils === null) return;
    clock.after(world.fulfils, () => see(...ids.map((id) => ({ event: 'SignatureFulfilled', id }) as const)));
  };

  /** Mines a block with these events. */
  const see = (...data: ChainEvent[]) => {
    height += 1;
    for (const one of data) {
      events.push({ block: height, data: one });
      if (one.event === 'SignatureFulfilled') fulfilled.add(one.id);
    }
  };
  /** Asks for these and makes them READY. */
  const ask = (
    ids: readonly number[],
    { key = KEY, requester = REQUESTER, messages = 1, replaces = word(0), made = (_: Hex): unknown => null } = {},
  ): readonly Hex[] => {
    const asked = ids.map((number) => {
      const digests = Array.from({ length: messages }, (_, at) => word(0xd1 + at));
      const asked = { ...request, keyId: key, requester: requester as Hex, counter: String(number), digests, replaces };
      const id = areHashed ? requestId(WHERE.chainId, WHERE.signingRequests, asked) : word(number);
      idsOf.set(asked.counter, id);
      requests.set(id, asked);
      made(id);
      return { event: 'SignatureRequested', id, epoch: EPOCH, readyAt: 0, request: asked } as const;
    });
    see(...asked, ...asked.map(({ id }) => ({ event: 'RequestReady', id }) as const));
    return asked.map(({ id }) => id);
  };
  /** Lets time pass, with a tick of every host in each step. */
  const run = async (milliseconds: number, step = 50) => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      for (const { convener, isUp } of seats.values()) if (isUp) convener.convene();
      await clock.advance(Math.min(step, milliseconds - passed));
    }
  };
  const isFulfilled = (id: Hex) => fulfilled.has(id);

  members.forEach((id, at) => {
    see(
      {
        ...{
          event: 'EnclaveRegistered',
          id,
          operator: `0x${(16 + at).toString(16).repeat(20)}`,
          epoch: 1,
          tlsKey: word(7),
        },
        ...{
          identity: `0x${(32 + at).toString(16).repeat(20)}`,
          endpoint: 'wss://it:1',
          region: word(at),
          measurement: word(0x99),
        },
      },
      { event: 'BootRecorded', id, counter: '1', nonce: FIRST_LIFE },
      { event: 'EnclaveAttested', id, validUntil: 5_000_000 },
    );
    seats.set(id, seat(id));
  });
  for (const keyId of keys)
    see(
      { event: 'KeyCreated', keyId, scheme },
      { event: 'AttemptOpened', keyId, attempt: 1, epoch: 1, threshold, members, deadline: 5_000 },
      { event: 'KeyActivated', keyId, epoch: 1, publicKey: { prefix: 2, x: word(0x77) } },
    );
  return {
    clock,
    world,
    members,
    seats,
    sessions,
    ends,
    see,
    ask,
    run,
    fault,
    isFulfilled,
    requests,
    height: () => height,
  };
}
