/** Envelopes for sessions that this host's enclave has not started yet: bounded per sender, forgotten when they are old. */

import type { Hex } from '../../formats/hex.ts';

type Kept = { readonly session: Hex; readonly envelope: Hex; readonly at: number };

/** One sender's share, so that none can push out another's. */
const ENVELOPES = 256;
const CHARACTERS = 8 * 1024 * 1024;

export class WaitingRoom {
  readonly #bySender = new Map<Hex, Kept[]>();
  readonly #lifetime: number;

  /** `lifetime` in milliseconds */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  /** Returns how many older envelopes of this sender had to go. */
  keep(from: Hex, session: Hex, envelope: Hex, now: number): number {
    const fresh = (this.#bySender.get(from) ?? []).filter(({ at }) => now - at < this.#lifetime);
    const kept = [...fresh, { session, envelope, at: now }];
    let size = kept.reduce((sum, { envelope }) => sum + envelope.length, 0);
    let gone = 0;
    while (kept.length > ENVELOPES || size > CHARACTERS) {
      size -= kept.shift()?.envelope.length ?? 0;
      gone += 1;
    }
    this.#bySender.set(from, kept);
    return gone;
  }

  /** Takes out everything that waited for this session. */
  take(session: Hex): { readonly from: Hex; readonly envelope: Hex }[] {
    return [...this.#bySender].flatMap(([from, kept]) => {
      this.#bySender.set(
        from,
        kept.filter((one) => one.session !== session),
      );
      return kept.filter((one) => one.session === session).map(({ envelope }) => ({ from, envelope }));
    });
  }
}
