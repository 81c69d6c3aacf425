/**
 * One run of hosts that all hold back: they show their enclaves nothing newer than a block at which a request may be signed, while what
 * follows forbids it (a row is raised, the key or the network paused). They begin to sign early or late, as the seed draws.
 */

import type { Hex } from '../../signer/formats/hex.ts';
import { CALM } from './faults.ts';
import { type Asked, FORBIDDINGS, type Forbidding, Governance, STATE } from './governance.ts';
import { type Random, seeded } from './random.ts';
import type { Setting } from './setting.ts';
import type { Troubles } from './troubles.ts';
import { type Plot, play, type Run } from './world.ts';

export type HeldBack = Run & {
  readonly forbidding: Forbidding;
  /** Virtual milliseconds: when it was forbidden, from when on a pause was over, and how much later the hosts could sign again. */
  readonly forbiddenAt: number;
  readonly allowedAt: number;
  readonly waited: number;
  /** What was forbidden; what was asked before, and after it was over. */
  readonly forbidden: Asked | null;
  readonly allowed: readonly Asked[];
  readonly states: Readonly<Record<string, number>>;
};

/** Seconds; a beat of a run comes final within a quarter of it. */
export const BEAT_BOUND = 120;
const BOUND = BEAT_BOUND * 1_000;
/** Virtual milliseconds after the bound for which they go on holding back. */
const AFTER = 60_000;

export async function runHeldBack(setting: Setting, seed: string): Promise<HeldBack> {
  const random = seeded(seed);
  const faults = { ...CALM, delay: { min: 1, max: 2 + random.below(300) }, finalityLag: random.below(3) };
  const story = new HeldBackStory(setting, random.fork('story'), faults.finalityLag);
  const run = await play(setting, random, faults, story);
  const { forbidding, forbiddenAt, allowedAt, waited, forbidden, allowed, states } = story;
  return { ...run, forbidding, forbiddenAt, allowedAt, waited, forbidden, allowed, states };
}

class HeldBackStory implements Plot {
  readonly #setting: Setting;
  readonly #governance: Governance;
  readonly #lag: number;
  /** All hosts, or as many as sign. */
  readonly #holding: number;
  readonly forbidding: Forbidding;
  readonly waited: number;
  #next: (now: number, troubles: Troubles) => Promise<void> = () => this.#promote();
  #keyId: Hex = '0x';
  #askedIn = 0;
  #isOver = false;
  forbiddenAt = 0;
  allowedAt = Number.POSITIVE_INFINITY;
  forbidden: Asked | null = null;
  allowed: readonly Asked[] = [];

  constructor(setting: Setting, random: Random, lag: number) {
    this.#setting = setting;
    this.#governance = new Governance(setting, random);
    this.#lag = lag;
    this.#holding = 2 + random.below(2);
    this.forbidding = FORBIDDINGS[random.below(FORBIDDINGS.length)] as Forbidding;
    this.waited = random.below(2 * BOUND);
  }

  get states(): Readonly<Record<string, number>> {
    return this.#governance.states;
  }

  isOver(): boolean {
    return this.#isOver;
  }

  step(now: number, troubles: Troubles): Promise<void> {
    return this.#next(now, troubles);
  }

  async #promote(): Promise<void> {
    if (!(await this.#governance.promote())) return;
    await this.#governance.setBeatBound(BEAT_BOUND);
    this.#next = () => this.#createKey();
  }

  async #createKey(): Promise<void> {
    const keyId = await this.#governance.createKey([{ requester: this.#setting.requesters.swift, delay: 0 }]);
    if (keyId === null) return;
    this.#keyId = keyId;
    this.#next = () => this.#askFirst();
  }

  async #askFirst(): Promise<void> {
    const asked = await this.#ask();
    if (asked === null) return;
    this.allowed = [asked];
    this.#next = (_, troubles) => this.#askWhatIsForbidden(troubles);
  }

  /** Nobody signs it yet: hosts do not hear of each other. */
  async #askWhatIsForbidden(troubles: Troubles): Promise<void> {
    if (!(await this.#isFulfilled())) return;
    troubles.silence(true);
    this.forbidden = await this.#ask();
    this.#askedIn = Number((await this.#block('latest')).number);
    this.#next = (now) => this.#settle(now);
  }

  /** A moment, in which every host shows its enclave that it may be signed. */
  async #settle(now: number): Promise<void> {
    const { number } = (await this.#setting.chain.finalised(this.#lag)) as { readonly number: string };
    if (Number(number) < this.#askedIn) return;
    const until = now + 20_000;
    this.#next = async (later, troubles) => {
      if (later >= until) await this.#forbid(later, troubles);
    };
  }

  async #forbid(now: number, troubles: Troubles): Promise<void> {
    await troubles.hold(troubles.first(this.#holding));
    await this.#governance.forbid(this.forbidding, this.#keyId, this.#setting.requesters.swift);
    this.forbiddenAt = now;
    this.#next = async (later) => {
      if (later >= now + this.waited) troubles.silence(false);
      if (later < now + 2 * BOUND + AFTER) return;
      troubles.release();
      await this.#governance.allow(this.forbidding, this.#keyId);
      if (this.forbidding !== 'raise') this.allowedAt = later;
      this.#next = () => this.#askLast();
    };
  }

  async #askLast(): Promise<void> {
    const asked = await this.#ask();
    if (asked === null) return;
    this.allowed = [...this.allowed, asked];
    this.#next = async () => {
      this.#isOver = await this.#isFulfilled();
    };
  }

  async #ask(): Promise<Asked | null> {
    const key = await this.#governance.activeKey(this.#keyId);
    return key && this.#governance.ask(key, this.#setting.requesters.swift);
  }

  async #isFulfilled(): Promise<boolean> {
    await this.#governance.look([...this.allowed, ...(this.forbidden === null ? [] : [this.forbidden])]);
    return this.allowed.every(({ id }) => this.states[id] === STATE.fulfilled);
  }

  #block(tag: string): Promise<{ readonly number: string }> {
    return this.#setting.chain.request('eth_getBlockByNumber', [tag, false]);
  }
}
