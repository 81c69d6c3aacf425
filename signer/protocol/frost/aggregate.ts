/** Adds the shares up to a signature, and lets out nothing that does not verify (RFC 9591 §5.3, §5.4). */
import type { PartyId } from '../committee.ts';
import { Fault } from '../fault.ts';
import { type Scalar, sumScalars } from '../math/group.ts';
import type { KeyedMessage, SigningSession } from './session.ts';
import { type Challenge, isSignatureShare } from './share.ts';
import { SHARES } from './shares.ts';

/** @throws Fault naming exactly those whose share of this signature is wrong. */
export function aggregate(
  session: SigningSession,
  { message, key }: KeyedMessage,
  challenge: Challenge,
  shares: ReadonlyMap<PartyId, Scalar>,
): Uint8Array {
  const { suite } = session;
  const z = sumScalars(suite.group.scalars, shares.values());
  const signature = suite.encodeSignature(challenge.R, z);
  if (suite.isSignature(key.publicKey, message, signature)) return signature;

  const culprits = [...shares]
    .filter(([id, z_i]) => !isSignatureShare(session, key, challenge, id, z_i))
    .map(([id]) => id);
  if (culprits.length === 0 || culprits.includes(session.committee.self))
    throw new Error('our own share is wrong', { cause: culprits });
  throw new Fault('invalid-signature-share', SHARES, { culprits });
}
