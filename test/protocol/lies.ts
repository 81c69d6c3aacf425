/** What a corrupt party may say. */
import { concatBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite, KeygenSuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import type { PartyId } from '../../signer/protocol/committee.ts';
import type { Envelope } from '../../signer/protocol/keygen/envelope.ts';
import type { Protocol, RoundOut } from '../../signer/protocol/round.ts';
import type { Adversary } from './simulate.ts';

type Alter = (bytes: Uint8Array) => Uint8Array;

/** What the liar says in one round, altered for everybody. */
export function lieOf(liar: PartyId): (round: string, alter: Alter) => Adversary {
  return (round, alter) => (from, _to, at, bytes) => (from === liar && at === round ? alter(bytes.slice()) : bytes);
}

export function flip(at: number): Alter {
  return (bytes) => {
    bytes[at] = bytes[at]! ^ 1;
    return bytes;
  };
}

/** Adds one to the scalar that begins `at` bytes from the end. */
export function addOne({ group: { scalars } }: KeygenSuite, at: number): Alter {
  return (bytes) => {
    const start = bytes.length + at;
    bytes.set(scalars.add(scalars.decode(bytes.slice(start, start + 32)), scalars.from(1)), start);
    return bytes;
  };
}

/** The same request, answered with commitments to other nonces, for each message. */
export function otherCommitments({ group }: Ciphersuite, bytes: Uint8Array): Uint8Array {
  const at = 32;
  const pairs = (bytes.length - at) / (2 * group.wideBytes);
  const points = Array.from({ length: 2 * pairs }, (_, k) =>
    group.encodeWide(group.multiplyBase(group.scalars.from(k + 2))),
  );
  return concatBytes(bytes.slice(0, at), ...points);
}

/** The envelope of a dealer that seals something else for its victim. */
export function sealingWrongly(envelope: Envelope, victim: PartyId): Envelope {
  const channel: Envelope['channel'] = (mine, theirs) => {
    const honest = envelope.channel(mine, theirs);
    return {
      ...honest,
      seal: (route, share) => honest.seal(route, route.to === victim ? flip(0)(share.slice()) : share),
    };
  };
  return { ...envelope, channel };
}

/** Runs a second, consistent life of the liar, and shows that one to the victim. */
export function doubleLife<T>(liar: PartyId, victim: PartyId, second: Protocol<T>): Adversary {
  let shown = second.next().value as RoundOut;
  let before: { round: string; said: ReadonlyMap<PartyId, Uint8Array> } | undefined;
  return (from, to, round, bytes, said) => {
    if (before && before.round !== round) {
      const heard = [...before.said]
        .filter(([id]) => id !== liar)
        .map(([id, broadcast]) => [id, { broadcast }] as const);
      shown = second.next(new Map(heard)).value as RoundOut;
    }
    before = { round, said };
    return from === liar && to === victim ? shown.broadcast : bytes;
  };
}
