/** What stays the same through one signing session, checked before any nonce is touched. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import { type Committee, requireCommittee } from '../committee.ts';
import type { KeyShare } from '../keygen/keyShare.ts';
import { transcriptHash } from '../transcript.ts';
import { type SigningKey, signingKeyOf, type Tweak } from './signingKey.ts';

export interface SigningRequest {
  /** One signature each: a Bitcoin transaction has one digest per input. */
  readonly messages: readonly Uint8Array[];
  readonly tweaks: readonly Tweak[];
}

export interface SigningSession {
  readonly committee: Committee;
  readonly suite: Ciphersuite;
  readonly keyShare: KeyShare;
  readonly key: SigningKey;
  readonly messages: readonly Uint8Array[];
  /** What is signed with what; signers who were asked different things find out by it. */
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
  const { messages, tweaks } = request;
  if (messages.length < 1 || messages.length > MAX_MESSAGES)
    throw new RangeError(`${messages.length} messages in one session`);
  const key = signingKeyOf(suite, keyShare.publicKey, tweaks);
  const requestHash = transcriptHash(
    'request',
    committee.context,
    keyShare.transcript,
    committee.parties,
    key.publicKey,
    messages,
  );
  return { committee, suite, keyShare, key, messages, requestHash };
}

function requireSigners(committee: Committee, { self, parties, threshold }: KeyShare): void {
  requireCommittee(committee);
  if (committee.self !== self) throw new RangeError(`a share of party ${self} in the hands of party ${committee.self}`);
  if (committee.threshold !== threshold)
    throw new RangeError(`the threshold of this key is ${threshold}, not ${committee.threshold}`);
  if (committee.parties.length < threshold)
    throw new RangeError(`${committee.parties.length} of at least ${threshold} signers`);
  const strangers = committee.parties.filter((id) => !parties.includes(id));
  if (strangers.length > 0) throw new RangeError(`parties ${strangers} hold no share of this key`);
}
