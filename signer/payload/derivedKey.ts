/** The key that signs for one requester and path, and Taproot's output key over it (docs/formats.md, "Verifying key"). */

import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { derivationTweak } from '../formats/ids.ts';
import { refuse } from '../formats/refusal.ts';
import type { PublicKey } from '../formats/schemes.ts';
import { addTweak } from './addTweak.ts';
import type { Tweak } from './decodedPayload.ts';

type Bytes = Uint8Array;
type Point = InstanceType<typeof secp256k1.Point>;
type Tweaks = readonly Tweak[];

/** `key` is x-only: what BIP-340 verifies under. `tweaks` lead to it from the root key (BIP-327). */
export type TweakedKey = { readonly key: Bytes; readonly tweaks: Tweaks };
export type DerivedKey = TweakedKey & { readonly point: Point };

export type Derivation = { readonly requester: Bytes; readonly path: Bytes };

/** P' = P + tweak·G on the full point. */
export function deriveKey(root: PublicKey, birth: Bytes, { requester, path }: Derivation): DerivedKey {
  const tweak = derivationTweak(birth, requester, path);
  const point = addTweak(rootPoint(root), tweak);
  return { point, key: xOf(point), tweaks: [{ kind: 'plain', scalar: tweak }] };
}

/**
 * > Q = P + int(hash_TapTweak(bytes(P)))G (BIP-86)
 *
 * The tweak commits to an empty script tree: a bare key would leave room for a hidden script path.
 */
export function outputKey({ point, key, tweaks }: DerivedKey): TweakedKey {
  const tweak = schnorr.utils.taggedHash('TapTweak', key);
  const internal = point.y % 2n === 0n ? point : point.negate();
  const output = addTweak(internal, tweak);
  return { key: xOf(output), tweaks: [...tweaks, { kind: 'xonly', scalar: tweak }] };
}

function rootPoint({ prefix, x }: PublicKey): Point {
  try {
    return secp256k1.Point.fromBytes(concatBytes(Uint8Array.of(prefix), x));
  } catch (cause) {
    refuse('PUBLIC_KEY_INVALID', `prefix ${prefix} and x are no point of secp256k1`, { cause });
  }
}

function xOf(point: Point): Bytes {
  return point.toBytes(true).slice(1);
}
