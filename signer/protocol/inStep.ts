/** Several runs of one protocol among the same parties, round by round together: what is said in a round is all that they say, one after the other. */
import { concatBytes } from '@noble/curves/utils.js';
import type { PartyId } from './committee.ts';
import { Fault } from './fault.ts';
import type { Protocol, Round, RoundIn, RoundOut, Rounds, Said } from './round.ts';

/** The table of `count` runs together. @param rounds that of one run, whose messages have exactly these lengths */
export function inStepRounds(rounds: Rounds, count: number): Rounds {
  return rounds.map(({ round, broadcast, direct }) => ({
    round,
    ...(broadcast !== undefined && { broadcast: count * broadcast }),
    ...(direct !== undefined && { direct: count * direct }),
  }));
}

/** @throws the first Fault of any of them: then all have ended, their secrets wiped */
export function* inStep<T>(protocols: readonly Protocol<T>[], rounds: Rounds): Protocol<T[]> {
  let heard: readonly RoundIn[] = protocols.map(() => new Map());
  try {
    for (const row of rounds) {
      const said = yield together(
        row,
        protocols.map((protocol, k) => saidBy(protocol, heard[k])),
      );
      requireLengths(said, row, protocols.length);
      heard = protocols.map((_, k) => partOf(said, row, k));
    }
    return protocols.map((protocol, k) => resultOf(protocol, heard[k]));
  } finally {
    for (const protocol of protocols) protocol.return(undefined as never);
  }
}

function saidBy<T>(protocol: Protocol<T>, heard: RoundIn = new Map()): RoundOut {
  const turn = protocol.next(heard);
  if (turn.done) throw new Error('a run is over before the others');
  return turn.value;
}

function resultOf<T>(protocol: Protocol<T>, heard: RoundIn = new Map()): T {
  const turn = protocol.next(heard);
  if (!turn.done) throw new Error('a run goes on when the others are over');
  return turn.value;
}

function together({ round }: Round, outs: readonly RoundOut[]): RoundOut {
  if (outs.some((out) => out.round !== round)) throw new Error('the runs are in different rounds');
  const broadcasts = outs.flatMap(({ broadcast }) => broadcast ?? []);
  const receivers = [...(outs[0]?.direct?.keys() ?? [])];
  const toOne = (id: PartyId) => concatBytes(...outs.map(({ direct }) => direct?.get(id) ?? new Uint8Array()));
  return {
    round,
    ...(broadcasts.length > 0 && { broadcast: concatBytes(...broadcasts) }),
    ...(receivers.length > 0 && { direct: new Map(receivers.map((id) => [id, toOne(id)])) }),
  };
}

/** Where one run ends and the next begins is known by lengths alone. What is missing, the runs find missing. */
function requireLengths(heard: RoundIn, { round, broadcast = 0, direct = 0 }: Round, count: number): void {
  const isWrong = (bytes: Uint8Array | undefined, length: number) =>
    bytes !== undefined && bytes.length !== count * length;
  const culprits = [...heard].filter(([, said]) => isWrong(said.broadcast, broadcast) || isWrong(said.direct, direct));
  if (culprits.length > 0) throw new Fault('malformed', round, { culprits: culprits.map(([id]) => id) });
}

function partOf(heard: RoundIn, { broadcast = 0, direct = 0 }: Round, k: number): RoundIn {
  const part = (bytes: Uint8Array | undefined, length: number) => bytes?.slice(k * length, (k + 1) * length);
  return new Map(
    [...heard].map(([id, said]): [PartyId, Said] => {
      const [toAll, toUs] = [part(said.broadcast, broadcast), part(said.direct, direct)];
      return [id, { ...(toAll && { broadcast: toAll }), ...(toUs && { direct: toUs }) }];
    }),
  );
}
