/** A leader's question who can take part, and what members make of it: answers, until they are enough. */

import type { Hex } from '../../formats/hex.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message, Proof } from '../mail/messages.ts';
import type { Clock } from '../ports/clock.ts';

export type Acceptance = { readonly member: Hex; readonly proof: Proof; readonly busy: number };
export type Invite = Extract<Message, { readonly type: 'invite' }>;
type Choose = (accepted: readonly Acceptance[]) => readonly Acceptance[];

/** Sessions of a member's enclave up to which it is as good as idle. */
const IDLE = 2;
/** Milliseconds that others may still answer in, when only busy ones are enough so far. */
const GRACE = 100;

export type Answers = {
  /** the chosen, least busy first; none when too few answered */
  readonly chosen: readonly Acceptance[];
  /** those that said nothing, or no */
  readonly missing: readonly Hex[];
};

/** Questions of this host, each until it has been answered. */
export class Invitations {
  readonly #clock: Clock;
  readonly #mail: Pick<Mail, 'send'>;
  readonly #open = new Map<string, Asking>();

  constructor(clock: Clock, mail: Pick<Mail, 'send'>) {
    this.#clock = clock;
    this.#mail = mail;
  }

  /** Resolves as soon as `choose` finds enough among those that are idle, or shortly after among all, or when the time is over. */
  ask(message: Invite, members: readonly Hex[], patience: number, choose: Choose): Promise<Answers> {
    const name = `${message.key} ${message.run}`;
    return new Promise((resolve) => {
      const asking = new Asking(this.#clock, members, patience, choose, (answers) => {
        this.#open.delete(name);
        resolve(answers);
      });
      this.#open.set(name, asking);
      for (const member of members) this.#mail.send(member, message);
      asking.look();
    });
  }

  accepted(key: Hex, run: number, acceptance: Acceptance): void {
    this.#open.get(`${key} ${run}`)?.accepted(acceptance);
  }

  /** True if this was an answer to an open question. */
  declined(key: Hex, run: number, member: Hex): boolean {
    const asking = this.#open.get(`${key} ${run}`);
    asking?.declined(member);
    return asking !== undefined;
  }
}

class Asking {
  readonly #clock: Clock;
  readonly #waiting: Set<Hex>;
  readonly #accepted = new Map<Hex, Acceptance>();
  readonly #members: readonly Hex[];
  readonly #choose: Choose;
  readonly #finish: (answers: Answers) => void;
  #cancel: (() => void)[];

  constructor(
    clock: Clock,
    members: readonly Hex[],
    patience: number,
    choose: Choose,
    finish: (answers: Answers) => void,
  ) {
    this.#clock = clock;
    this.#members = members;
    this.#waiting = new Set(members);
    this.#choose = choose;
    this.#finish = finish;
    this.#cancel = [clock.after(patience, () => this.#end())];
  }

  accepted(acceptance: Acceptance): void {
    if (!this.#waiting.delete(acceptance.member)) return;
    this.#accepted.set(acceptance.member, acceptance);
    this.look();
  }

  declined(member: Hex): void {
    if (this.#waiting.delete(member)) this.look();
  }

  look(): void {
    const idle = this.#byLoad().filter(({ busy }) => busy <= IDLE);
    if (this.#waiting.size === 0 || this.#choose(idle).length > 0) this.#end();
    else if (this.#cancel.length === 1 && this.#choose(this.#byLoad()).length > 0)
      this.#cancel.push(this.#clock.after(GRACE, () => this.#end()));
  }

  /** Those that answered first come first among equals. */
  #byLoad(): readonly Acceptance[] {
    return [...this.#accepted.values()].toSorted((a, b) => Math.max(IDLE, a.busy) - Math.max(IDLE, b.busy));
  }

  #end(): void {
    for (const cancel of this.#cancel) cancel();
    const missing = this.#members.filter((id) => !this.#accepted.has(id));
    this.#finish({ chosen: this.#choose(this.#byLoad()), missing });
  }
}
