/** Key generation: every member starts by itself, because the session follows from the chain alone. */

import type { Committee } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { headFrom } from '../chain/head.ts';
import { committeeOf, type KeyRecord } from '../chain/ledger.ts';
import { ask, type Context } from '../context.ts';
import { describe, isRetryable } from '../errors.ts';
import { proveCeremony } from '../path/proveCeremony.ts';
import { giveUp } from './join.ts';

/** Attempts that this life of the enclave has started or is starting, by key: number, session, and when to try again. */
type Ceremony = { readonly attempt: number; session: Hex | null; running: boolean; notBefore: number };
export type Ceremonies = Map<Hex, Ceremony>;

/** Starts what is open and names this enclave; ends what the chain has moved on from. */
export function startCeremonies(context: Context): void {
  for (const key of context.ledger.keys.values()) {
    endOlder(context, key);
    const committee = startable(context, key);
    if (committee === null) continue;
    const ceremony = ceremonyOf(context, key);
    if (ceremony.running || ceremony.session !== null || context.clock.now() < ceremony.notBefore) continue;
    ceremony.running = true;
    context.spawn('ceremony', start(context, key, committee, ceremony));
  }
}

/**
 * Null unless this enclave is to take part, and every member is there, its boot record known: all n are needed, and a run that begins
 * without one of them costs the attempt (docs/decisions/0005).
 */
function startable(context: Context, key: KeyRecord): Committee | null {
  const { self, ledger, peers, isServing, isStopping } = context;
  if (self === null || !isServing || isStopping || key.state !== 'generating') return null;
  if (!key.members.includes(self.id) || key.confirmedBy.includes(self.id)) return null;
  if ((context.head?.timestamp ?? 0) >= key.deadline) return null;
  if (key.members.some((id) => ledger.enclaves.get(id)?.boot == null)) return null;
  if (key.members.some((id) => id !== self.id && !peers.isConnected(id))) return null;
  return committeeOf(ledger, key);
}

function ceremonyOf({ ceremonies }: Context, { id, attempt }: KeyRecord): Ceremony {
  const known = ceremonies.get(id);
  if (known?.attempt === attempt) return known;
  const ceremony = { attempt, session: null, running: false, notBefore: 0 };
  ceremonies.set(id, ceremony);
  return ceremony;
}

async function start(context: Context, key: KeyRecord, committee: Committee, ceremony: Ceremony): Promise<void> {
  const { log, clock, settings } = context;
  try {
    const block = await headFrom(context, 0);
    const proof = await proveCeremony(context, committee, block);
    context.shown = Math.max(context.shown, block.number);
    const { session } = await ask(context, 'generateKey', { committee, proof });
    ceremony.session = session;
    log('info', 'key generation began', { key: key.id, attempt: key.attempt, session });
    const ended = context.book.open(session, { kind: 'key-generation', subject: key.id, leader: null });
    context.relay.begin(session);
    const outcome = await ended;
    log(outcome.result === 'done' ? 'info' : 'warn', 'key generation ended', {
      key: key.id,
      attempt: key.attempt,
      outcome: outcome.result,
    });
  } catch (error) {
    if (!isRetryable(error)) throw error;
    log('warn', 'key generation did not begin', { key: key.id, attempt: key.attempt, reason: describe(error) });
    ceremony.notBefore = clock.now() + settings.times.poll;
  } finally {
    ceremony.running = false;
  }
}

function endOlder(context: Context, key: KeyRecord): void {
  const ceremony = context.ceremonies.get(key.id);
  if (ceremony?.session == null || context.book.find(ceremony.session) === null) return;
  if (key.attempt > ceremony.attempt || (context.head?.timestamp ?? 0) >= key.deadline)
    context.spawn('abort', giveUp(context, ceremony.session));
}
