/**
 * Stage 7: one protocol among the members of one session. Pure: it turns messages that were heard into messages to say and,
 * once, an outcome. A generator cannot be sealed, so a restart ends every session, and no nonce comes back.
 */
import { Fault } from '../../protocol/fault.ts';
import type { Conversation, Round, RoundIn, RoundOut } from '../../protocol/round.ts';
import type { Route } from '../peers/envelope.ts';
import { type Heard, Inbox } from '../peers/inbox.ts';
import type { SignedMessage } from '../peers/message.ts';

/** Something to say in one round, to one member or (`to` undefined) to all the others. */
export type Saying = { readonly round: number; readonly to: number | undefined; readonly payload: Uint8Array };
export type Outcome<T> = { readonly result: T } | { readonly fault: Fault };
/** What follows from one event; without an outcome the session goes on. */
export type Step<T> = { readonly say: readonly Saying[]; readonly outcome?: Outcome<T> };

/** The rounds of one session that is under way. */
export type Course<T> = {
  /** Says the first round. */
  start(): Step<T>;
  /** @throws Refused for a message that is dropped and changes nothing */
  hear(route: Route, message: SignedMessage): Step<T>;
  /** Longest payload that the protocol has for this slot. @throws Refused for a slot that it does not have, or not yet */
  maxBytes(slot: Pick<Route, 'round' | 'broadcast'>): number;
  /** Everything that one member said, signed: what disputes are judged by. */
  saidBy(party: number): readonly Heard[];
  /** Ends the protocol, its secrets wiped; blames those whose part of the open round is missing. */
  giveUp(): Fault;
};

/** @param others the party numbers of everybody else in the session */
export function runSession<T>(others: readonly number[], { rounds, protocol }: Conversation<T>): Course<T> {
  const inbox = new Inbox(others, rounds);
  let round = -1;

  function wholeRound(): RoundIn | undefined {
    return round >= 0 && inbox.awaited(round).length === 0 ? inbox.take(round) : undefined;
  }

  /** Goes through every round that is whole by now. */
  function advance(first: () => RoundIn | undefined): Step<T> {
    const say: Saying[] = [];
    try {
      for (let heard = first(); heard !== undefined; heard = wholeRound()) {
        const turn = protocol.next(heard);
        if (turn.done) return { say, outcome: { result: turn.value } };
        round += 1;
        requireInTable(turn.value, rounds[round]);
        say.push(...sayingsOf(round, turn.value));
      }
      return { say };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { say, outcome: { fault: stop(error) } };
    }
  }

  /** Throws the fault into the protocol, so that it wipes its secrets; one that has ended throws it back at once. */
  function stop(fault: Fault): Fault {
    try {
      protocol.throw(fault);
    } catch (error) {
      if (error === fault) return fault;
      throw error;
    }
    throw new Error('a protocol went on after a fault');
  }

  return {
    start: () => advance(() => new Map()),
    hear: (route, message) =>
      advance(() => {
        inbox.put(route, message, round);
        return wholeRound();
      }),
    maxBytes: (slot) => inbox.maxBytes(slot, round),
    saidBy: (party) => inbox.saidBy(party),
    giveUp: () => stop(new Fault('silent', rounds[round]?.round ?? 'start', { silent: inbox.awaited(round) })),
  };
}

/** What a protocol says beside its table is our own mistake, and its peers would refuse it. */
function requireInTable(out: RoundOut, row: Round | undefined): void {
  const isSame = row !== undefined && out.round === row.round;
  const longest = Math.max(0, ...[...(out.direct?.values() ?? [])].map(({ length }) => length));
  if (!isSame || !fits(out.broadcast?.length, row.broadcast) || !fits(out.direct && longest, row.direct))
    throw new Error(`${out.round} is not in the table of rounds`);
}

function fits(length: number | undefined, maxBytes: number | undefined): boolean {
  if (length === undefined || maxBytes === undefined) return length === maxBytes;
  return length <= maxBytes;
}

function sayingsOf(round: number, { broadcast, direct }: RoundOut): readonly Saying[] {
  const sayings = [...(direct ?? [])].map(([to, payload]) => ({ round, to: to as number | undefined, payload }));
  return broadcast ? [{ round, to: undefined, payload: broadcast }, ...sayings] : sayings;
}
