/** Runs all parties of a protocol in one thread, in step, and counts what they say: a broadcast once for each receiver. */
import type { Committee, PartyId } from '../../signer/protocol/committee.ts';
import type { Protocol, RoundIn, RoundOut, Said } from '../../signer/protocol/round.ts';

export interface Run<T> {
  readonly outputs: readonly T[];
  readonly bytes: number;
}

export function runInStep<T>(members: readonly Committee[], start: (committee: Committee) => Protocol<T>): Run<T> {
  const parties = members.map((committee) => ({ self: committee.self, protocol: start(committee) }));
  const outputs: T[] = [];
  let bytes = 0;
  let heard: ReadonlyMap<PartyId, RoundIn> | undefined;
  while (outputs.length < parties.length) {
    const said = new Map<PartyId, RoundOut>();
    for (const { self, protocol } of parties) {
      const { done, value } = heard ? protocol.next(heard.get(self) ?? new Map()) : protocol.next();
      if (done) outputs.push(value);
      else said.set(self, value);
    }
    bytes += [...said.values()].reduce((sum, out) => sum + bytesOf(out, parties.length - 1), 0);
    heard = new Map(members.map(({ self }) => [self, roundFor(self, said)]));
  }
  return { outputs, bytes };
}

function bytesOf({ broadcast, direct }: RoundOut, receivers: number): number {
  const toEach = [...(direct?.values() ?? [])].reduce((sum, message) => sum + message.length, 0);
  return (broadcast?.length ?? 0) * receivers + toEach;
}

function roundFor(self: PartyId, said: ReadonlyMap<PartyId, RoundOut>): RoundIn {
  return new Map([...said].filter(([id]) => id !== self).map(([id, out]) => [id, saidTo(self, out)]));
}

function saidTo(self: PartyId, { broadcast, direct }: RoundOut): Said {
  const own = direct?.get(self);
  return { ...(broadcast && { broadcast }), ...(own && { direct: own }) };
}
