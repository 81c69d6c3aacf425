/** The shape of every protocol: a generator that says one thing per round and hears one thing from each peer. */
import { type Committee, othersOf, type PartyId } from './committee.ts';
import { Fault } from './fault.ts';
import { Malformed } from './reader.ts';

/** What a party says in one round: the same bytes to all, and/or bytes for one each. */
export interface RoundOut {
  readonly round: string;
  readonly broadcast?: Uint8Array;
  /** Confidential: the driver encrypts each to its receiver. */
  readonly direct?: ReadonlyMap<PartyId, Uint8Array>;
}

/** All that an honest party may say in one round: at most so many bytes of each kind, and nothing of a kind that is not named. */
export interface Round {
  readonly round: string;
  readonly broadcast?: number;
  readonly direct?: number;
}

/** Every round of a protocol, in order, known before it begins: a driver opens nothing that is not in this table. */
export type Rounds = readonly Round[];

/** A protocol that has not begun, and its table. */
export interface Conversation<T> {
  readonly rounds: Rounds;
  readonly protocol: Protocol<T>;
}

/** What one peer said, authenticated and bound to session, round, sender and receiver by the driver. */
export interface Said {
  readonly broadcast?: Uint8Array;
  readonly direct?: Uint8Array;
}

/** One entry for every other party; a driver that gives up on somebody throws a `silent` fault into the generator. */
export type RoundIn = ReadonlyMap<PartyId, Said>;

export type Protocol<T> = Generator<RoundOut, T, RoundIn>;

/** What each party of the session broadcast in one round, ourselves included. */
export type Broadcasts = ReadonlyMap<PartyId, Uint8Array>;

/** Tells everybody `bytes`, and returns what everybody told us. */
export function* broadcast(round: string, bytes: Uint8Array, committee: Committee): Protocol<Broadcasts> {
  const heard = yield { round, broadcast: bytes };
  requireAll(round, heard, committee);
  return new Map(committee.parties.map((id) => [id, id === committee.self ? bytes : broadcastOf(heard, id)]));
}

/** What each other party said to us alone in one round. */
export type Directs = ReadonlyMap<PartyId, Uint8Array>;

/** Tells everybody `broadcast` and each other party something of its own, and returns what we were told. */
export function* exchange(
  round: string,
  { broadcast: bytes, direct }: { readonly broadcast: Uint8Array; readonly direct: Directs },
  committee: Committee,
): Protocol<{ readonly broadcasts: Broadcasts; readonly directs: Directs }> {
  const heard = yield { round, broadcast: bytes, direct };
  requireAll(round, heard, committee);
  return {
    broadcasts: new Map(committee.parties.map((id) => [id, id === committee.self ? bytes : broadcastOf(heard, id)])),
    directs: directsOf(round, heard, committee),
  };
}

/** Tells each other party something of its own, and returns what each told us. */
export function* tellEach(round: string, direct: Directs, committee: Committee): Protocol<Directs> {
  const heard = yield { round, direct };
  return directsOf(round, heard, committee);
}

/** Decodes what each peer said; peers whose bytes cannot be decoded are blamed together. */
export function decodeEach<T>(
  round: string,
  said: Broadcasts,
  committee: Committee,
  decode: (bytes: Uint8Array, from: PartyId) => T,
): Map<PartyId, T> {
  const decoded = new Map<PartyId, T>();
  const failures = new Map<PartyId, Malformed>();
  for (const from of othersOf(committee)) {
    try {
      decoded.set(from, decode(said.get(from) ?? new Uint8Array(), from));
    } catch (cause) {
      if (!(cause instanceof Malformed)) throw cause;
      failures.set(from, cause);
    }
  }
  if (failures.size > 0)
    throw new Fault('malformed', round, { culprits: [...failures.keys()], cause: [...failures.values()] });
  return decoded;
}

function requireAll(round: string, heard: RoundIn, committee: Committee): void {
  const silent = othersOf(committee).filter((id) => heard.get(id)?.broadcast === undefined);
  if (silent.length > 0) throw new Fault('silent', round, { silent });
  if (heard.size !== committee.parties.length - 1) throw new Error('the driver delivered messages of strangers');
}

function directsOf(round: string, heard: RoundIn, committee: Committee): Directs {
  const said = othersOf(committee).flatMap((id) => {
    const direct = heard.get(id)?.direct;
    return direct ? [[id, direct] as const] : [];
  });
  const directs = new Map(said);
  const silent = othersOf(committee).filter((id) => !directs.has(id));
  if (silent.length > 0) throw new Fault('silent', round, { silent });
  if (heard.size !== directs.size) throw new Error('the driver delivered messages of strangers');
  return directs;
}

function broadcastOf(heard: RoundIn, id: PartyId): Uint8Array {
  return heard.get(id)?.broadcast ?? new Uint8Array();
}
