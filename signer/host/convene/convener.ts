/** Who signs with whom, and when: sessions that this host leads or takes part in, and ceremonies. Their only owner. */

import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Message } from '../mail/messages.ts';

export type Convener = {
  /** Leads, answers and starts whatever is due now; returns at once. */
  convene(): void;
  /** What another host says. */
  hear(from: Hex, message: Message): void;
  /** What the enclave says of its sessions. */
  heard(event: Extract<Event, { readonly event: 'signature' | 'activation' | 'confirmation' | 'fault' | 'refusal' }>): void;
  /** The leader of a session, while it is known; null in key generation. */
  leaderOf(session: Hex): Hex | null;
  /** The enclave is gone, and every session with it. */
  lost(): void;
  /** Begins nothing more, waits until what is under way has ended or `until` (clock time), then gives the rest up. */
  stop(until: number): Promise<void>;
};
