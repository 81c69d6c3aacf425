/** One protocol message, signed by the identity that sends it; unlike an envelope it can be shown to third parties. */
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../formats/equal.ts';
import { messageHash } from '../formats/session.ts';
import { hash } from '../formats/words.ts';
import { type Identity, recoverSigner, SIGNATURE_BYTES, signHash } from '../identity.ts';
import type { Route } from './envelope.ts';

export type SignedMessage = { readonly payload: Uint8Array; readonly signature: Uint8Array };

const BROADCAST_RECEIVER = 0;

export function signMessage(identity: Identity, route: Route, payload: Uint8Array): Uint8Array {
  return concatBytes(signHash(identity, hashOf(route, payload)), payload);
}

/** The message inside, or undefined when `identity` did not sign exactly this for exactly this route. */
export function verifyMessage(bytes: Uint8Array, route: Route, identity: Uint8Array): SignedMessage | undefined {
  const signature = bytes.slice(0, SIGNATURE_BYTES);
  const payload = bytes.slice(SIGNATURE_BYTES);
  const signer = recoverSigner(hashOf(route, payload), signature);
  return signer !== undefined && isEqual(signer, identity) ? { payload, signature } : undefined;
}

/** Proof that one member said two things in one slot: anybody who knows the session can check both signatures. */
export class Equivocation extends Error {
  override readonly name = 'Equivocation';

  constructor({ round, from, to, broadcast }: Route, messages: readonly SignedMessage[]) {
    const said = messages.map(({ payload, signature }) => `${bytesToHex(hash(payload))} (${bytesToHex(signature)})`);
    super(
      `round ${round}, from ${from} to ${broadcast ? 'all' : to}: payload hashes and signatures ${said.join(' and ')}`,
    );
  }
}

function hashOf({ session, round, from, to, broadcast }: Route, payload: Uint8Array): Uint8Array {
  return messageHash({ session, roundIndex: round, from, to: broadcast ? BROADCAST_RECEIVER : to, payload });
}
