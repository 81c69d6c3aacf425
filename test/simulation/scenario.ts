/**
 * One run: three operators register, make a key of BIP-340 or ECDSA and one of Ed25519, and are asked for signatures, while everything goes
 * wrong that the seed draws. Two requests of the one and one of the other must be fulfilled, one of them READY in the transaction that asks
 * for it; one that lies about its effects must end REFUSED; a cancelled one, one whose row is raised while it waits, and one whose block a
 * reorganisation takes away, must never be signed.
 */

import type { Hex } from '../../signer/formats/hex.ts';
import type { Scheme } from '../../signer/formats/schemes.ts';
import { drawFaults, type Faults } from './faults.ts';
import { type Asked, Governance, STATE } from './governance.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';
import type { Setting } from './setting.ts';
import type { Troubles } from './troubles.ts';
import { type Plot, play, type Run } from './world.ts';

export type Outcome = Run & {
  readonly requests: Requests | null;
  /** State of each request at the end, as the chain has it. */
  readonly states: Readonly<Record<string, number>>;
  readonly attempts: number;
  /** Virtual milliseconds from the last that was asked to the end of all. */
  readonly waited: number;
};
export type Requests = {
  readonly mustSign: readonly Asked[];
  readonly mustNotSign: Readonly<Record<'cancelled' | 'lying' | 'overtaken', Asked>>;
  /** READY in a block that a reorganisation took away. */
  readonly undone: Asked | null;
};

/** Seconds that a request of the slow ones waits. */
export const DELAY = 60;
/** How long the world goes on after the last thing that must happen, for what must never happen. Virtual milliseconds. */
const AFTERMATH = 60_000;

export async function run(setting: Setting, seed: string): Promise<Outcome> {
  const random = seeded(seed);
  const faults = drawFaults(random.fork('faults'));
  const story = new Story(setting, random.fork('story'), faults);
  const played = await play(setting, random, faults, story);
  const { requests, states, attempts, waited } = story;
  return { ...played, requests, states, attempts, waited };
}

/** What governance does, one step at a time, whenever the chain is ready for the next. */
class Story implements Plot {
  readonly #setting: Setting;
  readonly #governance: Governance;
  readonly #isForked: boolean;
  readonly #scheme: Scheme;
  #next: ((troubles: Troubles) => Promise<void>) | null = () => this.#promote();
  #keyId: Hex = '0x';
  #otherKeyId: Hex = '0x';
  #doneAt: number | null = null;
  #askedAt = 0;
  requests: Requests | null = null;
  attempts = 0;

  constructor(setting: Setting, random: Random, { fork }: Faults) {
    this.#setting = setting;
    this.#isForked = fork;
    this.#governance = new Governance(setting, random);
    this.#scheme = random.fork('scheme').chance(0.25) ? 'ecdsa-secp256k1' : 'bip340';
  }

  get states(): Readonly<Record<string, number>> {
    return this.#governance.states;
  }

  get waited(): number {
    return (this.#doneAt ?? Number.POSITIVE_INFINITY) - this.#askedAt;
  }

  isOver(now: number): boolean {
    return this.#doneAt !== null && now > this.#doneAt + AFTERMATH;
  }

  async step(now: number, troubles: Troubles): Promise<void> {
    if (this.#next !== null) {
      this.#askedAt = now;
      await this.#next(troubles);
      return;
    }
    if (this.requests === null) return;
    if (this.#isForked && now > this.#askedAt + AFTERMATH) this.#doneAt ??= now;
    const { mustSign, mustNotSign, undone } = this.requests;
    await this.#governance.look([...mustSign, ...Object.values(mustNotSign), ...(undone === null ? [] : [undone])]);
    const isSigned = mustSign.every(({ id }) => this.states[id] === STATE.fulfilled);
    const isCleared =
      this.states[mustNotSign.lying.id] === STATE.refused && this.states[mustNotSign.overtaken.id] === STATE.expired;
    if (isSigned && isCleared) this.#doneAt ??= now;
  }

  async #promote(): Promise<void> {
    if (await this.#governance.promote()) this.#next = () => this.#createKey();
  }

  async #createKey(): Promise<void> {
    const { swift, slow, raised, elsewhere } = this.#setting.requesters;
    const rows = [swift, slow, raised].map((requester) => ({ requester, delay: requester === swift ? 0 : DELAY }));
    const keyId = await this.#governance.createKey(rows, this.#scheme);
    if (keyId === null) return;
    this.#keyId = keyId;
    this.#otherKeyId = (await this.#governance.createKey([{ requester: elsewhere, delay: 0 }], 'ed25519')) ?? '0x';
    this.#next = (troubles) => this.#ask(troubles);
  }

  async #ask(troubles: Troubles): Promise<void> {
    const { swift, slow, raised, elsewhere } = this.#setting.requesters;
    const governance = this.#governance;
    this.attempts = await governance.attemptsOf(this.#keyId);
    const key = await governance.activeKey(this.#keyId);
    const other = await governance.activeKey(this.#otherKeyId);
    if (key === null || other === null) return;
    troubles.keyIsActive();
    const mustSign = [
      await governance.ask(key, swift),
      await governance.ask(key, slow),
      await governance.ask(other, elsewhere),
    ];
    await governance.look(mustSign);
    if (this.states[mustSign[0]!.id] !== STATE.ready) throw new Error('a row without delay did not make READY at once');
    const cancelled = await governance.ask(key, slow, { cancel: true });
    const lying = await governance.ask(key, swift, { lie: true });
    const overtaken = await governance.ask(key, raised);
    await governance.raise(this.#keyId, raised);
    const late = await governance.ask(key, swift);
    const undone = (await troubles.undoNewest()) ? late : null;
    this.requests = {
      mustSign: undone === null ? [...mustSign, late] : mustSign,
      ...{ mustNotSign: { cancelled, lying, overtaken }, undone },
    };
    this.#next = null;
  }
}
