/** The sessions of one life: bounded in number, and none ever begins twice. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { Refused } from '../../formats/refusal.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { Course } from '../path/runSession.ts';
import type { Session } from '../path/stages.ts';
import { DEADLINE_MARGIN } from '../path/verifyRequest.ts';

/** What follows once the protocol is through; it takes the result along. */
export type Finish = () => void;
/** Refuses what a new head forbids of a session that began below it. @throws Refused */
export type Judge = (head: ProvenState) => void;
export type Start = {
  readonly session: Session;
  readonly lifetime: Lifetime;
  readonly judge?: Judge;
  /** Asked before anything leaves. @throws Refused what is too old by now */
  readonly requireFresh?: () => void;
};
export type Active = Omit<Start, 'lifetime'> & {
  readonly course: Course<Finish>;
  /** On the enclave's own clock. */
  readonly endsAt: number;
  touchedAt: number;
};

/** Whether the id of a session says at which block it began, so that an older head makes a repetition impossible anyway. */
export type Lifetime = 'pinned to its block' | 'once per attempt';

export const MAX_SESSIONS = 64;
/** A session that heard nothing for so long makes room for a new one; earlier it is the host's to abort. */
export const IDLE_MS = 60_000;
/** What was proven when a session began is taken for true so long and no longer: afterwards its deadline may be over (I7). */
export const MAX_SIGNING_MS = DEADLINE_MARGIN * 1000;

export class Sessions {
  readonly #clock: () => number;
  readonly #active = new Map<string, Active>();
  /** Ids that were used, with the block from which on they cannot come back. */
  readonly #used = new Map<string, number>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#active.size;
  }

  /** @throws Refused SESSION_REPEATED */
  claim({ session, lifetime }: Start): void {
    const id = bytesToHex(session.id);
    if (this.#used.has(id)) throw new Refused('SESSION_REPEATED', `session 0x${id} has begun before`);
    this.#used.set(id, lifetime === 'once per attempt' ? Number.POSITIVE_INFINITY : session.block.number);
  }

  add({ lifetime, ...start }: Start, course: Course<Finish>): Active {
    const now = this.#clock();
    const endsAt = lifetime === 'once per attempt' ? Number.POSITIVE_INFINITY : now + MAX_SIGNING_MS;
    const active = { ...start, course, endsAt, touchedAt: now };
    this.#active.set(bytesToHex(start.session.id), active);
    return active;
  }

  list(): readonly Active[] {
    return [...this.#active.values()];
  }

  /** The session that must end before another may begin, if there is no room. @throws Refused SESSION_LIMIT when all are busy */
  toEvict(): Active | undefined {
    if (this.#active.size < MAX_SESSIONS) return undefined;
    const [oldest] = [...this.#active.values()].sort((a, b) => a.touchedAt - b.touchedAt);
    if (oldest !== undefined && this.#clock() - oldest.touchedAt >= IDLE_MS) return oldest;
    throw new Refused('SESSION_LIMIT', `${MAX_SESSIONS} sessions are busy`);
  }

  /** @throws Refused SESSION_UNKNOWN: it may still begin here; SESSION_ENDED: it will not begin again */
  find(id: Uint8Array): Active {
    const hex = bytesToHex(id);
    const active = this.#active.get(hex);
    if (active !== undefined) return active;
    if (this.#used.has(hex)) throw new Refused('SESSION_ENDED', `session 0x${hex} is over`);
    throw new Refused('SESSION_UNKNOWN', `session 0x${hex} has not begun here`);
  }

  isOver({ endsAt }: Active): boolean {
    return this.#clock() >= endsAt;
  }

  touch(active: Active): void {
    active.touchedAt = this.#clock();
  }

  remove({ session }: Active): void {
    this.#active.delete(bytesToHex(session.id));
  }

  /** Nothing can be pinned below `block` any more, so ids that name an older one are refused for that already. */
  forgetBefore(block: number): void {
    for (const [id, usedAt] of this.#used) if (usedAt < block && !this.#active.has(id)) this.#used.delete(id);
  }
}
