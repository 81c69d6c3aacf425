/** The message of round 2: what was asked, what was heard in round 1, and a share of each signature. */
import { concatBytes } from '@noble/curves/utils.js';
import { othersOf, type PartyId } from '../committee.ts';
import { DIGEST_BYTES, type Echo, encodeEcho, readEcho, requireSameEcho } from '../echo.ts';
import { Fault } from '../fault.ts';
import { type Scalar, sameBytes } from '../math/group.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import type { SigningSession } from './session.ts';

export const SHARES = 'frost/shares';

export interface SharesMessage {
  readonly requestHash: Uint8Array;
  readonly echo: Echo;
  /** z_i for each message. */
  readonly shares: readonly Scalar[];
}

export function sharesBytes({ committee, suite, messages }: SigningSession): number {
  return DIGEST_BYTES * (1 + committee.parties.length) + suite.group.scalars.bytes * messages.length;
}

export function encodeSharesMessage({ requestHash, echo, shares }: SharesMessage): Uint8Array {
  return concatBytes(requestHash, encodeEcho(echo), ...shares);
}

/** @throws Fault without culprits where signers were asked or told different things: their shares prove nothing then. */
export function decodeShares(
  session: SigningSession,
  said: Broadcasts,
  own: SharesMessage,
): ReadonlyMap<PartyId, readonly Scalar[]> {
  const { committee } = session;
  const theirs = decodeEach(SHARES, said, committee, (bytes) => readSharesMessage(session, bytes));
  const asked = [...theirs].filter(([, { requestHash }]) => !sameBytes(requestHash, own.requestHash));
  if (asked.length > 0) {
    const disputes = asked.map(([reporter]) => ({ about: committee.self, reporter }));
    throw new Fault('request-differs', SHARES, { disputes });
  }
  requireSameEcho(SHARES, own.echo, new Map([...theirs].map(([id, { echo }]) => [id, echo])));
  return new Map([
    [committee.self, own.shares],
    ...othersOf(committee).map((id) => [id, theirs.get(id)?.shares ?? []] as const),
  ]);
}

function readSharesMessage(
  { committee, suite: { group }, messages }: SigningSession,
  bytes: Uint8Array,
): SharesMessage {
  const reader = new Reader(bytes);
  const requestHash = reader.take(DIGEST_BYTES);
  const echo = readEcho(reader, committee);
  const shares = reader.scalars(group, messages.length);
  reader.end();
  return { requestHash, echo, shares };
}
