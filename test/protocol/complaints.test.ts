/** Complaints in key generation, true and false, many at once: who is named, and how much work the verdict takes. */
import { deepEqual, equal } from 'node:assert/strict';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type PartyId, partyIdOf } from '../../signer/protocol/committee.ts';
import type { FaultCode } from '../../signer/protocol/fault.ts';
import type { Envelope } from '../../signer/protocol/keygen/envelope.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { idsTo } from './keys.ts';
import { sealingWrongly } from './lies.ts';
import { type Adversary, committees, faultOf, simulate } from './simulate.ts';
import { fast } from './suites.ts';

/** By complainer; with the right key, so that each is judged by what it opens. */
type Complaints = Readonly<Record<number, readonly number[]>>;
/** The victim of each dealer that cheats. */
type Cheats = Readonly<Record<number, number>>;

interface Judgement {
  readonly code: FaultCode;
  readonly culprits: readonly PartyId[];
  /** Complaints that the last party, which is honest, looked into. */
  readonly judged: number;
}

const PARTIES = 6;
const THRESHOLD = 4;

for (const suite of Object.values(fast)) {
  describe(`complaints in key generation for ${suite.name}`, () => {
    it('of everybody, by all that are corrupt, are judged once each', () => {
      const all = (self: number) => idsTo(PARTIES).filter((id) => id !== self);
      const judgement = judge(suite, { 1: all(1), 2: all(2), 3: all(3) });
      deepEqual(judgement, { code: 'false-complaint', culprits: [1, 2, 3], judged: 3 });
    });

    it('that are true, of each other, are judged once for each dealer', () => {
      const judgement = judge(suite, { 2: [1], 3: [1, 2], 4: [1, 2, 3] }, { 1: 2, 2: 3, 3: 4 });
      deepEqual(judgement, { code: 'invalid-share', culprits: [1, 2, 3], judged: 3 });
    });

    it('that are false cover up none that is true', () => {
      const judgement = judge(suite, { 2: [3, 5, 6], 3: [4, 5, 6], 5: [1] }, { 1: 5 });
      deepEqual(judgement, { code: 'invalid-share', culprits: [1, 2, 3], judged: 3 });
    });

    it('stop counting where a complainer first lies', () => {
      const judgement = judge(suite, { 2: [1, 4, 5, 6] }, { 1: 2 });
      deepEqual(judgement, { code: 'invalid-share', culprits: [1, 2], judged: 2 });
    });

    it('of a dealer that is convicted already are not listened to', () => {
      const judgement = judge(suite, { 1: [2], 2: [3, 4, 5] }, { 2: 1 });
      deepEqual(judgement, { code: 'invalid-share', culprits: [2], judged: 1 });
    });

    it('that repeat a dealer, or name dealers in another order, are no message at all', () => {
      for (const dealers of [[4, 4], [5, 4], [1, 3, 4, 4], Array(31).fill(1)]) {
        const { code, culprits, judged } = judge(suite, { 2: dealers });
        deepEqual([code, culprits, judged], ['malformed', [2], 0], `${dealers}`);
      }
    });
  });
}

function judge(suite: Ciphersuite, complaints: Complaints, cheats: Cheats = {}): Judgement {
  const secrets = new Map<number, Uint8Array>();
  let channels = 0;
  const lastCounts = (own: PartyId, envelope: Envelope): Envelope => ({
    ...envelope,
    newSecret: (rng) => {
      const secret = envelope.newSecret(rng);
      secrets.set(own, secret.slice());
      return secret;
    },
    channel: (mine, theirs) => {
      if (own === PARTIES) channels++;
      return envelope.channel(mine, theirs);
    },
  });
  const complaining: Adversary = (from, _to, round, bytes) => {
    const dealers = complaints[from];
    if (round !== 'keygen/echo' || dealers === undefined) return bytes;
    const echo = bytes.slice(0, 32 * PARTIES);
    return concatBytes(echo, Uint8Array.of(dealers.length, ...dealers), secrets.get(from)!);
  };
  const outcomes = simulate(
    committees(idsTo(PARTIES), THRESHOLD),
    (own) => {
      const victim = cheats[own.self];
      const envelope = victim ? sealingWrongly(suite.envelope, partyIdOf(victim)) : suite.envelope;
      return keygen(own, suite, randomBytes, lastCounts(own.self, envelope));
    },
    complaining,
  );
  const { code, culprits } = faultOf(outcomes.get(partyIdOf(PARTIES)));
  const others = PARTIES - 1;
  equal(channels >= others, true);
  return { code, culprits, judged: channels - others };
}
