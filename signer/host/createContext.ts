/** A host's state before its first tick: what the store remembers, and nothing else. */

import type { Deployment } from './chain/deployment.ts';
import { createLedger } from './chain/ledger.ts';
import type { Context, Ports } from './context.ts';
import { createMail } from './mail/mail.ts';
import { relayRounds } from './path/relayRounds.ts';
import type { Pipeline } from './pipeline.ts';
import { createSessionBook } from './sessions/book.ts';
import { createInvitations } from './sessions/invitations.ts';
import type { Settings } from './settings.ts';

export function createContext(
  ports: Ports,
  deployment: Deployment,
  settings: Settings,
  pipeline: Pipeline,
  hooks: Pick<Context, 'wake' | 'spawn'>,
): Context {
  const { resend: resendAfter, letter: lifetime } = settings.times;
  const context: Context = {
    ...ports,
    ...{ deployment, settings, ...hooks },
    mail: createMail(ports, { resendAfter, lifetime }, pipeline.read),
    relay: relayRounds(() => context, lifetime),
    book: createSessionBook(ports.metrics),
    invitations: createInvitations(),
    errands: new Map(),
    ceremonies: new Map(),
    problems: new Map([['start', 'starting']]),
    ledger: createLedger(ports.store.events()),
    head: ports.store.cursor(),
    shown: 0,
    self: null,
    isServing: false,
    isStopping: false,
    isCaughtUp: false,
    sweptAt: ports.clock.now(),
    weighedAt: 0,
  };
  return context;
}
