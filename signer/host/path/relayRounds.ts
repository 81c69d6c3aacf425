/**
 * Stage 7, the host's half: carries the rounds of a session between enclaves, in envelopes that it cannot read. What arrives
 * before this enclave has started the session waits for it.
 */

import { size, slice } from 'viem';
import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { WaitingRoom } from '../convene/waiting.ts';
import { describe, isRetryable } from '../errors.ts';
import { EnclaveRefused, type Life } from '../life/life.ts';
import type { Log } from '../log.ts';
import type { Mail } from '../mail/mail.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Spawn } from '../work.ts';

export type RelayRounds = {
  /** from this enclave to another's host */
  send(event: Extract<Event, { readonly event: 'envelope' }>): void;
  /** from another host to this enclave */
  receive(from: Hex, envelope: Hex): void;
  /** this enclave has started the session: what waited for it goes in */
  begin(session: Hex): void;
};

type RelayPorts = { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics };

/** version 1 byte ‖ session 32 bytes ‖ … (docs/formats.md, "Envelope") */
const SESSION_END = 33;

/** `isOpen`: whether this enclave is in that session; `lifetime` of an early envelope, in milliseconds */
export function relayRounds(
  { clock, log, metrics }: RelayPorts,
  life: Pick<Life, 'ask'>,
  mail: Pick<Mail, 'send'>,
  spawn: Spawn,
  isOpen: (session: Hex) => boolean,
  lifetime: number,
): RelayRounds {
  const waiting = new WaitingRoom(lifetime);
  const keep = (from: Hex, session: Hex, envelope: Hex) => {
    const gone = waiting.keep(from, session, envelope, clock.now());
    if (gone > 0) metrics.add('quorate_mail_dropped_total', { reason: 'early' }, gone);
  };
  const deliver = async (from: Hex, session: Hex, envelope: Hex) => {
    try {
      await life.ask('deliver', { envelope });
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const code = error instanceof EnclaveRefused ? error.refusal.code : null;
      if (code === 'SESSION_UNKNOWN') keep(from, session, envelope);
      // an enclave that is down has lost the session anyway
      else if (code !== 'ENVELOPE_DUPLICATE')
        log('debug', 'an envelope was not delivered', { reason: describe(error) });
    }
  };
  return {
    send: ({ to, envelope }) => mail.send(to, { type: 'envelope', envelope }),
    receive: (from, envelope) => {
      if (size(envelope) < SESSION_END) return metrics.add('quorate_peer_refused_total', { reason: 'malformed' });
      const session = slice(envelope, 1, SESSION_END);
      if (isOpen(session)) spawn('deliver', deliver(from, session, envelope));
      else keep(from, session, envelope);
    },
    begin: (session) => {
      for (const { from, envelope } of waiting.take(session)) spawn('deliver', deliver(from, session, envelope));
    },
  };
}
