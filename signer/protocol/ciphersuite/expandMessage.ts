/**
 * expand_message_xmd of RFC 9380 §5.3.1 with SHA-256, and the scalar that RFC 9591 makes of it. What it hashes for nonces is secret, so nothing
 * of it is left (noble's own puts its input together in arrays that it leaves behind).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Scalar, ScalarField } from '../math/group.ts';
import { unmoved, wipe } from '../secret.ts';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** L of a group order of 256 bits: > L = ceil((ceil(log2(p)) + k) / 8) */
const L = 48;
const WIDE_BYTES = 64;

/** > hash_to_field(m, 1) [RFC 9380] using expand_message_xmd with SHA-256, L = 48 @param domain at most 255 bytes */
export function hashToScalar({ reduce }: ScalarField, domain: Uint8Array, message: Uint8Array): Scalar {
  const wide = unmoved(WIDE_BYTES);
  expandMessage(message, domain, wide.subarray(WIDE_BYTES - L));
  const scalar = reduce(wide);
  wipe(wide);
  return scalar;
}

/** Fills `out`, at most 255 hashes long. */
export function expandMessage(message: Uint8Array, domain: Uint8Array, out: Uint8Array): void {
  if (domain.length > 255 || out.length > 255 * HASH_BYTES) throw new RangeError('too long to be expanded');
  // > DST_prime = DST || I2OSP(len(DST), 1)
  const finish = (hash: ReturnType<typeof sha256.create>, into: Uint8Array) => {
    hash.update(domain).update(Uint8Array.of(domain.length)).digestInto(into);
    hash.destroy();
  };
  const [b_0, b_i, previous] = [unmoved(HASH_BYTES), unmoved(HASH_BYTES), unmoved(HASH_BYTES)];
  // > b_0 = H(Z_pad || msg || l_i_b_str || I2OSP(0, 1) || DST_prime)
  const lengthAndZero = Uint8Array.of(out.length >>> 8, out.length, 0);
  finish(sha256.create().update(new Uint8Array(BLOCK_BYTES)).update(message).update(lengthAndZero), b_0);
  for (let i = 1, at = 0; at < out.length; i++, at += HASH_BYTES) {
    // > b_i = H(strxor(b_0, b_(i - 1)) || I2OSP(i, 1) || DST_prime), and b_1 of b_0 alone
    for (let k = 0; k < HASH_BYTES; k++) previous[k] = (previous[k] as number) ^ (b_0[k] as number);
    finish(sha256.create().update(previous).update(Uint8Array.of(i)), b_i);
    out.set(b_i.subarray(0, out.length - at), at);
    previous.set(b_i);
  }
  wipe(b_0, b_i, previous);
}
