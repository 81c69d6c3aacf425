/** What one party keeps of a key: its share, and all that is public about it. */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { KeygenSuite } from '../ciphersuite/ciphersuite.ts';
import { CONTEXT_BYTES, type Committee, committeeOf, type PartyId, requireCommittee } from '../committee.ts';
import { type Element, type Scalar, sameBytes } from '../math/group.ts';
import { evaluateCommitted } from '../math/polynomial.ts';
import { Malformed, Reader } from '../reader.ts';
import { Secret } from '../secret.ts';
import { transcriptHash } from '../transcript.ts';
import { isShare } from './dealing.ts';

export interface KeyShare {
  /** The scheme the key was made for; it signs in no other. */
  readonly suite: string;
  readonly threshold: number;
  readonly self: PartyId;
  /** All n holders of shares, ascending. */
  readonly parties: readonly PartyId[];
  /** x_i. */
  readonly secret: Secret<Scalar>;
  /** X = C_0. */
  readonly publicKey: Element;
  /** C_0 .. C_{t-1} of the shared polynomial. */
  readonly commitments: readonly Element[];
  /** 32 bytes over everything that was said when the key was made. */
  readonly transcript: Uint8Array;
}

/** Everything of a key share that is not computed from the rest. */
export interface KeyShareParts {
  readonly self: PartyId;
  readonly parties: readonly PartyId[];
  readonly secret: Scalar;
  readonly commitments: readonly Element[];
  readonly transcript: Uint8Array;
}

/** For a secret that was checked against the commitments. */
export function keyShareOf(
  { name, group }: KeygenSuite,
  { self, parties, secret, commitments, transcript }: KeyShareParts,
): KeyShare {
  const publicKey = commitments[0] ?? group.identity;
  const threshold = commitments.length;
  return { suite: name, threshold, self, parties, secret: new Secret(secret), publicKey, commitments, transcript };
}

/** X_i = x_i·G of a holder, from the public polynomial. */
export function verificationShare(
  { group }: KeygenSuite,
  { commitments }: Pick<KeyShare, 'commitments'>,
  id: PartyId,
): Element {
  return evaluateCommitted(group, commitments, id);
}

/** What every member confirms, in the protocol and on chain: equal for all, or there is no key. */
export function confirmationOf({
  suite,
  threshold,
  parties,
  publicKey,
  commitments,
  transcript,
}: KeyShare): Uint8Array {
  return transcriptHash('confirmation', suite, threshold, parties, publicKey, commitments, transcript);
}

/** 32 bytes that name the public polynomial. */
export function commitmentsHash({ commitments }: Pick<KeyShare, 'commitments'>): Uint8Array {
  return transcriptHash('commitments', commitments);
}

const TRANSCRIPT_BYTES = 32;

/** Plain secret bytes: for sealing, never for the wire. `name length ‖ name ‖ t ‖ self ‖ n ‖ ids ‖ x_i ‖ C_0..C_{t-1} ‖ transcript`. */
export function encodeKeyShare({
  suite,
  threshold,
  self,
  parties,
  secret,
  commitments,
  transcript,
}: KeyShare): Uint8Array {
  const name = utf8ToBytes(suite);
  const head = Uint8Array.of(name.length, ...name, threshold, self, parties.length, ...parties);
  return concatBytes(head, secret.reveal(), ...commitments, transcript);
}

/** @throws Malformed unless every byte is as `encodeKeyShare` writes it, for this suite. */
export function decodeKeyShare(suite: KeygenSuite, bytes: Uint8Array): KeyShare {
  const reader = new Reader(bytes);
  if (!sameBytes(reader.take(reader.byte()), utf8ToBytes(suite.name)))
    throw new Malformed(`not a key share of ${suite.name}`);
  const threshold = reader.byte();
  const { self, parties } = readHolders(reader, threshold);
  const secret = reader.scalar(suite.group);
  const commitments = reader.elements(suite.group, threshold);
  const transcript = reader.take(TRANSCRIPT_BYTES);
  reader.end();
  if (!isShare(suite.group, secret, commitments, self))
    throw new Malformed('not the share that the commitments promise');
  return keyShareOf(suite, { self, parties, secret, commitments, transcript });
}

function readHolders(reader: Reader, threshold: number): Pick<KeyShareParts, 'self' | 'parties'> {
  const self = reader.byte();
  const parties = [...reader.take(reader.byte())];
  try {
    const committee = committeeOf(self, parties, threshold, new Uint8Array(CONTEXT_BYTES));
    if (threshold > parties.length) throw new RangeError('more than all parties');
    return committee;
  } catch (cause) {
    throw new Malformed('no such holders', { cause });
  }
}

/** That the holder of this share may sign with these parties. Throws a plain error: the caller has chosen them, never a peer. */
export function requireSigners(committee: Committee, { self, parties, threshold }: KeyShare): void {
  requireCommittee(committee);
  if (committee.self !== self) throw new RangeError(`a share of party ${self} in the hands of party ${committee.self}`);
  if (committee.threshold !== threshold)
    throw new RangeError(`the threshold of this key is ${threshold}, not ${committee.threshold}`);
  if (committee.parties.length < threshold)
    throw new RangeError(`${committee.parties.length} of at least ${threshold} signers`);
  const strangers = committee.parties.filter((id) => !parties.includes(id));
  if (strangers.length > 0) throw new RangeError(`parties ${strangers} hold no share of this key`);
}
