/** The sessions that this host's enclave is in, until each has an outcome: from the enclave, or from its death. */

import type { Hex } from '../../formats/hex.ts';
import type { Metrics } from '../metrics.ts';

export type Outcome =
  | { readonly result: 'done' }
  | {
      readonly result: 'fault';
      readonly code: string;
      readonly blamed: readonly number[];
      /** pairs of which one lies */
      readonly disputed?: readonly (readonly [about: number, reporter: number])[];
    }
  /** given up after its time, or on the way out; the enclave said nothing more about it */
  | { readonly result: 'aborted' }
  | { readonly result: 'enclave-down' };

export type SessionInfo = {
  readonly kind: 'key-generation' | 'activation' | 'signing';
  readonly subject: Hex;
  /** the enclave that leads; none in key generation */
  readonly leader: Hex | null;
};
type Live = SessionInfo & { readonly end: (outcome: Outcome) => void };

export type SessionBook = {
  open(session: Hex, info: SessionInfo): Promise<Outcome>;
  end(session: Hex, outcome: Outcome): void;
  endAll(outcome: Outcome): void;
  find(session: Hex): SessionInfo | null;
  live(): readonly (SessionInfo & { readonly session: Hex })[];
};

/** Outcomes that came before their session was opened here; a few are enough, since a call is answered before the next one. */
const EARLY = 64;

export function createSessionBook(metrics: Metrics): SessionBook {
  const sessions = new Map<Hex, Live>();
  const early = new Map<Hex, Outcome>();
  const end = (session: Hex, outcome: Outcome) => {
    const live = sessions.get(session);
    if (live === undefined) remember(early, session, outcome);
    else live.end(outcome);
  };
  const close = (session: Hex, { kind }: SessionInfo, outcome: Outcome) => {
    sessions.delete(session);
    metrics.add('quorate_sessions_total', { kind, outcome: outcome.result });
    metrics.set('quorate_sessions_live', sessions.size);
  };
  const open = (session: Hex, info: SessionInfo) =>
    new Promise<Outcome>((resolve) => {
      const finish = (outcome: Outcome) => {
        close(session, info, outcome);
        resolve(outcome);
      };
      sessions.set(session, { ...info, end: finish });
      metrics.set('quorate_sessions_live', sessions.size);
      const known = early.get(session);
      if (known !== undefined) finish(known);
    });
  return {
    open,
    end,
    endAll: (outcome) => {
      for (const live of [...sessions.values()]) live.end(outcome);
    },
    find: (session) => sessions.get(session) ?? null,
    live: () => [...sessions].map(([session, info]) => ({ session, ...info })),
  };
}

function remember(early: Map<Hex, Outcome>, session: Hex, outcome: Outcome): void {
  early.set(session, outcome);
  const [oldest] = early.keys();
  if (early.size > EARLY && oldest !== undefined) early.delete(oldest);
}
