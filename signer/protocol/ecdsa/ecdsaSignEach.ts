/**
 * Several ECDSA signatures of one key in one session, under its set-ups: runs of `ecdsaSign`, so many at once as one message between two
 * signers has room for, and then the next. Each has a context of its own, which no other run and no other session has.
 */
import type { EcdsaSuite } from '../ciphersuite/ecdsa.ts';
import type { Committee, Rng } from '../committee.ts';
import { inStep, inStepRounds } from '../inStep.ts';
import type { KeyShare } from '../keygen/keyShare.ts';
import type { Protocol, Rounds } from '../round.ts';
import { transcriptHash } from '../transcript.ts';
import { COMMITMENTS } from './commitments.ts';
import { discard, ecdsaRounds } from './ecdsaSign.ts';
import { online } from './online.ts';
import type { Boots } from './ot/otSetup.ts';
import type { OtPairs } from './ot/pairs.ts';
import { presign } from './presign.ts';
import { type EcdsaRequest, type EcdsaSession, requirePairs, startEcdsa } from './session.ts';

/** @param maxBytes that one message may have; a single run always fits */
export function ecdsaEachRounds(committee: Committee, suite: EcdsaSuite, count: number, maxBytes: number): Rounds {
  const one = ecdsaRounds(committee, suite);
  return batchSizes(one, count, maxBytes).flatMap((size) => inStepRounds(one, size));
}

/**
 * @param requests in an order that all signers have
 * @returns a verified signature of each, r ‖ s ‖ v of 65 bytes
 * @throws NoSetup, before anything is said
 */
export function* ecdsaSignEach(
  committee: Committee,
  suite: EcdsaSuite,
  keyShare: KeyShare,
  requests: readonly EcdsaRequest[],
  boots: Boots,
  pairs: OtPairs,
  rng: Rng,
  maxBytes: number,
): Protocol<Uint8Array[]> {
  const rounds = ecdsaRounds(committee, suite);
  const sessions = requests.map((request, m) =>
    startEcdsa(ofMessage(committee, m), suite, keyShare, request, boots, pairs),
  );
  const signatures: Uint8Array[] = [];
  for (const size of batchSizes(rounds, requests.length, maxBytes)) {
    const batch = sessions.slice(signatures.length, signatures.length + size);
    for (const session of batch) requirePairs(session, COMMITMENTS);
    signatures.push(
      ...(yield* inStep(
        batch.map((session) => signOne(session, rng)),
        rounds,
      )),
    );
  }
  return signatures;
}

function* signOne(session: EcdsaSession, rng: Rng): Protocol<Uint8Array> {
  const presignature = yield* presign(session, rng);
  try {
    return yield* online(session, presignature);
  } finally {
    discard(presignature);
  }
}

function ofMessage(committee: Committee, m: number): Committee {
  return { ...committee, context: transcriptHash('ecdsa/message', committee.context, m) };
}

function batchSizes(rounds: Rounds, count: number, maxBytes: number): readonly number[] {
  const longest = Math.max(...rounds.flatMap(({ broadcast = 0, direct = 0 }) => [broadcast, direct]));
  const most = Math.max(1, Math.floor(maxBytes / longest));
  const batches = Math.ceil(count / most);
  return Array.from({ length: batches }, (_, k) => Math.min(most, count - k * most));
}
