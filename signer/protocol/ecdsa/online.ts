/** Round 3: one message of 64 bytes from each signer, and a signature that has been verified, or none. */
import { concatBytes } from '@noble/curves/utils.js';
import type { EcdsaSuite } from '../ciphersuite/ecdsa.ts';
import { othersOf } from '../committee.ts';
import { Fault } from '../fault.ts';
import { type Element, type Scalar, sumScalars } from '../math/group.ts';
import type { OneTime } from '../onetime.ts';
import { Malformed, Reader } from '../reader.ts';
import { broadcast, decodeEach, type Protocol } from '../round.ts';
import { wipe } from '../secret.ts';
import type { Presignature } from './presign.ts';
import { type EcdsaSession, requirePairs, suspects } from './session.ts';

export const SHARES = 'ecdsa/shares';

export function sharesBytes({ group }: EcdsaSuite): number {
  return 2 * group.scalars.bytes;
}

interface Share {
  readonly u: Scalar;
  readonly w: Scalar;
}

/** > 27 or 28: which of the two points with this x is R */
const RECOVERY = 27;

/** @returns r ‖ s ‖ v, low s, 65 bytes. The presignature is used up before anything leaves. */
export function* online(session: EcdsaSession, presignature: OneTime<Presignature>): Protocol<Uint8Array> {
  const { committee } = session;
  const taken = presignature.take();
  const { r, own } = shareOf(session, taken);
  const said = yield* broadcast(SHARES, concatBytes(own.u, own.w), committee);
  const theirs = decodeEach(SHARES, said, committee, (bytes) => readShare(session, bytes));
  return combine(session, taken.R, r, [own, ...othersOf(committee).flatMap((id) => theirs.get(id) ?? [])]);
}

/** > w_i := m·phi_i + r·v_i, for a key moved by delta: (m + r·delta)·phi_i + r·v_i */
function shareOf(session: EcdsaSession, { R, u_i, v_i, phi_i }: Presignature): { r: Scalar; own: Share } {
  const { suite, m, offset } = session;
  const { add, multiply } = suite.group.scalars;
  try {
    requirePairs(session, SHARES);
    const r = xOf(session, R);
    const terms = [multiply(add(m, multiply(r, offset)), phi_i), multiply(r, v_i)];
    const w = sumScalars(suite.group.scalars, terms);
    wipe(...terms); // the factors are public
    return { r, own: { u: u_i.slice() as Scalar, w } };
  } finally {
    wipe(u_i, v_i, phi_i);
  }
}

/** > s := sum w_i / sum u_i */
function combine(session: EcdsaSession, R: Element, r: Scalar, shares: readonly Share[]): Uint8Array {
  const { committee, suite, publicKey, digest } = session;
  const { scalars } = suite.group;
  const u = sumScalars(
    scalars,
    shares.map((share) => share.u),
  );
  const w = sumScalars(
    scalars,
    shares.map((share) => share.w),
  );
  const culprits = suspects(committee);
  if (scalars.isZero(u) || scalars.isZero(w)) throw new Fault('degenerate-signature', SHARES, { culprits });
  const s = scalars.multiply(w, scalars.invert(u));
  const isHigh = isAboveHalf(session, s);
  const low = isHigh ? scalars.negate(s) : s;
  const isOdd = R[0] === 3;
  const signature = concatBytes(r, low);
  if (!suite.isSignature(publicKey, digest, signature)) throw new Fault('invalid-signature', SHARES, { culprits });
  return concatBytes(signature, Uint8Array.of(RECOVERY + Number(isOdd !== isHigh)));
}

/** > r := x(R) mod q, which verifiers on chain want to be x(R) itself; another one has a chance of 2^-128, and is not signed with. */
function xOf({ committee, suite }: EcdsaSession, R: Element): Scalar {
  try {
    const r = suite.group.scalars.decode(R.slice(1));
    if (!suite.group.scalars.isZero(r)) return r;
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
  }
  throw new Fault('degenerate-signature', SHARES, { culprits: suspects(committee) });
}

function isAboveHalf({ suite }: EcdsaSession, s: Scalar): boolean {
  const half = suite.group.scalars.order >> 1n;
  return BigInt(`0x${[...s].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`) > half;
}

function readShare({ suite: { group } }: EcdsaSession, bytes: Uint8Array): Share {
  const reader = new Reader(bytes);
  const share = { u: reader.scalar(group), w: reader.scalar(group) };
  reader.end();
  return share;
}
