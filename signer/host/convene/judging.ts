/**
 * Requests that another member has refused on chain: this enclave is asked about them at once, for REFUSED takes n - t + 1 members' words,
 * and whoever would lead them next may have its turn much later.
 */

import type { SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { isRefusedBy, serves } from '../chain/view/ledger.ts';
import type { RefusalRecord } from '../chain/view/refusals.ts';
import type { OpenRequest } from '../chain/view/requestIndex.ts';
import type { View } from '../chain/view/view.ts';
import type { Life, Self } from '../life/life.ts';
import type { Spawn } from '../work.ts';
import type { Parts } from './parts.ts';
import { partyOf, type Task, taskOf } from './task.ts';

/** Requests that are asked about at one head: whatever was refused, sessions go on beside it. */
const MOST = 16;
const NO_RUN = 0;

export class Judging {
  readonly #view: View;
  readonly #life: Life;
  readonly #parts: Pick<Parts, 'judge'>;
  readonly #spawn: Spawn;
  /** Asked in this life, each kind of word once. */
  readonly #asked = new Set<string>();
  #head: Hex | null = null;

  constructor(view: View, life: Life, parts: Pick<Parts, 'judge'>, spawn: Spawn) {
    this.#view = view;
    this.#life = life;
    this.#parts = parts;
    this.#spawn = spawn;
  }

  /** Looks once at each new head. */
  work(): void {
    const { self, isServing } = this.#life;
    const { head, ledger } = this.#view;
    if (self === null || !isServing || head === null || head.hash === this.#head) return;
    this.#head = head.hash;
    let asked = 0;
    for (const [id, said] of ledger.refusals) {
      const record = ledger.requests.get(id);
      if (record?.state !== 'ready' || asked >= MOST) continue;
      if (said.some((refusal) => this.#isNews(id, refusal, self))) asked += this.#ask(self, record);
    }
  }

  /** Another life may know more, and has said nothing yet. */
  clear(): void {
    this.#asked.clear();
    this.#head = null;
  }

  #isNews(id: Hex, { member, kind }: RefusalRecord, self: Self): boolean {
    if (member === self.id || isRefusedBy(this.#view.ledger, id, { member: self.id, kind })) return false;
    return !this.#asked.has(`${id} ${kind}`);
  }

  #ask(self: Self, { id, keyId, request, readyIn }: OpenRequest): number {
    const task = taskOf(this.#view.ledger, keyId);
    const block = this.#view.checkpoint();
    const set = task?.kind === 'signing' ? this.#setWith(self, task) : null;
    if (task === null || set === null || block === null || block.number < Math.max(this.#life.earliest, readyIn ?? 0))
      return this.#later();
    for (const { kind } of this.#view.ledger.refusals.get(id) ?? []) this.#asked.add(`${id} ${kind}`);
    this.#spawn('judge', this.#parts.judge({ task, set, block, requests: [{ id, request }] }));
    return 1;
  }

  /** Before the next head: its checkpoint may come without one. */
  #later(): number {
    this.#head = null;
    return 0;
  }

  /** Any t members that serve, this one among them: nothing is signed by them. Null while there are too few. */
  #setWith(self: Self, task: Task): SigningSet | null {
    const { members, threshold } = task.committee;
    const time = this.#view.checkpoint()?.timestamp ?? 0;
    const others = members.map(({ id }) => id).filter((id) => id !== self.id && serves(this.#view.ledger, id, time));
    const chosen = [self.id, ...others].slice(0, threshold);
    if (partyOf(task, self.id) === 0 || chosen.length < threshold) return null;
    const parties = chosen.map((id) => partyOf(task, id)).sort((a, b) => a - b);
    return { parties, leader: self.id, run: NO_RUN };
  }
}
