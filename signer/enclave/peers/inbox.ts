/** What the other members said in one session: each thing once, whatever order and however often a host delivers it. */

import { isEqual } from '../../formats/equal.ts';
import { Refused } from '../../formats/refusal.ts';
import { type PartyId, partyIdOf } from '../../protocol/committee.ts';
import { Fault } from '../../protocol/fault.ts';
import type { RoundIn, RoundOut, Said } from '../../protocol/round.ts';
import type { Route } from './envelope.ts';
import { Equivocation, type SignedMessage } from './message.ts';

/** An honest member is at most one round ahead: to go further it needs what we have not said yet. */
const MAX_ROUNDS_AHEAD = 1;

export type Heard = { readonly route: Route; readonly message: SignedMessage };

export class Inbox {
  readonly #others: readonly PartyId[];
  readonly #slots = new Map<string, Heard>();

  constructor(others: readonly number[]) {
    this.#others = others.map(partyIdOf);
  }

  /**
   * @param current the round that is open now
   * @throws Refused ENVELOPE_AHEAD, ENVELOPE_DUPLICATE; Fault when the sender signed two different messages for one slot, or
   * something new in a round that is over
   */
  put(route: Route, message: SignedMessage, current: number): void {
    if (route.round > current + MAX_ROUNDS_AHEAD) {
      throw new Refused('ENVELOPE_AHEAD', `round ${route.round}, while round ${current} is open`);
    }
    const slot = slotOf(route.round, route.from, route.broadcast);
    const known = this.#slots.get(slot);
    if (known === undefined) {
      requireOpen(route, current);
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
  awaited(round: number, said: RoundOut): readonly PartyId[] {
    return this.#others.filter((from) => !this.#isWhole(round, from, said));
  }

  /**
   * What was heard in a whole round.
   * @throws Fault naming those that also said something of a kind that this round does not have
   */
  take(round: number, said: RoundOut): RoundIn {
    const culprits = this.#others.filter((from) => this.#hasStray(round, from, said));
    if (culprits.length > 0) throw new Fault('malformed', said.round, { culprits });
    return new Map(this.#others.map((from) => [from, this.#said(round, from)]));
  }

  /** Everything that one member said. */
  saidBy(party: number): readonly Heard[] {
    return [...this.#slots.values()].filter(({ route }) => route.from === party);
  }

  #isWhole(round: number, from: number, said: RoundOut): boolean {
    const heard = this.#said(round, from);
    if (said.broadcast !== undefined && heard.broadcast === undefined) return false;
    return said.direct === undefined || heard.direct !== undefined;
  }

  #hasStray(round: number, from: number, said: RoundOut): boolean {
    const heard = this.#said(round, from);
    return (
      (said.broadcast === undefined && heard.broadcast !== undefined) ||
      (said.direct === undefined && heard.direct !== undefined)
    );
  }

  #said(round: number, from: number): Said {
    const broadcast = this.#slots.get(slotOf(round, from, true))?.message.payload;
    const direct = this.#slots.get(slotOf(round, from, false))?.message.payload;
    return { ...(broadcast && { broadcast }), ...(direct && { direct }) };
  }
}

/** A round that is over was whole: who has something new to say in it only fills our memory. */
function requireOpen({ round, from }: Route, current: number): void {
  if (round < current) throw new Fault('malformed', `round ${round}`, { culprits: [partyIdOf(from)] });
}

function slotOf(round: number, from: number, broadcast: boolean): string {
  return `${round}/${from}/${broadcast ? 'broadcast' : 'direct'}`;
}
