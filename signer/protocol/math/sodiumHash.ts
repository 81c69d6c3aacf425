/** BLAKE2b-256 with a key (RFC 7693) on libsodium, for public inputs that are long: four times as fast as SHA-256 in JavaScript. */
import { rawSodium, type Sodium } from './sodiumBuffers.ts';

const DIGEST_BYTES = 32;
/** All rows of a multiplication. */
const MAX_BYTES = 53_248;

export type LongHash = (key: Uint8Array, input: Uint8Array) => Uint8Array;

export function sodiumLongHash(lib: Sodium): LongHash {
  const raw = rawSodium(lib);
  const out = raw._malloc(2 * DIGEST_BYTES + MAX_BYTES);
  const [keyAt, inputAt] = [out + DIGEST_BYTES, out + 2 * DIGEST_BYTES];
  return (key, input) => {
    if (key.length !== DIGEST_BYTES || input.length > MAX_BYTES) throw new RangeError('no room for these arguments');
    raw.HEAPU8.set(key, keyAt);
    raw.HEAPU8.set(input, inputAt);
    const code = raw._crypto_generichash(out, DIGEST_BYTES, inputAt, input.length, 0, keyAt, DIGEST_BYTES);
    if (code !== 0) throw new Error('libsodium refuses its input');
    return raw.HEAPU8.slice(out, out + DIGEST_BYTES);
  };
}
