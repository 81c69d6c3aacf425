/** Runs all parties of a protocol in one thread, in step, and counts what they say: a broadcast once for each receiver. */
import type { Committee, PartyId } from '../../signer/protocol/committee.ts';
import type { Protocol, RoundIn } from '../../signer/protocol/round.ts';

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
    const said = new Map<PartyId, Uint8Array>();
    for (const { self, protocol } of parties) {
      const { done, value } = heard ? protocol.next(heard.get(self) ?? new Map()) : protocol.next();
      if (done) outputs.push(value);
      else said.set(self, value.broadcast ?? new Uint8Array());
    }
    bytes += [...said.values()].reduce((sum, message) => sum + message.length * (parties.length - 1), 0);
    heard = new Map(members.map(({ self }) => [self, roundFor(self, said)]));
  }
  return { outputs, bytes };
}

function roundFor(self: PartyId, said: ReadonlyMap<PartyId, Uint8Array>): RoundIn {
  return new Map([...said].filter(([id]) => id !== self).map(([id, broadcast]) => [id, { broadcast }]));
}
