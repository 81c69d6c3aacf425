/** Keys for tests, and signatures by a subset of their holders. */
import { randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite, KeygenSuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type PartyId, partyIdOf } from '../../signer/protocol/committee.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import type { SigningRequest } from '../../signer/protocol/frost/session.ts';
import type { Tweak } from '../../signer/protocol/frost/signingKey.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { type KeyShare, keyShareOf } from '../../signer/protocol/keygen/keyShare.ts';
import { type Adversary, committees, honest, type Outcome, resultOf, simulate } from './simulate.ts';

export type Shares = ReadonlyMap<PartyId, KeyShare>;

/** The same tweaks for all messages. */
export function asked(messages: readonly Uint8Array[], tweaks: readonly Tweak[] = []): SigningRequest {
  return { orders: messages.map((message) => ({ message, tweaks })) };
}

export function idsTo(n: number): number[] {
  return Array.from({ length: n }, (_, k) => k + 1);
}

export function generate(suite: KeygenSuite, t: number, n: number): Shares {
  const outcomes = simulate(committees(idsTo(n), t), (committee) => keygen(committee, suite, randomBytes));
  return new Map([...outcomes].map(([id, outcome]) => [id, resultOf(outcome)]));
}

export function sign(
  suite: Ciphersuite,
  shares: Shares,
  ids: readonly number[],
  request: SigningRequest,
  adversary: Adversary = honest,
): Map<PartyId, Outcome<Uint8Array[]>> {
  const [first] = shares.values();
  const members = committees(ids, first!.threshold);
  return simulate(
    members,
    (committee) => frostSign(committee, suite, shares.get(committee.self)!, request, randomBytes),
    adversary,
  );
}

/** Deals a known secret, as only a test may. */
export function keyShareOfSecret(suite: KeygenSuite, secret: Uint8Array, t: number, n: number): Shares {
  const { scalars, multiplyBase } = suite.group;
  const rest = Array.from({ length: t - 1 }, () => scalars.reduce(randomBytes(64)));
  const coefficients = [scalars.decode(secret), ...rest];
  const commitments = coefficients.map(multiplyBase);
  const parties = idsTo(n).map(partyIdOf);
  const transcript = randomBytes(32);
  return new Map(
    parties.map((self) => {
      const share = scalars.evaluate(coefficients, self);
      return [self, keyShareOf(suite, { self, parties, secret: share, commitments, transcript })];
    }),
  );
}
