/** One protocol message, signed by the identity that sends it; unlike an envelope it can be shown to third parties. */
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { messageHash } from '../../formats/session.ts';
import { hash } from '../../formats/words.ts';
import { type Identities, type Identity, SIGNATURE_BYTES, signHash } from '../identity.ts';
import type { Route } from './envelope.ts';

export type SignedMessage = { readonly payload: Uint8Array; readonly signature: Uint8Array };

/** What a message is signed for: a broadcast has one signature, whoever receives it. */
export type Slot = Omit<Route, 'to' | 'broadcast'> &
  ({ readonly broadcast: true } | { readonly broadcast: boolean; readonly to: number });

const BROADCAST_RECEIVER = 0;

export function signMessage(identity: Identity, slot: Slot, payload: Uint8Array): Uint8Array {
  return concatBytes(signHash(identity, hashOf(slot, payload)), payload);
}

/** The message inside, or undefined when `identity` did not sign exactly this for exactly this route. */
export function verifyMessage(
  { recover }: Pick<Identities, 'recover'>,
  bytes: Uint8Array,
  route: Route,
  identity: Uint8Array,
): SignedMessage | undefined {
  const signature = bytes.slice(0, SIGNATURE_BYTES);
  const payload = bytes.slice(SIGNATURE_BYTES);
  const signer = recover(hashOf(route, payload), signature);
  return signer !== undefined && isEqual(signer, identity) ? { payload, signature } : undefined;
}

/** Proof that one member said two things in one slot: anybody who knows the session can check both signatures. */
export class Equivocation extends Error {
  override readonly name = 'Equivocation';

  constructor(route: Route, [one, other]: readonly [SignedMessage, SignedMessage]) {
    super(`${slotText(route)}: ${messageText(one)} and ${messageText(other)}`);
  }
}

/** What one member was heard to say, so that what another heard can be held against it: two signatures for one slot prove the lie. */
export function testimonyOf(heard: readonly { readonly route: Route; readonly message: SignedMessage }[]): string {
  return heard.map(({ route, message }) => `${slotText(route)}: ${messageText(message)}`).join(', ');
}

function slotText({ round, from, to, broadcast }: Route): string {
  return `round ${round}, from ${from} to ${broadcast ? 'all' : to}`;
}

/** Payload hash and signature: with the session they are enough to recover the signer. */
function messageText({ payload, signature }: SignedMessage): string {
  return `${bytesToHex(hash(payload))} (${bytesToHex(signature)})`;
}

function hashOf(slot: Slot, payload: Uint8Array): Uint8Array {
  const { session, round, from } = slot;
  const to = slot.broadcast || !('to' in slot) ? BROADCAST_RECEIVER : slot.to;
  return messageHash({ session, roundIndex: round, from, to, payload });
}
