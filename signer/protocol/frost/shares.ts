/** The message of round 2: what was heard in round 1, and a share of each signature. */
import { concatBytes } from '@noble/curves/utils.js';
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import { type Committee, othersOf, type PartyId } from '../committee.ts';
import { DIGEST_BYTES, type Echo, encodeEcho, readEcho, requireSameEcho } from '../echo.ts';
import type { Scalar } from '../math/group.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import type { SigningSession } from './session.ts';

export const SHARES = 'frost/shares';

export interface SharesMessage {
  readonly echo: Echo;
  /** z_i for each message. */
  readonly shares: readonly Scalar[];
}

export function sharesBytes({ parties }: Committee, { group }: Ciphersuite, messages: number): number {
  return DIGEST_BYTES * parties.length + group.scalars.bytes * messages;
}

export function encodeSharesMessage({ echo, shares }: SharesMessage): Uint8Array {
  return concatBytes(encodeEcho(echo), ...shares);
}

/** @throws Fault without culprits where signers were told different things: their shares prove nothing then. */
export function decodeShares(
  session: SigningSession,
  said: Broadcasts,
  own: SharesMessage,
): ReadonlyMap<PartyId, readonly Scalar[]> {
  const { committee } = session;
  const theirs = decodeEach(SHARES, said, committee, (bytes) => readSharesMessage(session, bytes));
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
  const echo = readEcho(reader, committee);
  const shares = reader.scalars(group, messages.length);
  reader.end();
  return { echo, shares };
}
