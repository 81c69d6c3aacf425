/** What this host has let others lead: questions until they can be answered, and leaders that may propose. */

import type { Hex } from '../../formats/hex.ts';
import type { View } from '../chain/view/view.ts';
import type { Life } from '../life/life.ts';
import type { Mail } from '../mail/mail.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import { backOff } from './durations.ts';
import type { Invite } from './invitations.ts';
import type { Sessions } from './sessions.ts';
import { partyOf, type Task, taskOf } from './task.ts';

type Asked = Invite & { readonly from: Hex; readonly until: number };
export type Grant = { readonly run: number; readonly until: number };

/** Questions that one host may have open here. */
const MOST_ASKED = 64;
/** Sessions of this enclave from which on it takes part in no more, but in one's own lead. */
const BUSY = 32;
/** Sessions that one leader may have here when the enclave is half busy: as many as hosts lead at once by default. */
const MOST_OF_ONE = 8;
/** Sessions in a row of one leader and key that may come to nothing before the next has to wait. */
const IN_VAIN = 6;
const FIRST_WAIT = 250;
const MOST_WAIT = 30_000;

export class Grants {
  readonly #clock: Clock;
  readonly #mail: Pick<Mail, 'send'>;
  readonly #metrics: Metrics;
  readonly #view: View;
  readonly #life: Life;
  readonly #sessions: Sessions;
  readonly #asked = new Map<string, Asked>();
  readonly #granted = new Map<string, Grant>();
  readonly #inVain = new Map<string, { times: number; notBefore: number }>();

  constructor(
    ports: { readonly clock: Clock; readonly metrics: Metrics },
    view: View,
    life: Life,
    mail: Pick<Mail, 'send'>,
    sessions: Sessions,
  ) {
    this.#clock = ports.clock;
    this.#metrics = ports.metrics;
    this.#view = view;
    this.#life = life;
    this.#mail = mail;
    this.#sessions = sessions;
  }

  /** Keeps the question until the chain lets this host say yes, or until the asker has stopped waiting. */
  asked(from: Hex, question: Invite, patience: number): void {
    const open = [...this.#asked.values()].filter((asked) => asked.from === from).length;
    if (open >= MOST_ASKED) this.#metrics.add('quorate_peer_refused_total', { reason: 'quota' });
    else this.#asked.set(nameOf(question.key, from), { ...question, from, until: this.#clock.now() + patience });
  }

  /** Says yes to every open question about a key that has something to sign, by a member, unless this enclave has enough to do. */
  answer(patience: number): void {
    const now = this.#clock.now();
    for (const map of [this.#asked, this.#granted] as Map<string, { readonly until: number }>[])
      for (const [name, { until }] of map) if (until < now) map.delete(name);
    if (!this.#life.isServing || !this.#view.isCaughtUp) return;
    for (const [name, asked] of this.#asked) {
      const task = taskOf(this.#view.ledger, asked.key);
      if (task === null || task.kind !== asked.kind || !this.#areMembers(task, asked.from)) continue;
      if ((this.#inVain.get(name)?.notBefore ?? 0) > now) continue;
      this.#asked.delete(name);
      this.#say(asked, now + patience);
    }
  }

  #say({ from, key, run, slot }: Asked, until: number): void {
    const busy = this.#sessions.size;
    const proof = this.#life.slot > slot ? this.#life.proof : null;
    if (busy >= BUSY || (busy >= BUSY / 2 && this.#sessionsOf(from) >= MOST_OF_ONE)) {
      this.#mail.send(from, { type: 'decline', key, run, code: 'BUSY', proof, refused: [] });
      return;
    }
    this.#granted.set(nameOf(key, from), { run, until });
    this.#mail.send(from, { type: 'accept', key, run, proof, busy });
  }

  #sessionsOf(leader: Hex): number {
    return this.#sessions.live().filter(({ set }) => set?.leader === leader).length;
  }

  #areMembers(task: Task, from: Hex): boolean {
    const { self } = this.#life;
    return self !== null && from !== self.id && partyOf(task, from) > 0 && partyOf(task, self.id) > 0;
  }

  /** What this leader may propose now; a grant is used once. */
  take(key: Hex, leader: Hex, run: number): Grant | null {
    const name = nameOf(key, leader);
    const grant = this.#granted.get(name);
    if (grant?.run !== run || grant.until < this.#clock.now()) return null;
    this.#granted.delete(name);
    return grant;
  }

  /** Its proof of a block was none: it waits at once, and longer each time. */
  lied(key: Hex, leader: Hex): void {
    const name = nameOf(key, leader);
    const times = Math.max(this.#inVain.get(name)?.times ?? 0, IN_VAIN) + 1;
    this.#inVain.set(name, { times, notBefore: this.#clock.now() + backOff(times - IN_VAIN, FIRST_WAIT, MOST_WAIT) });
  }

  /** A leader that starts session after session in vain only wastes nonces: it has to wait longer and longer. */
  used(key: Hex, leader: Hex, isFruitful: boolean): void {
    const name = nameOf(key, leader);
    if (isFruitful) {
      this.#inVain.delete(name);
      return;
    }
    const times = (this.#inVain.get(name)?.times ?? 0) + 1;
    const wait = times <= IN_VAIN ? 0 : backOff(times - IN_VAIN, FIRST_WAIT, MOST_WAIT);
    this.#inVain.set(name, { times, notBefore: this.#clock.now() + wait });
  }

  clear(): void {
    this.#asked.clear();
    this.#granted.clear();
  }
}

function nameOf(key: Hex, leader: Hex): string {
  return `${key} ${leader}`;
}
