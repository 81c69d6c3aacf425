/**
 * Threshold ECDSA over secp256k1: DKLs23 (ePrint 2023/765, protocol 3.6), t or more of n with any number of them dishonest. Two rounds
 * that do not see the message, one that does, all in the session of one request. docs/ecdsa.md tells it in full.
 */
import type { EcdsaSuite } from '../ciphersuite/ecdsa.ts';
import type { Committee, Rng } from '../committee.ts';
import type { KeyShare } from '../keygen/keyShare.ts';
import type { OneTime } from '../onetime.ts';
import type { Protocol, Rounds } from '../round.ts';
import { wipe } from '../secret.ts';
import { COMMITMENTS_ROUND } from './commitments.ts';
import { multiplicationsRound } from './multiplications.ts';
import { online, SHARES, sharesBytes } from './online.ts';
import type { Boots } from './ot/otSetup.ts';
import type { OtPairs } from './ot/pairs.ts';
import { type Presignature, presign } from './presign.ts';
import { type EcdsaRequest, startEcdsa } from './session.ts';

export function ecdsaRounds(committee: Committee, suite: EcdsaSuite): Rounds {
  const shares = { round: SHARES, broadcast: sharesBytes(suite) };
  return [COMMITMENTS_ROUND, multiplicationsRound(committee, suite), shares];
}

/** @returns a verified signature, r ‖ s ‖ v of 65 bytes @throws NoSetup, before anything is said */
export function* ecdsaSign(
  committee: Committee,
  suite: EcdsaSuite,
  keyShare: KeyShare,
  request: EcdsaRequest,
  boots: Boots,
  pairs: OtPairs,
  rng: Rng,
): Protocol<Uint8Array> {
  const session = startEcdsa(committee, suite, keyShare, request, boots, pairs);
  const presignature = yield* presign(session, rng);
  try {
    return yield* online(session, presignature);
  } finally {
    discard(presignature);
  }
}

/** The end of a presignature that will not be used. */
export function discard(presignature: OneTime<Presignature>): void {
  if (presignature.isTaken) return;
  const { u_i, v_i, phi_i } = presignature.take();
  wipe(u_i, v_i, phi_i);
}
