/** What every stage is given: the ports, what the operator chose, what the chain says, and what is going on. All state is here. */

import type { CallName, Params, Result, Status } from '../enclave/api.ts';
import type { Hex } from '../formats/hex.ts';
import type { Deployment } from './chain/deployment.ts';
import type { Ledger } from './chain/ledger.ts';
import { Retryable } from './errors.ts';
import type { Log } from './log.ts';
import type { Mail } from './mail/mail.ts';
import type { Metrics } from './metrics.ts';
import type { RelayRounds } from './path/relayRounds.ts';
import type { BlockRef, Chain } from './ports/chain.ts';
import type { Clock } from './ports/clock.ts';
import type { Enclave } from './ports/enclave.ts';
import type { Peers } from './ports/peers.ts';
import type { Store } from './ports/store.ts';
import type { Wallet } from './ports/wallet.ts';
import type { SessionBook } from './sessions/book.ts';
import type { Ceremonies } from './sessions/ceremonies.ts';
import type { Errands } from './sessions/errands.ts';
import type { Invitations } from './sessions/invitations.ts';
import type { Settings } from './settings.ts';

export type Ports = {
  readonly clock: Clock;
  readonly chain: Chain;
  readonly store: Store;
  readonly peers: Peers;
  readonly enclave: Enclave;
  readonly wallet: Wallet;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** This host's enclave, in this life of it. */
export type Self = { readonly id: Hex; readonly status: Status };

export type Context = Ports & {
  readonly deployment: Deployment;
  readonly settings: Settings;
  readonly mail: Mail;
  readonly relay: RelayRounds;
  readonly book: SessionBook;
  readonly invitations: Invitations;
  readonly errands: Errands;
  readonly ceremonies: Ceremonies;
  /** Why this host is not ready, by topic. */
  readonly problems: Map<string, string>;
  /** Runs the next tick now. */
  readonly wake: () => void;
  /** Runs work beside the ticks; a failure that is not Retryable ends the host. */
  readonly spawn: (name: string, work: Promise<void>) => void;
  ledger: Ledger;
  /** highest finalised block that was scanned */
  head: BlockRef | null;
  /** highest block that this life of the enclave was shown: it accepts no older one */
  shown: number;
  /** null while the enclave is down */
  self: Self | null;
  /** registered, its boot record proven final: may take part in sessions */
  isServing: boolean;
  isStopping: boolean;
  /** what the ledger says is all that is final; before that nothing may be concluded from what it does not say */
  isCaughtUp: boolean;
  /** clock time of the last reading of old blocks */
  sweptAt: number;
  /** clock time of the last look at the gas account */
  weighedAt: number;
};

/** @throws Retryable ENCLAVE_REFUSED with the enclave's own words */
export async function ask<N extends CallName>(
  { enclave, metrics }: Pick<Ports, 'enclave' | 'metrics'>,
  name: N,
  params: Params<N>,
): Promise<Result<N>> {
  const { ok, refusal } = await enclave.call(name, params);
  if (refusal === undefined) return ok as Result<N>;
  metrics.add('quorate_refusals_total', { call: name, code: refusal.code });
  throw new Retryable('ENCLAVE_REFUSED', `${name}: ${refusal.code}: ${refusal.detail}`);
}

/** Seconds: the later of the chain's clock and this machine's. For deciding what is worth trying, nothing else. */
export function timeNow({ head, clock }: Pick<Context, 'head' | 'clock'>): number {
  return Math.max(head?.timestamp ?? 0, Math.floor(clock.now() / 1_000));
}
