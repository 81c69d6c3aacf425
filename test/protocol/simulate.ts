/** All parties of a protocol in one process, in step, with a tap on every message between two of them. */
import { randomBytes } from '@noble/hashes/utils.js';
import { type Committee, committeeOf, type PartyId } from '../../signer/protocol/committee.ts';
import { Fault } from '../../signer/protocol/fault.ts';
import type { Protocol, RoundIn, RoundOut, Said } from '../../signer/protocol/round.ts';

/**
 * What `to` gets instead of what `from` said to it; nothing if it is dropped. It rushes: `said` is all that was said in this round. What is
 * said to one party alone comes with `/direct` after the round's name, and `said` is then what `to` is told.
 */
export type Adversary = (
  from: PartyId,
  to: PartyId,
  round: string,
  bytes: Uint8Array,
  said: ReadonlyMap<PartyId, Uint8Array>,
) => Uint8Array | undefined;

export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

export const honest: Adversary = (_from, _to, _round, bytes) => bytes;

/** The same session as each of its members sees it. */
export function committees(ids: readonly number[], threshold: number, context = randomBytes(32)): Committee[] {
  return ids.map((id) => committeeOf(id, ids, threshold, context));
}

export function simulate<T>(
  members: readonly Committee[],
  start: (committee: Committee) => Protocol<T>,
  adversary: Adversary = honest,
): Map<PartyId, Outcome<T>> {
  const running = new Map<PartyId, Protocol<T>>();
  const waiting = new Map<PartyId, RoundOut>();
  const outcomes = new Map<PartyId, Outcome<T>>();
  const advance = (id: PartyId, step: () => IteratorResult<RoundOut, T>) => {
    try {
      const { done, value } = step();
      if (done) outcomes.set(id, { value });
      else waiting.set(id, value);
    } catch (error) {
      outcomes.set(id, { error });
    }
  };

  for (const committee of members) {
    advance(committee.self, () => {
      const protocol = start(committee);
      running.set(committee.self, protocol);
      return protocol.next();
    });
  }
  while (waiting.size > 0) {
    const said = new Map(waiting);
    waiting.clear();
    for (const [id, out] of said) {
      const heard = deliver(said, id, out.round, adversary);
      const silent = members.map(({ self }) => self).filter((from) => from !== id && !heard.has(from));
      const protocol = running.get(id)!;
      if (silent.length > 0) advance(id, () => protocol.throw(new Fault('silent', out.round, { silent })));
      else advance(id, () => protocol.next(heard));
    }
  }
  return outcomes;
}

function deliver(said: ReadonlyMap<PartyId, RoundOut>, to: PartyId, round: string, adversary: Adversary): RoundIn {
  const heard = new Map<PartyId, Said>();
  const all = new Map([...said].map(([from, out]) => [from, out.broadcast ?? new Uint8Array()]));
  const directs = new Map(
    [...said].flatMap(([from, { direct }]) => (direct?.has(to) ? [[from, direct.get(to)!] as const] : [])),
  );
  for (const [from, out] of said) {
    if (from === to || out.round !== round) continue;
    const broadcast = out.broadcast && adversary(from, to, round, out.broadcast, all);
    const own = out.direct?.get(to);
    const direct = own && adversary(from, to, `${round}/direct`, own, directs);
    if (broadcast || direct) heard.set(from, { ...(broadcast && { broadcast }), ...(direct && { direct }) });
  }
  return heard;
}

export function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome && 'value' in outcome) return outcome.value;
  throw outcome ? outcome.error : new Error('no such party');
}

export function faultOf<T>(outcome: Outcome<T> | undefined): Fault {
  if (outcome && 'error' in outcome && outcome.error instanceof Fault) return outcome.error;
  throw new Error('no fault', { cause: outcome && 'error' in outcome ? outcome.error : undefined });
}
