/** One run of a leader: ask, choose t - 1 that answer, pin a block that all of them know, start, propose, wait for the end. */

import type { SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { View } from '../chain/view/view.ts';
import { isRetryable } from '../errors.ts';
import type { Life, Self } from '../life/life.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message, RefusedHere } from '../mail/messages.ts';
import type { BlockRef } from '../ports/chain.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import { type Dispute, withoutDisputes } from './disputes.ts';
import type { Acceptance, Invitations } from './invitations.ts';
import type { Asked, Parts } from './parts.ts';
import { verdictOn } from './proofs.ts';
import type { Ended } from './sessions.ts';
import { membersOf, partyOf, type Task } from './task.ts';

type Decline = Extract<Message, { readonly type: 'decline' }>;
export type Run = {
  readonly task: Task;
  readonly run: number;
  readonly requests: readonly Asked[];
  /** the other members that may take part; of two with a `dispute` at most one does */
  readonly candidates: readonly Hex[];
  readonly disputes: readonly Dispute[];
  /** milliseconds, for answers and for the session */
  readonly patience: { readonly toStart: number; readonly toEnd: number };
};
/**
 * `own` are the requests that this host's enclave refused: the session goes on without them. `took`: enclave time in milliseconds. `early` are
 * members whose proofs are of a period that is not known here yet: the session went on without the proofs.
 */
export type Led = Held & { readonly early: readonly Hex[] };
type Held = { readonly own: readonly RefusedHere[]; readonly took: number } & (
  | { readonly result: 'too-few'; readonly failed: readonly Hex[] }
  /** all that was asked for is refused here */
  | { readonly result: 'refused' }
  | { readonly result: 'declined'; readonly set: SigningSet; readonly member: Hex; readonly decline: Decline }
  | { readonly result: 'ended'; readonly set: SigningSet; readonly requests: readonly Hex[]; readonly ended: Ended }
);
/** What members that were chosen may still say, or ask for, while the session goes on. */
type Under = {
  readonly run: number;
  readonly members: readonly Hex[];
  readonly requests: readonly Asked[];
  /** Mail arrives: what a member was shown it need not be shown again. */
  readonly shown: Set<string>;
  readonly decline: (member: Hex, decline: Decline) => void;
};

/** So often the view is looked at again, in milliseconds, for a block that a member knows already. */
const LOOK_EVERY = 25;

export class Leading {
  readonly #clock: Clock;
  readonly #view: View;
  readonly #life: Life;
  readonly #mail: Pick<Mail, 'send'>;
  readonly #invitations: Invitations;
  readonly #parts: Parts;
  readonly #under = new Map<Hex, Under>();

  constructor(clock: Clock, view: View, life: Life, mail: Pick<Mail, 'send'>, invitations: Invitations, parts: Parts) {
    this.#clock = clock;
    this.#view = view;
    this.#life = life;
    this.#mail = mail;
    this.#invitations = invitations;
    this.#parts = parts;
  }

  /** @throws Retryable */
  async lead(self: Self, it: Run): Promise<Led> {
    const { task, run, candidates, disputes, patience } = it;
    const { kind, key, committee } = task;
    const needed = committee.threshold - 1;
    const choose = (accepted: readonly Acceptance[]) => withoutDisputes(accepted, disputes, needed);
    const question = {
      type: 'invite',
      kind,
      key: key.id,
      run,
      count: it.requests.length,
      slot: this.#life.slot,
    } as const;
    const { chosen, missing } = await this.#invitations.ask(question, candidates, patience.toStart, choose);
    if (chosen.length < needed) return tooFew(missing);

    await this.#life.refresh(patience.toStart / 4);
    const { liars, early } = await this.#believe(chosen);
    if (liars.length > 0) return tooFew(liars, early);
    const block = await this.#pin(patience.toStart);
    if (block === null) return tooFew([], early);

    const members = chosen.map(({ member }) => member);
    const parties = [self.id, ...members].map((id) => partyOf(task, id)).sort((a, b) => a - b);
    const led = await this.#hold(it, { parties, leader: self.id, run }, block, members);
    const signed = led.result === 'ended' ? led.ended.signed : [];
    for (const member of candidates) this.#mail.send(member, { type: 'ended', key: key.id, run, signed });
    return { ...led, early };
  }

  async #hold(it: Run, set: SigningSet, block: BlockRef, members: readonly Hex[]): Promise<Held> {
    const startedAt = this.#clock.now();
    const took = () => this.#clock.now() - startedAt;
    const { taken, requests, own } = await this.#start(it, set, block);
    if (taken === null) return { result: 'refused', own, took: took() };
    const { task, run } = it;
    const { number, hash } = block;
    const ids = requests.map(({ id }) => id);
    const declined = new Promise<Held>((resolve) => {
      const decline = (member: Hex, said: Decline) =>
        resolve({ result: 'declined', set, member, decline: said, own, took: took() });
      this.#under.set(task.key.id, { run, members, requests, shown: new Set(), decline });
    });
    const { proof } = this.#life;
    const proposal = {
      type: 'propose',
      kind: task.kind,
      key: task.key.id,
      block: { number, hash },
      proof,
      set,
    } as const;
    for (const member of members) this.#mail.send(member, { ...proposal, requests: ids });
    const ended = taken.ended.then(
      (end): Held => ({ result: 'ended', set, requests: ids, ended: end, own, took: took() }),
    );
    const led = await Promise.race([ended, declined]);
    this.#under.delete(task.key.id);
    if (led.result === 'declined') this.#parts.giveUp(taken.session);
    return led;
  }

  /** Without what this enclave refuses: it says so at once, of all that were asked. */
  async #start({ task, requests, patience }: Run, set: SigningSet, block: BlockRef) {
    const own: RefusedHere[] = [];
    let left = requests;
    for (;;) {
      const taken = await this.#parts.take({ task, set, block, requests: left }, patience.toEnd);
      if (taken.refused === undefined) return { taken, requests: left, own };
      const refused = taken.refused;
      own.push(...refused);
      left = left.filter(({ id }) => !refused.some(({ request }) => request === id));
      if (left.length === 0) return { taken: null, requests: left, own };
    }
  }

  /**
   * The highest checkpoint that any chosen member proves is pinned: one honest host defeats a stale view. What this enclave cannot take
   * for other reasons than a lie is not its sender's fault.
   */
  async #believe(chosen: readonly Acceptance[]): Promise<{ liars: readonly Hex[]; early: readonly Hex[] }> {
    const [liars, early]: [Hex[], Hex[]] = [[], []];
    for (const { member, proof } of chosen) {
      if (proof === null) continue;
      try {
        await this.#life.believe(proof);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        const verdict = verdictOn(error);
        if (verdict === 'lie') liars.push(member);
        if (verdict === 'early') early.push(member);
      }
    }
    return { liars, early };
  }

  /** Null where this host's own view does not come so far in time. */
  async #pin(patience: number): Promise<BlockRef | null> {
    for (const until = this.#clock.now() + patience; ; ) {
      const checkpoint = this.#view.checkpoint();
      if (checkpoint !== null && checkpoint.number >= this.#life.earliest) return checkpoint;
      if (this.#clock.now() >= until) return null;
      await sleep(this.#clock, LOOK_EVERY);
    }
  }

  accepted(key: Hex, run: number, acceptance: Acceptance): void {
    this.#invitations.accepted(key, run, acceptance);
  }

  /** Before the proposal it is an answer, after it the end of the session. */
  declined(from: Hex, decline: Decline): void {
    const { key, run } = decline;
    if (this.#invitations.declined(key, run, from)) return;
    const under = this.#under.get(key);
    if (under?.run !== run || !under.members.includes(from)) return;
    const refused = decline.refused.filter(({ request }) => under.requests.some(({ id }) => id === request));
    under.decline(from, { ...decline, refused });
  }

  /** Shows what is proposed to those that it is proposed to, once, and nothing else to nobody else. */
  asked(from: Hex, ids: readonly Hex[]): void {
    for (const { members, requests, shown } of this.#under.values()) {
      if (!members.includes(from)) continue;
      for (const { id, request } of requests) {
        const name = `${from} ${id}`;
        if (!ids.includes(id) || shown.has(name)) continue;
        shown.add(name);
        this.#mail.send(from, { type: 'give', request });
      }
    }
  }
}

function tooFew(failed: readonly Hex[], early: readonly Hex[] = []): Led {
  return { result: 'too-few', failed, early, own: [], took: 0 };
}

/** The other members of the set that were blamed for how the session ended. */
export function blamedIn(task: Task, { outcome }: Ended, self: Hex): Hex[] {
  if (outcome.result !== 'fault') return [];
  return membersOf(task, { parties: outcome.blamed }).filter((id) => id !== self);
}
