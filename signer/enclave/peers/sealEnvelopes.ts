/** From something to say to one envelope per receiver. */

import { ENVELOPE_INFO } from '../../formats/tags.ts';
import { partyIdOf, type Rng } from '../../protocol/committee.ts';
import { Fault } from '../../protocol/fault.ts';
import type { Identity } from '../identity.ts';
import type { Saying } from '../path/runSession.ts';
import type { ProvenMember, Session } from '../path/stages.ts';
import { encodeEnvelope, encodeRoute } from './envelope.ts';
import { hpkeSeal } from './hpke.ts';
import { signMessage } from './message.ts';

export type Addressed = { readonly to: ProvenMember; readonly envelope: Uint8Array };

/** @throws Fault naming a member whose recorded encryption key is no key */
export async function sealEnvelopes(
  session: Session,
  saying: Saying,
  identity: Identity,
  rng: Rng,
): Promise<readonly Addressed[]> {
  const receivers = session.members.filter(({ party }) => isReceiver(party, session.self, saying));
  const sealed: Addressed[] = [];
  for (const to of receivers) sealed.push({ to, envelope: await sealEnvelope(session, saying, to, identity, rng) });
  return sealed;
}

async function sealEnvelope(
  session: Session,
  saying: Saying,
  to: ProvenMember,
  identity: Identity,
  rng: Rng,
): Promise<Uint8Array> {
  const { round, payload } = saying;
  const route = { session: session.id, round, from: session.self, to: to.party, broadcast: saying.to === undefined };
  const aad = encodeRoute(route);
  const sealed = await hpkeSeal(to.encryptionKey, ENVELOPE_INFO, aad, signMessage(identity, route, payload), rng);
  if (sealed === undefined) throw new Fault('malformed', 'boot record', { culprits: [partyIdOf(to.party)] });
  return encodeEnvelope({ aad, ...sealed });
}

function isReceiver(party: number, self: number, { to }: Saying): boolean {
  return to === undefined ? party !== self : party === to;
}
