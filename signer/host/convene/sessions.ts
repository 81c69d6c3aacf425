/** The sessions that this host's enclave is in, until each has an outcome: from the enclave, from its death, or from this host's patience. */

import type { SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { SessionKind } from '../../formats/schemes.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';

export type Outcome =
  | { readonly result: 'done' }
  | {
      readonly result: 'fault';
      readonly code: string;
      readonly blamed: readonly number[];
      /** pairs of which one lies */
      readonly disputed?: readonly (readonly [about: number, reporter: number])[];
    }
  /** given up after its time, at its leader's word, or on the way out; the enclave said nothing more about it */
  | { readonly result: 'aborted' }
  | { readonly result: 'enclave-down' };

export type SessionInfo = {
  readonly kind: SessionKind;
  readonly key: Hex;
  /** who signs, and who leads; none in key generation and OT set-up */
  readonly set: SigningSet | null;
  /** what it is to bring: ids of requests, the other member of a set-up, or the key's for anything else */
  readonly wanted: readonly Hex[];
};
type Live = SessionInfo & { readonly missing: Set<Hex>; readonly end: (outcome: Outcome) => void };

/** `signed`: what came of it before it ended, whatever ended it. */
export type Ended = { readonly outcome: Outcome; readonly signed: readonly Hex[] };

/** What is remembered of sessions that were not open when the enclave spoke of them, or are not any more. */
const REMEMBERED = 256;

export class Sessions {
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  readonly #live = new Map<Hex, Live>();
  /** Words of the enclave that came before their session was opened here. */
  readonly #early = new Map<Hex, ((session: Hex) => void)[]>();
  readonly #leaders = new Map<Hex, Hex | null>();

  constructor(metrics: Metrics, clock: Clock) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  open(session: Hex, info: SessionInfo): Promise<Ended> {
    return new Promise((resolve) => {
      const missing = new Set(info.wanted);
      const opened = this.#clock.now();
      const end = (outcome: Outcome) => {
        this.#close(session, info, outcome, opened);
        resolve({ outcome, signed: info.wanted.filter((id) => !missing.has(id)) });
      };
      this.#live.set(session, { ...info, missing, end });
      remember(this.#leaders, session, info.set?.leader ?? null);
      this.#metrics.set('quorate_sessions_live', this.#live.size);
      for (const say of this.#early.get(session) ?? []) say(session);
      this.#early.delete(session);
    });
  }

  /** What was wanted is there; a session that has all of it is done. */
  signed(session: Hex, id: Hex): void {
    const live = this.#live.get(session);
    if (live === undefined) this.#keep(session, () => this.signed(session, id));
    live?.missing.delete(id);
    if (live?.missing.size === 0) live.end({ result: 'done' });
  }

  end(session: Hex, outcome: Outcome): void {
    const live = this.#live.get(session);
    if (live === undefined) this.#keep(session, () => this.end(session, outcome));
    else live.end(outcome);
  }

  endAll(outcome: Outcome): void {
    for (const live of [...this.#live.values()]) live.end(outcome);
    this.#early.clear();
  }

  find(session: Hex): SessionInfo | null {
    return this.#live.get(session) ?? null;
  }

  leaderOf(session: Hex): Hex | null {
    return this.#leaders.get(session) ?? null;
  }

  live(): readonly (SessionInfo & { readonly session: Hex })[] {
    return [...this.#live].map(([session, info]) => ({ session, ...info }));
  }

  get size(): number {
    return this.#live.size;
  }

  #close(session: Hex, { kind }: SessionInfo, { result: outcome }: Outcome, opened: number): void {
    this.#live.delete(session);
    this.#metrics.add('quorate_sessions_total', { kind, outcome });
    this.#metrics.observe('quorate_session_seconds', (this.#clock.now() - opened) / 1_000, { kind, outcome });
    this.#metrics.set('quorate_sessions_live', this.#live.size);
  }

  #keep(session: Hex, say: () => void): void {
    if (this.#leaders.has(session)) return; // it was open, and has ended
    remember(this.#early, session, [...(this.#early.get(session) ?? []), say]);
  }
}

function remember<T>(map: Map<Hex, T>, session: Hex, value: T): void {
  map.set(session, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}
