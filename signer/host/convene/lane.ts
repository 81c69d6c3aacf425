/** One key's sessions as this host knows them: what waits, who leads, who is left out, and how long things take. */

import { mostMessages, type SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import type { RefusedHere } from '../mail/messages.ts';
import { Blame } from './blame.ts';
import { backOff, Durations } from './durations.ts';
import { blamedIn, type Led } from './lead.ts';
import { leaderOrder } from './order.ts';
import { Queue } from './queue.ts';
import type { Ended } from './sessions.ts';
import { Suspicion } from './suspicion.ts';
import { disputesOf, membersOf, runLimit, type Task } from './task.ts';

/** The block was not the right one, or came before two members had set OT up, for nobody's fault: another will be. */
const REPIN: readonly string[] = [
  ...['BLOCK_NOT_FINAL', 'BLOCK_UNKNOWN', 'NOT_FINAL', 'PERIOD_MISSING', 'CHAIN_MOVED'],
  ...['PERIOD_UNKNOWN', 'OT_SETUP_MISSING'],
];
/** Declines in a row that cost their member nothing. */
const PATIENT = 3;
const FIRST_PAUSE = 1_000;
const MOST_PAUSE = 60_000;
/** What the chain has overtaken, or an OT set-up that has ended, says nothing about who took part, nor about what was asked. */
const PASSING: readonly string[] = ['overtaken', 'setup-differs', 'setup-wiped'];

type MeasurementOf = (member: Hex) => Hex | undefined;

export class Lane {
  readonly queue = new Queue();
  readonly blame = new Blame();
  readonly suspicion = new Suspicion();
  readonly durations = new Durations();
  task: Task;
  isRunning = false;
  /** Clock time before which this host leads nothing more. */
  notBefore = 0;
  /** Time in milliseconds that this host's runs took, those too that came to no session: others wait for their end. */
  spent = 0;
  #run = 0;
  /** Runs in this series that failed. */
  #failures = 0;
  #declines = 0;
  #term = -1;
  #order: readonly Hex[] = [];
  /** Leaders that left something out in this term: others go before them. */
  readonly #slack = new Set<Hex>();
  /** Leaders whose session came to nothing: what they have in another one is not waited for. */
  readonly #vain = new Set<Hex>();
  /** Clock time from which the next leader is waited for. */
  #since = 0;

  constructor(task: Task) {
    this.task = task;
  }

  /** What is open is another thing from now on when the key's members are others. */
  follow(task: Task, term: number): void {
    if (term !== this.#term || task.key.members !== this.task.key.members) {
      this.#term = term;
      this.#order = leaderOrder(task.key.id, term, task.key.members);
      this.#slack.clear();
      this.#vain.clear();
    }
    this.task = task;
    const scheme = named(SCHEME_NUMBERS, task.key.scheme);
    this.queue.mostMessages = scheme === undefined ? 1 : mostMessages(scheme, task.committee.threshold);
  }

  /** Who goes before this host: whoever cannot be reached, or has left something out, does not. */
  before(self: Hex, isConnected: (member: Hex) => boolean): readonly Hex[] {
    return this.#order.slice(0, this.#order.indexOf(self)).filter((id) => !this.#slack.has(id) && isConnected(id));
  }

  isVain(leader: Hex): boolean {
    return this.#vain.has(leader);
  }

  /** True if something has waited for its leader too long: then the next one is waited for, from now on. */
  passesOver(leader: Hex, now: number, patience: number, queue: (since: number) => boolean): boolean {
    if (now - this.#since < patience || !queue(this.#since)) return false;
    this.#slack.add(leader);
    this.#since = now;
    return true;
  }

  nextRun(): number {
    this.#run += 1;
    return this.#run;
  }

  /** What a session that another led says about its members and its requests. */
  learn(leader: Hex, self: Hex, requests: readonly Hex[], ended: Ended, now: number): void {
    if (ended.outcome.result === 'done' || ended.outcome.result === 'enclave-down') return;
    this.#vain.add(leader);
    if (isCut(ended)) this.durations.cut();
    const blamed = blamedIn(this.task, ended, self);
    if (ended.outcome.result === 'aborted' || blamed.includes(leader)) this.#slack.add(leader);
    this.#judge(requests, ended, blamed, now);
  }

  /** What this host's own run says. */
  conclude(self: Hex, led: Led, now: number, patience: number, measurementOf: MeasurementOf): void {
    this.#refuse(self, led.own, now, measurementOf);
    this.blame.doubt(led.early, now);
    switch (led.result) {
      case 'refused':
        return;
      case 'too-few':
        if (led.failed.length === 0) this.blame.forgetDisputes();
        this.blame.fail(led.failed, now);
        this.#failed(now, patience);
        return;
      case 'declined':
        if (led.decline.code === 'OT_SETUP_MISSING') this.suspicion.failed(this.#others(self, led.set));
        this.#declined(led, now, patience, measurementOf);
        return;
      case 'ended':
        this.#ended(self, led, now, patience);
        return;
    }
  }

  /** A failure of this host's own: the chain, or its enclave. */
  stumbled(code: string, now: number, patience: number): void {
    if (this.#isOnlyBlock(code)) return;
    this.#failed(now, patience);
    this.notBefore = Math.max(this.notBefore, now + backOff(this.#failures, FIRST_PAUSE, MOST_PAUSE));
  }

  /** At once again, at another block: a few times. */
  #isOnlyBlock(code: string): boolean {
    this.#declines += 1;
    return this.#declines <= PATIENT && REPIN.includes(code);
  }

  #ended(self: Hex, led: Extract<Led, { result: 'ended' }>, now: number, patience: number): void {
    const { ended, requests, set, took } = led;
    if (ended.outcome.result === 'done') {
      this.blame.succeed(membersOf(this.task, set));
      this.suspicion.succeeded(this.#others(self, set));
      this.durations.add(took);
      this.#failures = 0;
      this.#declines = 0;
      return;
    }
    const blamed = blamedIn(this.task, ended, self);
    if (isSuspicious(ended)) this.suspicion.failed(this.#others(self, set));
    this.#judge(requests, ended, blamed, now);
    const isSomebodys = blamed.length > 0 || disputesOf(this.task, ended.outcome).length > 0;
    if (isSomebodys || ended.outcome.result !== 'fault') this.#failed(now, patience);
  }

  /** Culprits, the silent and those that quarrel change the set; where there are none, the requests are looked at. */
  #judge(requests: readonly Hex[], { outcome, signed }: Ended, blamed: readonly Hex[], now: number): void {
    if (outcome.result !== 'fault') return;
    const disputes = disputesOf(this.task, outcome);
    this.blame.fail(blamed, now);
    this.blame.dispute(disputes);
    const left = requests.filter((id) => !signed.includes(id));
    if (PASSING.includes(outcome.code)) this.queue.pause(left, now);
    else if (outcome.blamed.length === 0 && disputes.length === 0) this.queue.halve(left, now);
  }

  #declined(
    { member, decline }: Extract<Led, { result: 'declined' }>,
    now: number,
    patience: number,
    measurementOf: MeasurementOf,
  ): void {
    const { code, refused } = decline;
    this.#refuse(member, refused, now, measurementOf);
    if (this.#isOnlyBlock(code) || (this.#declines <= PATIENT && refused.length > 0)) return;
    this.blame.fail([member], now);
    this.#failed(now, patience);
  }

  #others(self: Hex, set: SigningSet): readonly Hex[] {
    return membersOf(this.task, set).filter((id) => id !== self);
  }

  #refuse(member: Hex, refused: readonly RefusedHere[], now: number, measurementOf: MeasurementOf): void {
    const measurement = measurementOf(member) ?? member;
    for (const { request, kind } of refused) this.queue.refuse(request, member, measurement, kind, now);
  }

  /** After n - t + 1 runs that failed the others get their turn. */
  #failed(now: number, patience: number): void {
    this.#failures += 1;
    if (this.#failures < runLimit(this.task)) return;
    this.#failures = 0;
    this.notBefore = now + this.task.key.members.length * patience;
  }
}

/** Somebody's doing, whoever is named: only what the chain or this host has ended is nobody's. */
function isSuspicious({ outcome }: Ended): boolean {
  return outcome.result === 'aborted' || (outcome.result === 'fault' && outcome.code !== 'overtaken');
}

/** It took too long: the enclave named who was silent, or nobody. */
function isCut({ outcome }: Ended): boolean {
  return outcome.result === 'aborted' || (outcome.result === 'fault' && outcome.code === 'silent');
}
