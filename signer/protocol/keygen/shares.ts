/** Seals the shares that we deal, and opens those dealt to us. */
import { othersOf, type PartyId } from '../committee.ts';
import type { Scalar } from '../math/group.ts';
import { Malformed } from '../reader.ts';
import { decodeEach } from '../round.ts';
import { wipe } from '../secret.ts';
import { ANNOUNCEMENT, type Announcement } from './announcement.ts';
import type { Contribution } from './contribution.ts';
import type { Channel, Route } from './envelope.ts';
import type { Deal } from './opening.ts';
import type { KeygenSession } from './session.ts';

export type Announced = ReadonlyMap<PartyId, Announcement>;
export type Channels = ReadonlyMap<PartyId, Channel>;
export type Deals = ReadonlyMap<PartyId, Deal>;
/** s_ji of each dealer j whose envelope opens to a scalar. */
export type Shares = ReadonlyMap<PartyId, Scalar>;

/** @throws Fault naming the peers with whom no secret can be shared: they announced a key that is none. */
export function openChannels(
  { committee, envelope }: KeygenSession,
  { envelopeSecret }: Contribution,
  announced: Announced,
): Channels {
  const keys = new Map([...announced].map(([id, { envelopeKey }]) => [id, envelopeKey]));
  return decodeEach(ANNOUNCEMENT, keys, committee, (key) => envelope.channel(envelopeSecret, key));
}

/** Whatever two parties shared is over with the session. */
export function closeChannels(channels: Channels): void {
  for (const channel of channels.values()) channel.wipe();
}

export function sealShares(
  { committee, suite }: KeygenSession,
  mine: Contribution,
  channels: Channels,
): ReadonlyMap<PartyId, Uint8Array> {
  const { self, context } = committee;
  return new Map(
    [...channels].map(([to, channel]) => {
      const share = suite.group.scalars.evaluate(mine.coefficients, to);
      const sealed = channel.seal({ from: self, to, context }, share);
      wipe(share);
      return [to, sealed];
    }),
  );
}

export function openShares(session: KeygenSession, channels: Channels, deals: Deals): Shares {
  const { self, context } = session.committee;
  const shares = new Map<PartyId, Scalar>();
  for (const from of othersOf(session.committee)) {
    const share = openShare(session, { from, to: self, context }, channels.get(from), deals.get(from));
    if (share) shares.set(from, share);
  }
  return shares;
}

/** Nothing, when the dealer sealed no scalar for this receiver. */
export function openShare({ suite }: KeygenSession, route: Route, channel?: Channel, deal?: Deal): Scalar | undefined {
  const sealed = deal?.sealed.get(route.to);
  if (!channel || !sealed) return undefined;
  try {
    const opened = channel.open(route, sealed);
    const share = suite.group.scalars.decode(opened);
    wipe(opened);
    return share;
  } catch (cause) {
    if (cause instanceof Malformed) return undefined;
    throw cause;
  }
}
