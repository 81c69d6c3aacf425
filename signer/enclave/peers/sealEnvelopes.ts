/** From something to say to one envelope per receiver. */

import { ENVELOPE_INFO } from '../../formats/tags.ts';
import { partyIdOf } from '../../protocol/committee.ts';
import { Fault } from '../../protocol/fault.ts';
import type { Random } from '../../protocol/random.ts';
import { type Identity, SIGNATURE_BYTES } from '../identity.ts';
import type { Saying } from '../path/runSession.ts';
import type { ProvenMember, Session } from '../path/stages.ts';
import { encodeEnvelope, encodeRoute } from './envelope.ts';
import { hpkeSeal } from './hpke.ts';
import { type Slot, signMessage } from './message.ts';

export type Addressed = { readonly to: ProvenMember; readonly envelope: Uint8Array };

/**
 * Signed once, sealed for each receiver: one message has one signature, and a broadcast to many costs one.
 * @throws Fault naming a member whose recorded encryption key is no key
 */
export async function sealEnvelopes(
  session: Session,
  saying: Saying,
  identity: Identity,
  random: Random,
): Promise<readonly Addressed[]> {
  const slot = slotOf(session, saying);
  const message = signMessage(identity, slot, saying.payload);
  const receivers = session.members.filter(({ party }) => isReceiver(party, session.self, saying));
  const sealed: Addressed[] = [];
  for (const to of receivers) sealed.push({ to, envelope: await sealEnvelope(slot, message, to, random) });
  return sealed;
}

async function sealEnvelope(slot: Slot, message: Uint8Array, to: ProvenMember, random: Random): Promise<Uint8Array> {
  const aad = encodeRoute({ ...slot, to: to.party });
  // The signature says what is sealed: for another message, slot or receiver the ephemeral key is another, whatever the source does.
  const rng = random.of('envelope', aad, message.subarray(0, SIGNATURE_BYTES), to.encryptionKey);
  const sealed = await hpkeSeal(to.encryptionKey, ENVELOPE_INFO, aad, message, rng);
  if (sealed === undefined) throw new Fault('malformed', 'boot record', { culprits: [partyIdOf(to.party)] });
  return encodeEnvelope({ aad, ...sealed });
}

function slotOf(session: Session, { round, to }: Saying): Slot {
  const slot = { session: session.id, round, from: session.self };
  return to === undefined ? { ...slot, broadcast: true } : { ...slot, to, broadcast: false };
}

function isReceiver(party: number, self: number, { to }: Saying): boolean {
  return to === undefined ? party !== self : party === to;
}
