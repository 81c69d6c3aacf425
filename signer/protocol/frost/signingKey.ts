/** The key of one signature: tweaked, and read the way its verifiers read it. Shares follow the key by the same affine map. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { PartyId } from '../committee.ts';
import { type KeyShare, verificationShare } from '../keygen/keyShare.ts';
import { type Element, isIdentity, type Scalar } from '../math/group.ts';
import { wipe } from '../secret.ts';

/** Applied in order, as in BIP-327: `plain` adds t·G to the full point, `xonly` takes the point with even y first. */
export interface Tweak {
  readonly kind: 'plain' | 'xonly';
  /** A scalar in the group's encoding. */
  readonly scalar: Uint8Array;
}

/** x -> sign·x + offset, for the key and (as the Lagrange coefficients add up to one) for every share. */
export interface SigningKey {
  /** X', the point that the map gives. */
  readonly publicKey: Element;
  readonly sign: 'keep' | 'negate';
  readonly offset: Scalar;
}

/** What the signers of one message sign with: read as its verifiers do, so even where only x is seen. */
export function signingKeyOf(suite: Ciphersuite, publicKey: Element, tweaks: readonly Tweak[]): SigningKey {
  return readByVerifiers(suite, tweaked(suite, publicKey, tweaks));
}

/** The derived key as a full point: `tweakedPublicKey` of a key share's public key is what a chain is told. */
export function tweakedPublicKey(suite: Ciphersuite, publicKey: Element, tweaks: readonly Tweak[]): Element {
  return tweaked(suite, publicKey, tweaks).publicKey;
}

/** x'_i, our share of the signing key. */
export function signingShare(
  { group: { scalars } }: Ciphersuite,
  { sign, offset }: SigningKey,
  { secret }: KeyShare,
): Scalar {
  const x_i = secret.reveal();
  if (sign === 'keep') return scalars.add(x_i, offset);
  const negated = scalars.negate(x_i);
  const share = scalars.add(negated, offset);
  wipe(negated);
  return share;
}

/** X'_i = x'_i·G, by which the share of another signer is checked. */
export function signingVerificationShare(
  suite: Ciphersuite,
  { sign, offset }: SigningKey,
  keyShare: KeyShare,
  id: PartyId,
): Element {
  const { add, negate, multiplyBase } = suite.group;
  const X_i = verificationShare(suite, keyShare, id);
  return add(sign === 'negate' ? negate(X_i) : X_i, multiplyBase(offset));
}

function tweaked(suite: Ciphersuite, publicKey: Element, tweaks: readonly Tweak[]): SigningKey {
  if (tweaks.length > 0 && !suite.tweakable) throw new RangeError(`a key of ${suite.name} has no derived keys`);
  const untweaked: SigningKey = { publicKey, sign: 'keep', offset: suite.group.scalars.from(0) };
  return tweaks.reduce((key, tweak) => applyTweak(suite, key, tweak), untweaked);
}

/** > Let Q_i = g·Q_{i-1} + t·G, where g = -1 if the tweak is x-only and Q_{i-1} has odd y, and 1 otherwise. */
function applyTweak(suite: Ciphersuite, key: SigningKey, { kind, scalar }: Tweak): SigningKey {
  const { scalars, add, multiplyBase } = suite.group;
  const t = scalars.decode(scalar);
  const { publicKey, sign, offset } = kind === 'xonly' ? readByVerifiers(suite, key) : key;
  const Q = add(publicKey, multiplyBase(t));
  if (isIdentity(suite.group, Q)) throw new RangeError('the tweak leads to the identity');
  return { publicKey: Q, sign, offset: scalars.add(offset, t) };
}

function readByVerifiers(suite: Ciphersuite, key: SigningKey): SigningKey {
  if (!suite.readsNegated(key.publicKey)) return key;
  const { scalars, negate } = suite.group;
  const sign = key.sign === 'keep' ? 'negate' : 'keep';
  return { publicKey: negate(key.publicKey), sign, offset: scalars.negate(key.offset) };
}
