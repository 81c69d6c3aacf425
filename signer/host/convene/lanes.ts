/** Which keys this host leads now: in its turn, with patience, keys by the enclave time that they have had. */

import type { SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import { pausedUntil, serves } from '../chain/view/ledger.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable, type Retryable } from '../errors.ts';
import { EnclaveRefused, type Life, type Self } from '../life/life.ts';
import type { Log } from '../log.ts';
import type { RefusedHere } from '../mail/messages.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import type { Goal } from '../posting/goals/rules.ts';
import type { Poster } from '../posting/poster.ts';
import type { Problems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import type { Spawn } from '../work.ts';
import { codeOf, type Memory } from './join.ts';
import { Lane } from './lane.ts';
import type { Leading, Run } from './lead.ts';
import { leaderOrder, termOf } from './order.ts';
import type { Pairing } from './pairing.ts';
import type { Asked } from './parts.ts';
import type { Item } from './queue.ts';
import { Schemes } from './schemes.ts';
import type { Ended, Sessions } from './sessions.ts';
import { openOf, partyOf, type Task, taskOf } from './task.ts';

type LanePorts = {
  readonly clock: Clock;
  readonly peers: Pick<Peers, 'isConnected'>;
  readonly log: Log;
  readonly metrics: Metrics;
};
type Bounds = Pick<Settings, 'times' | 'concurrency'>;

/** Without news the ledger is compared with the lanes again after so many milliseconds. */
const SYNC_EVERY = 1_000;
/** What is overdue is looked for so often. */
const LOOK_EVERY = 100;
/** A leader's word that something is signed holds back this host for no longer, whatever finality takes. */
const MOST_CLAIM = 1_800_000;
/** A session that another leads may take so much longer than one's own: its leader says when it has ended. */
const MEMBERS_PATIENCE = 1.5;

export class Lanes implements Memory {
  readonly #ports: LanePorts;
  readonly #view: View;
  readonly #life: Life;
  readonly #poster: Pick<Poster, 'isPursued'>;
  readonly #schemes: Schemes;
  readonly #spawn: Spawn;
  readonly #bounds: Bounds;
  readonly #sessions: Sessions;
  readonly #leading: Leading;
  readonly #pairing: Pick<Pairing, 'isReady' | 'doubt'>;
  readonly #lanes = new Map<Hex, Lane>();
  #synced: { readonly ledger: View['ledger']; readonly blocks: string; readonly at: number } | null = null;
  #lookedAt = 0;
  #isStopping = false;

  constructor(
    ports: LanePorts,
    view: View,
    life: Life,
    poster: Pick<Poster, 'isPursued'>,
    problems: Problems,
    spawn: Spawn,
    bounds: Bounds,
    sessions: Sessions,
    leading: Leading,
    pairing: Pick<Pairing, 'isReady' | 'doubt'>,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#life = life;
    this.#poster = poster;
    this.#schemes = new Schemes(problems, ports.log);
    this.#spawn = spawn;
    this.#bounds = bounds;
    this.#sessions = sessions;
    this.#leading = leading;
    this.#pairing = pairing;
  }

  /** Starts a run for every key whose turn it is, as many at once as there may be. */
  work(): void {
    const { self } = this.#life;
    if (this.#isStopping || self === null || !this.#life.isServing || !this.#view.isCaughtUp) return;
    this.#sync(self);
    this.#passOver(self);
    const inTurn = [...this.#lanes.values()].filter((lane) => this.#isTurn(lane, self));
    for (const lane of inTurn.toSorted((a, b) => a.spent - b.spent)) {
      const running = [...this.#lanes.values()].filter(({ isRunning }) => isRunning).length;
      if (running >= this.#bounds.concurrency) return;
      const items = lane.queue.next(this.#now(), this.#isFree(lane, self));
      if (items.length > 0) this.#start(lane, self, items);
    }
  }

  /** No run starts any more. */
  stop(): void {
    this.#isStopping = true;
  }

  /** In milliseconds, for a session of this key that another leads. */
  patience(key: Hex): number {
    const lane = this.#lanes.get(key);
    return MEMBERS_PATIENCE * (lane === undefined ? this.#bounds.times.session : this.#timeOut(lane));
  }

  /** How a session went that another led. */
  learn(task: Task, set: SigningSet, requests: readonly Hex[], ended: Ended): void {
    const { self } = this.#life;
    const lane = this.#lanes.get(task.key.id);
    if (lane !== undefined && self !== null) lane.learn(set.leader, self.id, requests, ended, this.#now());
  }

  /** This enclave has a signature, which somebody is to post. */
  signed(id: Hex): void {
    for (const { queue } of this.#lanes.values())
      queue.signed(id, this.#now(), this.#now() + this.#bounds.times.resend);
  }

  /**
   * A leader that this host waits for says that these are signed: so it waits until they may be final on the chain. Nobody else's word
   * counts, nobody's twice, and that of nobody who said so in vain.
   */
  claimed(from: Hex, key: Hex, ids: readonly Hex[]): void {
    const { self } = this.#life;
    const lane = this.#lanes.get(key);
    if (lane === undefined || self === null || !lane.before(self.id, this.#isConnected).includes(from)) return;
    const lag = lane.queue.lags.median() ?? 0;
    const until = this.#now() + Math.min(MOST_CLAIM, Math.max(this.#bounds.times.post, 2 * lag));
    for (const id of ids) lane.queue.claim(id, from, this.#now(), until);
  }

  /** This enclave's own no. */
  refused(refused: readonly RefusedHere[]): void {
    const { self } = this.#life;
    if (self === null) return;
    const measurement = this.#measurementOf(self.id) ?? self.id;
    for (const { queue } of this.#lanes.values())
      for (const { request, kind } of refused) queue.refuse(request, self.id, measurement, kind, this.#now());
  }

  /** Those of which this enclave has said that it will not sign them, as it is. */
  refusedHere(key: Hex, ids: readonly Hex[]): readonly RefusedHere[] {
    const { self } = this.#life;
    const queue = this.#lanes.get(key)?.queue;
    return ids.flatMap((request) => {
      const item = queue?.find(request);
      const kind = self === null ? undefined : item?.refusals.get(self.id)?.kind;
      if (item === undefined || self === null || kind === undefined || kind === 'passing') return [];
      const stands = queue?.avoided(item, this.#now(), this.#measurementOf).has(self.id) ?? false;
      return stands ? [{ request, kind, code: 'REFUSED_BEFORE' }] : [];
    });
  }

  /** Only when something may have changed: it walks through all that is READY. */
  #sync(self: Self): void {
    const { ledger, head } = this.#view;
    const now = this.#now();
    const last = this.#synced;
    const blocks = `${head?.hash} ${this.#view.checkpoint()?.hash}`;
    if (last?.ledger === ledger && last.blocks === blocks && now - last.at < SYNC_EVERY) return;
    this.#synced = { ledger, blocks, at: now };
    for (const key of ledger.keys.values()) this.#follow(key, self, now);
    for (const [id, lane] of this.#lanes) if (!ledger.keys.has(id) && !lane.isRunning) this.#lanes.delete(id);
  }

  #follow(key: KeyRecord, self: Self, now: number): void {
    const { ledger, head } = this.#view;
    const task = taskOf(ledger, key.id);
    const isOurs = task !== null && partyOf(task, self.id) > 0 && this.#schemes.supports(key, self.status.schemes);
    if (!isOurs) {
      this.#lanes.get(key.id)?.queue.sync([], now, () => false);
      return;
    }
    const lane = this.#lanes.get(key.id) ?? new Lane(task);
    this.#lanes.set(key.id, lane);
    lane.follow(task, termOf(head?.number ?? 0));
    if (lane.queue.size === 0) lane.spent = Math.max(lane.spent, this.#leastSpent());
    lane.queue.sync(openOf(ledger, task, this.#view.checkpoint()?.number ?? -1), now, (id) =>
      this.#poster.isPursued(goalOf(task, id)),
    );
  }

  /** Whoever had nothing to do has saved nothing up: it starts where the one is that has had least. */
  #leastSpent(): number {
    const busy = [...this.#lanes.values()].filter(({ queue }) => queue.size > 0);
    return busy.reduce((least, { spent }) => Math.min(least, spent), busy[0]?.spent ?? 0);
  }

  #passOver(self: Self): void {
    const now = this.#now();
    if (now - this.#lookedAt < LOOK_EVERY) return;
    this.#lookedAt = now;
    for (const lane of this.#lanes.values()) {
      const [leader] = lane.before(self.id, this.#isConnected);
      if (leader === undefined || lane.queue.size === 0 || this.#isPaused(lane)) continue;
      const [patience, isFree, isHeld] = [this.#timeOut(lane), this.#isFree(lane, self), this.#isHeld(lane)];
      const isOverdue = (since: number) => lane.queue.isOverdue(now, since, patience, isFree, isHeld);
      if (!lane.passesOver(leader, now, patience, isOverdue)) continue;
      this.#ports.metrics.add('quorate_requests_left_out_total', { leader });
      this.#ports.log('warn', 'a leader left something out', { key: lane.task.key.id, leader });
    }
  }

  #isTurn(lane: Lane, self: Self): boolean {
    if (lane.isRunning || lane.queue.size === 0 || lane.notBefore > this.#now() || this.#isPaused(lane)) return false;
    return lane.before(self.id, this.#isConnected).length === 0 && this.#hasSigners(lane, self);
  }

  /** Enough members that this enclave could sign with now: what it takes of them beside their answer is set up. */
  #hasSigners({ task: { key, committee } }: Lane, self: Self): boolean {
    const ready = key.members.filter((id) => id !== self.id && this.#pairing.isReady(key, id));
    return ready.length >= committee.threshold - 1;
  }

  /** Enclaves compare with the finalised block that they are shown. */
  #isPaused({ task }: Lane): boolean {
    const { ledger, head } = this.#view;
    return task.kind === 'signing' && pausedUntil(ledger, task.key.id) > (head?.timestamp ?? 0);
  }

  /** Somebody works at it: a session of a leader that has got somewhere so far. */
  #isHeld(lane: Lane): (item: Item) => boolean {
    const live = this.#sessions.live().filter(({ key, set }) => key === lane.task.key.id && set !== null);
    const held = new Set(
      live.filter(({ set }) => set !== null && !lane.isVain(set.leader)).flatMap((one) => one.wanted),
    );
    return ({ id }) => held.has(id);
  }

  #isFree(lane: Lane, self: Self): (item: Item) => boolean {
    const { task, queue } = lane;
    const now = this.#now();
    const isHeld = this.#isHeld(lane);
    const margin = Math.max(this.#bounds.times.marginSeconds, this.#view.ledger.network.margin);
    const latest = this.#view.timeNow() + margin;
    return (item) => {
      if (item.deadline < latest || isHeld(item)) return false;
      if (item.refusals.size > 0) {
        const avoided = queue.avoided(item, now, this.#measurementOf);
        const { members, threshold } = task.committee;
        if (avoided.has(self.id) || members.length - avoided.size < threshold) return false;
      }
      if (!this.#poster.isPursued(goalOf(task, item.id))) return true;
      queue.park(item.id, now, now + this.#bounds.times.resend);
      return false;
    };
  }

  #start(lane: Lane, self: Self, items: readonly Item[]): void {
    lane.isRunning = true;
    this.#spawn('lead', this.#lead(lane, self, items));
  }

  /** A retryable failure is a run that failed through nobody's fault. */
  async #lead(lane: Lane, self: Self, items: readonly Item[]): Promise<void> {
    const { log } = this.#ports;
    const key = lane.task.key.id;
    const run = this.#runOf(lane, self, items);
    const startedAt = this.#now();
    try {
      const led = await this.#leading.lead(self, run);
      lane.queue.charge(items, led.took);
      lane.conclude(self.id, led, this.#now(), this.#timeOut(lane), this.#measurementOf);
      const outcome = led.result === 'ended' ? led.ended.outcome.result : led.result;
      const level = outcome === 'done' ? 'info' : 'warn';
      log(level, 'led a session', { key, run: run.run, requests: items.length, outcome, took: led.took });
    } catch (error) {
      if (!isRetryable(error)) throw error;
      log('warn', 'led no session', { key, run: run.run, code: error.code, reason: describe(error) });
      if (isUnread(error))
        lane.queue.halve(
          items.map(({ id }) => id),
          this.#now(),
        );
      else lane.stumbled(codeOf(error), this.#now(), this.#timeOut(lane));
      if (codeOf(error) === 'OT_SETUP_MISSING') this.#pairing.doubt();
    } finally {
      lane.isRunning = false;
      lane.spent += this.#now() - startedAt;
    }
    this.work();
  }

  #runOf(lane: Lane, self: Self, items: readonly Item[]): Run {
    const { task, queue, blame, suspicion } = lane;
    const run = lane.nextRun();
    const needed = task.committee.threshold - 1;
    const { ledger, head } = this.#view;
    const now = this.#now();
    const avoided = new Set(items.flatMap((item) => [...queue.avoided(item, now, this.#measurementOf)]));
    const able = task.key.members.filter(
      (id) =>
        id !== self.id &&
        !avoided.has(id) &&
        this.#pairing.isReady(task.key, id) &&
        serves(ledger, id, head?.timestamp ?? 0),
    );
    const left = blame.among(able, needed, now);
    return {
      ...{ task, run, requests: this.#requestsOf(task, items), disputes: blame.disputes },
      candidates: suspicion.among(left, needed, blame.disputes, leaderOrder(task.key.id, run, left)),
      patience: { toStart: this.#bounds.times.invite, toEnd: this.#timeOut(lane) },
    };
  }

  #requestsOf(task: Task, items: readonly Item[]): readonly Asked[] {
    if (task.kind === 'activation') return [];
    return items.flatMap(({ id }) => {
      const request = this.#view.ledger.requests.get(id)?.request ?? null;
      return request === null ? [] : [{ id, request }];
    });
  }

  readonly #measurementOf = (member: Hex): Hex | undefined => this.#view.ledger.enclaves.get(member)?.measurement;
  readonly #isConnected = (member: Hex): boolean => this.#ports.peers.isConnected(member);

  #timeOut(lane: Lane): number {
    return lane.durations.timeOut(this.#bounds.times.session);
  }

  #now(): number {
    return this.#ports.clock.now();
  }
}

/** What is wanted of the chain once it is signed; which signature, is all the same. */
function goalOf({ kind, key }: Task, id: Hex): Goal {
  return kind === 'signing'
    ? { kind: 'fulfil', request: id, signatures: [] }
    : { kind: 'activate', keyId: key.id, attempt: key.attempt, signature: '0x' };
}

/** What was asked cannot be read, or not together: of which request that is, the enclave does not say. */
function isUnread(error: Retryable): boolean {
  if (!(error instanceof EnclaveRefused)) return false;
  const { call, refusal } = error;
  return refusal.code === 'FRAME_TOO_LARGE' || (call === 'sign' && refusal.code === 'CALL_MALFORMED');
}
