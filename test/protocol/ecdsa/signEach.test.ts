/** Several ECDSA signatures in one session: each for its own digest and key, in batches; a lie in one of them is the end of all. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { type Committee, type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { ecdsaEachRounds, ecdsaSignEach } from '../../../signer/protocol/ecdsa/ecdsaSignEach.ts';
import { MAX_SESSIONS, NoSetup } from '../../../signer/protocol/ecdsa/ot/pairs.ts';
import { derivedPublicKey, type EcdsaRequest } from '../../../signer/protocol/ecdsa/session.ts';
import { type Booted, generateEcdsa, ready, suite } from '../ecdsaKeys.ts';
import { type Adversary, committees, faultOf, honest, type Outcome, resultOf, simulate } from '../simulate.ts';

const shares = generateEcdsa(2, 3);
/** Longest message of one run, and what two of them fit into. */
const LONGEST = 53_506;
const TWO = 2 * LONGEST;
const [ALICE, BOB, CAROL] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];

const digests = (count: number): readonly EcdsaRequest[] =>
  Array.from({ length: count }, () => ({
    digest: randomBytes(32),
    tweaks: [{ kind: 'plain' as const, scalar: suite.group.scalars.reduce(randomBytes(64)) }],
  }));

function protocolOf({ boots, pairs }: Booted, own: Committee, requests: readonly EcdsaRequest[], maxBytes = TWO) {
  const { self } = own;
  return ecdsaSignEach(own, suite, shares.get(self)!, requests, boots, pairs.get(self)!, randomBytes, maxBytes);
}

function signEach(
  booted: Booted,
  ids: readonly number[],
  requests: readonly EcdsaRequest[],
  adversary: Adversary = honest,
): Map<PartyId, Outcome<Uint8Array[]>> {
  return simulate(committees(ids, 2), (own) => protocolOf(booted, own, requests), adversary);
}

const bootOf = ({ boots }: Booted, id: PartyId) => boots.get(id)!;

describe('several ECDSA signatures in one session', () => {
  it('are each of their own digest, under their own derived key, and the same for all', () => {
    const requests = digests(5);
    const [first, ...others] = [...signEach(ready(3), [1, 2, 3], requests).values()].map(resultOf);
    for (const other of others) deepEqual(other, first);
    const root = shares.get(ALICE)!.publicKey;
    requests.forEach(({ digest, tweaks }, m) => {
      const key = derivedPublicKey(suite, root, tweaks);
      equal(secp256k1.verify(first![m]!.slice(0, 64), digest, key, { prehash: false, lowS: true }), true);
    });
  });

  it('take as many rounds as batches need, none longer than a message may be', () => {
    const [own] = committees([1, 2], 2) as [Committee];
    const sizes = (count: number, maxBytes: number) =>
      ecdsaEachRounds(own, suite, count, maxBytes).map(({ direct = 0 }) => direct);
    deepEqual(sizes(1, 1), [10_800, LONGEST, 0]);
    deepEqual(sizes(3, TWO), [21_600, TWO, 0, 10_800, LONGEST, 0]);
    deepEqual(sizes(3, TWO - 1), [10_800, LONGEST, 0, 10_800, LONGEST, 0, 10_800, LONGEST, 0]);
  });

  it('take a context of every pair each, and no other session has one of them', () => {
    const booted = ready(2);
    const requests = digests(3);
    const context = randomBytes(32);
    const run = () => simulate(committees([1, 2], 2, context), (own) => protocolOf(booted, own, requests));
    run();
    const pairs = booted.pairs.get(ALICE)!;
    equal(pairs.has(bootOf(booted, BOB), MAX_SESSIONS - 3), true);
    equal(pairs.has(bootOf(booted, BOB), MAX_SESSIONS - 2), false);
    throws(() => resultOf(run().get(ALICE)), /used its OTs before/);
  });

  it('name whoever lies in one of them, wipe what it was set up with, and leave nobody a signature', () => {
    for (const [round, code] of [
      ['ecdsa/commitments/direct', 'ot-check-failed'],
      ['ecdsa/multiplications/direct', 'multiplication-check-failed'],
    ] as const) {
      const booted = ready(3);
      // Of the second of two runs, in the middle of what the check covers.
      const bobLies: Adversary = (from, to, at, bytes) =>
        from === BOB && to === ALICE && at === round ? flipped(bytes, Math.floor(bytes.length * 0.7)) : bytes;
      const outcomes = signEach(booted, [1, 2, 3], digests(2), bobLies);
      const fault = faultOf(outcomes.get(ALICE));
      equal(fault.code, code);
      deepEqual(fault.culprits, [BOB]);
      equal(booted.pairs.get(ALICE)!.has(bootOf(booted, BOB)), false);
      equal(booted.pairs.get(ALICE)!.has(bootOf(booted, CAROL)), true);
      for (const outcome of outcomes.values()) equal('value' in outcome, false);
    }
  });

  it('leave nobody any signature where one share of one of them is wrong, with whoever it was unnamed among three', () => {
    const booted = ready(3);
    const bobLies: Adversary = (from, _to, at, bytes) =>
      from === BOB && at === 'ecdsa/shares' ? flipped(bytes, 64 + 40) : bytes;
    for (const ids of [
      [1, 2],
      [1, 2, 3],
    ]) {
      const outcomes = signEach(booted, ids, digests(2), bobLies);
      const honest = [...outcomes].filter(([id]) => id !== BOB);
      for (const [, outcome] of honest) {
        const { code, culprits } = faultOf(outcome);
        deepEqual([code, culprits], ['invalid-signature', ids.length === 2 ? [BOB] : []]);
      }
    }
    // Nothing of OT has failed.
    equal(booted.pairs.get(ALICE)!.has(bootOf(booted, BOB)), true);
  });

  it('name whoever says too much or too little', () => {
    for (const round of ['ecdsa/commitments', 'ecdsa/multiplications/direct', 'ecdsa/shares'])
      for (const change of [
        (bytes: Uint8Array) => bytes.slice(1),
        (bytes: Uint8Array) => bytes.slice(0, Math.floor(bytes.length / 3)),
        (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
        () => new Uint8Array(),
      ]) {
        const bobLies: Adversary = (from, to, at, bytes) =>
          from === BOB && to === ALICE && at === round ? change(bytes) : bytes;
        const fault = faultOf(signEach(ready(2), [1, 2], digests(2), bobLies).get(ALICE));
        equal(fault.code, 'malformed', round);
        deepEqual(fault.culprits, [BOB]);
      }
  });

  it('end without blame where a set-up is wiped between two batches', () => {
    const booted = ready(2);
    const wipes: Adversary = (_from, to, round, bytes) => {
      if (to === ALICE && round === 'ecdsa/shares') booted.pairs.get(ALICE)!.wipe(bootOf(booted, BOB));
      return bytes;
    };
    const fault = faultOf(signEach(booted, [1, 2], digests(3), wipes).get(ALICE));
    equal(fault.code, 'setup-wiped');
    deepEqual([fault.culprits, fault.silent], [[], []]);
  });

  it('begin only where OT is set up with all', () => {
    const booted = ready(3);
    booted.pairs.get(ALICE)!.wipe(bootOf(booted, CAROL));
    throws(() => resultOf(signEach(booted, [1, 2, 3], digests(1)).get(ALICE)), NoSetup);
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, bytes[at]! ^ 1);
}
