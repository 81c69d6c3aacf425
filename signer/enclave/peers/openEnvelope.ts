/** From the bytes that a host brought to a message that a proven member signed for this session, round and receiver. */

import { Refused } from '../../formats/refusal.ts';
import { ENVELOPE_INFO } from '../../formats/tags.ts';
import { type Identities, SIGNATURE_BYTES } from '../identity.ts';
import type { ProvenMember, Session } from '../path/stages.ts';
import { type Envelope, type Route, TAG_BYTES } from './envelope.ts';
import { type EncryptionKey, hpkeOpen } from './hpke.ts';
import { type SignedMessage, verifyMessage } from './message.ts';

/**
 * @param maxBytes longest payload of this slot, checked before anything is decrypted
 * @throws Refused ENVELOPE_MISROUTED, ENVELOPE_TOO_LARGE, ENVELOPE_UNOPENED, ENVELOPE_UNSIGNED
 */
export async function openEnvelope(
  envelope: Envelope,
  session: Session,
  key: EncryptionKey,
  maxBytes: number,
  identities: Pick<Identities, 'recover'>,
): Promise<SignedMessage> {
  const sender = senderOf(envelope.route, session);
  const payloadBytes = envelope.ciphertext.length - TAG_BYTES - SIGNATURE_BYTES;
  if (payloadBytes > maxBytes) {
    throw new Refused('ENVELOPE_TOO_LARGE', `a payload of ${payloadBytes} bytes, at most ${maxBytes} in this slot`);
  }
  const message = await hpkeOpen(key, ENVELOPE_INFO, envelope.aad, envelope);
  if (message === undefined)
    throw new Refused('ENVELOPE_UNOPENED', 'not sealed to this life of this enclave, or altered');
  const verified = verifyMessage(identities, message, envelope.route, sender.identity);
  if (verified === undefined)
    throw new Refused('ENVELOPE_UNSIGNED', `not signed by party ${sender.party} for this slot`);
  return verified;
}

function senderOf({ from, to }: Route, { self, members }: Session): ProvenMember {
  const sender = members.find(({ party }) => party === from);
  if (to !== self || from === self || sender === undefined) {
    throw new Refused('ENVELOPE_MISROUTED', `from ${from} to ${to}, in a session where this enclave is party ${self}`);
  }
  return sender;
}
