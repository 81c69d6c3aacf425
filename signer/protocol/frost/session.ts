/** What stays the same through one signing session, checked before any nonce is touched. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { Committee } from '../committee.ts';
import { type KeyShare, requireSigners } from '../keygen/keyShare.ts';
import { transcriptHash } from '../transcript.ts';
import { type SigningKey, signingKeyOf, type Tweak } from './signingKey.ts';

/** One signature: of a message, by the key that the tweaks lead to. */
export interface Order {
  readonly message: Uint8Array;
  readonly tweaks: readonly Tweak[];
}

export interface SigningRequest {
  /** In an order that all signers have: a Bitcoin transaction has one digest per input. */
  readonly orders: readonly Order[];
}

/** A message and the key under which its signature will verify. */
export interface KeyedMessage {
  readonly message: Uint8Array;
  readonly key: SigningKey;
}

export interface SigningSession {
  readonly committee: Committee;
  readonly suite: Ciphersuite;
  readonly keyShare: KeyShare;
  readonly messages: readonly KeyedMessage[];
  /** What is signed with what, in which order; signers who were asked different things find out by it. */
  readonly requestHash: Uint8Array;
}

/** As many inputs as fit a standard Bitcoin transaction with room to spare. */
export const MAX_MESSAGES = 256;

export function startSigning(
  committee: Committee,
  suite: Ciphersuite,
  keyShare: KeyShare,
  request: SigningRequest,
): SigningSession {
  requireSigners(committee, keyShare);
  if (keyShare.suite !== suite.name) throw new RangeError(`a key of ${keyShare.suite} does not sign ${suite.name}`);
  const { orders } = request;
  if (orders.length < 1 || orders.length > MAX_MESSAGES)
    throw new RangeError(`${orders.length} messages in one session`);
  const messages = keyedMessages(suite, keyShare, orders);
  const { context, parties } = committee;
  const asked = messages.map(({ key, message }) => [key.publicKey, message]);
  const requestHash = transcriptHash('request', context, keyShare.transcript, parties, asked);
  return { committee, suite, keyShare, messages, requestHash };
}

/** The digests of one transaction share their tweaks, and then the key is derived once. */
function keyedMessages(suite: Ciphersuite, { publicKey }: KeyShare, orders: readonly Order[]): readonly KeyedMessage[] {
  const keys = new Map<readonly Tweak[], SigningKey>();
  return orders.map(({ message, tweaks }) => {
    const key = keys.get(tweaks) ?? signingKeyOf(suite, publicKey, tweaks);
    keys.set(tweaks, key);
    return { message, key };
  });
}
