/** What the other members said in one session: each thing once, whatever order and however often a host delivers it. */

import { isEqual } from '../../formats/equal.ts';
import { Refused } from '../../formats/refusal.ts';
import { type PartyId, partyIdOf } from '../../protocol/committee.ts';
import { Fault } from '../../protocol/fault.ts';
import type { Round, RoundIn, Rounds, Said } from '../../protocol/round.ts';
import type { Route } from './envelope.ts';
import { Equivocation, type SignedMessage } from './message.ts';

/** An honest member is at most one round ahead: to go further it needs what we have not said yet. */
const MAX_ROUNDS_AHEAD = 1;

export type Heard = { readonly route: Route; readonly message: SignedMessage };
type Slot = Pick<Route, 'round' | 'broadcast'>;

export class Inbox {
  readonly #others: readonly PartyId[];
  readonly #rounds: Rounds;
  readonly #slots = new Map<string, Heard>();

  constructor(others: readonly number[], rounds: Rounds) {
    this.#others = others.map(partyIdOf);
    this.#rounds = rounds;
  }

  /**
   * Longest payload that the protocol has for this slot, known before anything is decrypted.
   * @param current the round that is open now
   * @throws Refused ENVELOPE_AHEAD, ENVELOPE_UNEXPECTED
   */
  maxBytes({ round, broadcast }: Slot, current: number): number {
    if (round > current + MAX_ROUNDS_AHEAD)
      throw new Refused('ENVELOPE_AHEAD', `round ${round}, while round ${current} is open`);
    const row = this.#rounds[round];
    const bytes = broadcast ? row?.broadcast : row?.direct;
    if (bytes !== undefined) return bytes;
    throw new Refused('ENVELOPE_UNEXPECTED', `round ${round} has no ${broadcast ? 'broadcast' : 'direct'} message`);
  }

  /**
   * @throws Refused as `maxBytes` does, and ENVELOPE_DUPLICATE; Fault when the sender signed two different messages for one slot, or
   * one that is longer than any honest message
   */
  put(route: Route, message: SignedMessage, current: number): void {
    requireSize(route, message, this.maxBytes(route, current));
    const slot = slotOf(route.round, route.from, route.broadcast);
    const known = this.#slots.get(slot);
    if (known === undefined) {
      this.#slots.set(slot, { route, message });
      return;
    }
    if (isEqual(known.message.payload, message.payload)) throw new Refused('ENVELOPE_DUPLICATE', slot);
    throw new Fault('equivocation', `round ${route.round}`, {
      culprits: [partyIdOf(route.from)],
      cause: new Equivocation(route, [known.message, message]),
    });
  }

  /** Members whose part of this round is missing. */
  awaited(round: number): readonly PartyId[] {
    const row = this.#rounds[round];
    return row ? this.#others.filter((from) => !isWhole(row, this.#said(round, from))) : [];
  }

  /** What was heard in a whole round. */
  take(round: number): RoundIn {
    return new Map(this.#others.map((from) => [from, this.#said(round, from)]));
  }

  /** Everything that one member said. */
  saidBy(party: number): readonly Heard[] {
    return [...this.#slots.values()].filter(({ route }) => route.from === party);
  }

  #said(round: number, from: number): Said {
    const broadcast = this.#slots.get(slotOf(round, from, true))?.message.payload;
    const direct = this.#slots.get(slotOf(round, from, false))?.message.payload;
    return { ...(broadcast && { broadcast }), ...(direct && { direct }) };
  }
}

function isWhole(row: Round, heard: Said): boolean {
  if (row.broadcast !== undefined && heard.broadcast === undefined) return false;
  return row.direct === undefined || heard.direct !== undefined;
}

function requireSize({ round, from }: Route, { payload }: SignedMessage, maxBytes: number): void {
  if (payload.length > maxBytes) throw new Fault('malformed', `round ${round}`, { culprits: [partyIdOf(from)] });
}

function slotOf(round: number, from: number, broadcast: boolean): string {
  return `${round}/${from}/${broadcast ? 'broadcast' : 'direct'}`;
}
