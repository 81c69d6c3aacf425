/**
 * Stage 7, the host's half: carries the rounds of a session between enclaves, in envelopes that it cannot read. What arrives
 * before this enclave has started the session waits for it.
 */

import { size, slice } from 'viem';
import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Context } from '../context.ts';
import { describe, isRetryable } from '../errors.ts';
import { WaitingRoom } from '../sessions/waiting.ts';

export type RelayRounds = {
  /** from this enclave to another's host */
  send(event: Extract<Event, { readonly event: 'envelope' }>): void;
  /** from another host to this enclave */
  receive(from: Hex, envelope: Hex): void;
  /** this enclave has started the session: what waited for it goes in */
  begin(session: Hex): void;
};

/** version 1 byte ‖ session 32 bytes ‖ … (docs/formats.md, "Envelope") */
const SESSION_END = 33;

/** `lifetime` of an early envelope, in milliseconds */
export function relayRounds(context: () => Context, lifetime: number): RelayRounds {
  const waiting = new WaitingRoom(lifetime);
  const keep = (from: Hex, session: Hex, envelope: Hex) => {
    const { clock, metrics } = context();
    const gone = waiting.keep(from, session, envelope, clock.now());
    if (gone > 0) metrics.add('quorate_mail_dropped_total', { reason: 'early' }, gone);
  };
  const deliver = async (from: Hex, session: Hex, envelope: Hex) => {
    const { enclave, metrics } = context();
    const { refusal } = await enclave.call('deliver', { envelope });
    if (refusal === undefined) return;
    if (refusal.code === ('SESSION_UNKNOWN' as string)) return keep(from, session, envelope);
    if (refusal.code !== ('ENVELOPE_DUPLICATE' as string))
      metrics.add('quorate_refusals_total', { call: 'deliver', code: refusal.code });
  };
  return {
    send: ({ to, envelope }) => context().mail.send(to, { type: 'envelope', envelope }),
    receive: (from, envelope) => {
      if (size(envelope) < SESSION_END)
        return context().metrics.add('quorate_peer_refused_total', { reason: 'malformed' });
      const session = slice(envelope, 1, SESSION_END);
      if (context().book.find(session) === null) return keep(from, session, envelope);
      context().spawn('deliver', tolerant(context(), deliver(from, session, envelope)));
    },
    begin: (session) => {
      for (const { from, envelope } of waiting.take(session)) {
        context().spawn('deliver', tolerant(context(), deliver(from, session, envelope)));
      }
    },
  };
}

/** An enclave that is down has lost the session anyway. */
async function tolerant({ log }: Context, delivery: Promise<void>): Promise<void> {
  try {
    await delivery;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    log('debug', 'an envelope was not delivered', { reason: describe(error) });
  }
}
