/** What stays the same through one ECDSA session, checked before any OT is used or any nonce drawn. */
import type { EcdsaSuite } from '../ciphersuite/ecdsa.ts';
import { type Committee, othersOf, type PartyId } from '../committee.ts';
import { Fault } from '../fault.ts';
import type { Tweak } from '../frost/signingKey.ts';
import { type KeyShare, requireSigners } from '../keygen/keyShare.ts';
import { type Element, isIdentity, type Scalar, sumScalars } from '../math/group.ts';
import { transcriptHash } from '../transcript.ts';
import { type Boots, bootOf, requireBoots } from './ot/otSetup.ts';
import type { OtPairs, PairUse } from './ot/pairs.ts';

/** Known before the nonce: a presignature is made for one request and fits no other. */
export interface EcdsaRequest {
  /** 32 bytes, signed as they are. */
  readonly digest: Uint8Array;
  /** Added up; `plain` only, as ECDSA keys have two coordinates. */
  readonly tweaks: readonly Tweak[];
}

export interface EcdsaSession {
  readonly committee: Committee;
  readonly suite: EcdsaSuite;
  readonly keyShare: KeyShare;
  /** The key that the signature verifies under: the key share's, tweaked. */
  readonly publicKey: Element;
  /** delta, the sum of the tweaks. */
  readonly offset: Scalar;
  readonly digest: Uint8Array;
  /** The digest modulo the order. */
  readonly m: Scalar;
  /** Names all of the above; signers who were asked different things find out by it. */
  readonly requestHash: Uint8Array;
  /** This session's OTs with each other signer. */
  readonly pairs: ReadonlyMap<PartyId, PairUse>;
}

export const DIGEST_BYTES = 32;

/** @throws NoSetup where OT is to be set up first; RangeError for what the caller should not have asked */
export function startEcdsa(
  committee: Committee,
  suite: EcdsaSuite,
  keyShare: KeyShare,
  { digest, tweaks }: EcdsaRequest,
  boots: Boots,
  pairs: OtPairs,
): EcdsaSession {
  requireSigners(committee, keyShare);
  if (keyShare.suite !== suite.name) throw new RangeError(`a key of ${keyShare.suite} does not sign ${suite.name}`);
  requireBoots(committee, boots, pairs);
  const m = messageScalar(suite, digest);
  const { publicKey, offset } = tweaked(suite, keyShare.publicKey, tweaks);
  const { context, parties } = committee;
  const requestHash = transcriptHash('ecdsa/request', context, keyShare.transcript, parties, publicKey, digest);
  const others = othersOf(committee);
  const uses = pairs.begin(
    others.map((id) => bootOf(boots, id)),
    context,
  );
  return {
    committee,
    suite,
    keyShare,
    publicKey,
    offset,
    digest: digest.slice(),
    m,
    requestHash,
    pairs: new Map(uses.map((use, k) => [others[k] as PartyId, use])),
  };
}

/** X' = X + delta·G: `derivedPublicKey` of a key share's public key is what a chain is told. */
export function derivedPublicKey(suite: EcdsaSuite, publicKey: Element, tweaks: readonly Tweak[]): Element {
  return tweaked(suite, publicKey, tweaks).publicKey;
}

/** The one other signer, if there is only one: who else could it have been? */
export function suspects(committee: Committee): readonly PartyId[] {
  const others = othersOf(committee);
  return others.length === 1 ? others : [];
}

/** @throws Fault when a check has failed with one of the peers in another session: everything on that set-up ends. */
export function requirePairs({ pairs }: EcdsaSession, round: string): void {
  if ([...pairs.values()].some((pair) => pair.isWiped)) throw new Fault('setup-wiped', round, {});
}

/** After a failed check: the OTs with these peers are never used again, here or in any other session. */
export function wipePairs({ pairs }: EcdsaSession, culprits: readonly PartyId[]): void {
  for (const id of culprits) pairs.get(id)?.wipe();
}

function tweaked(suite: EcdsaSuite, publicKey: Element, tweaks: readonly Tweak[]) {
  const { scalars, add, multiplyBase } = suite.group;
  if (tweaks.some(({ kind }) => kind !== 'plain')) throw new RangeError('ECDSA keys have plain tweaks only');
  const offset = sumScalars(
    scalars,
    tweaks.map(({ scalar }) => scalars.decode(scalar)),
  );
  const derived = add(publicKey, multiplyBase(offset));
  if (isIdentity(suite.group, derived)) throw new RangeError('the tweak leads to the identity');
  return { publicKey: derived, offset };
}

/** > e is the leftmost 256 bits of the hash (FIPS 186-5 §6.4.1). Nobody knows a message that hashes to zero. */
function messageScalar({ group: { scalars } }: EcdsaSuite, digest: Uint8Array): Scalar {
  if (digest.length !== DIGEST_BYTES) throw new RangeError(`a digest has ${DIGEST_BYTES} bytes, not ${digest.length}`);
  const wide = new Uint8Array(64);
  wide.set(digest, 64 - DIGEST_BYTES);
  const m = scalars.reduce(wide);
  if (scalars.isZero(m)) throw new RangeError('a digest of zero');
  return m;
}
