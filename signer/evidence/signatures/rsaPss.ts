/** RSASSA-PSS-VERIFY of RFC 8017, 8.1.2 and 9.1.2, with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes. Public values only. */

import { sha384 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { type Bytes, isEqual, isZero, uintOf } from '../formats/bytes.ts';
import type { RsaKey } from './signature.ts';

const HASH_BYTES = 48;
const SALT_BYTES = 48;

export function verifyRsaPss({ modulus, exponent }: RsaKey, message: Bytes, signature: Bytes): boolean {
  const n = uintOf(modulus);
  const s = uintOf(signature);
  if (signature.length !== modulus.length || s >= n) return false;
  const encoded = bytesOf(power(s, exponent, n), modulus.length);
  return isEncoding(encoded, sha384(message), 8 * modulus.length - 1);
}

/** > EMSA-PSS-VERIFY, steps 4 to 14; `bits` is emBits, and the modulus has its top bit set. */
function isEncoding(encoded: Bytes, digest: Bytes, bits: number): boolean {
  const unusedBits = 8 * encoded.length - bits;
  const maskedDb = encoded.subarray(0, encoded.length - HASH_BYTES - 1);
  const h = encoded.subarray(maskedDb.length, encoded.length - 1);
  const top = 0xff >> unusedBits;
  if (encoded.at(-1) !== 0xbc || ((maskedDb[0] ?? 0) & ~top) !== 0) return false;
  const mask = mgf1(h, maskedDb.length);
  const db = maskedDb.map((byte, at) => byte ^ (mask[at] ?? 0));
  db[0] = (db[0] ?? 0) & top;
  const [padding, salt] = [db.subarray(0, -SALT_BYTES - 1), db.subarray(-SALT_BYTES)];
  if (!isZero(padding) || db.at(-SALT_BYTES - 1) !== 1) return false;
  return isEqual(h, sha384(concatBytes(new Uint8Array(8), digest, salt)));
}

function mgf1(seed: Bytes, length: number): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / HASH_BYTES) }, (_, counter) =>
    sha384(concatBytes(seed, Uint8Array.of(0, 0, counter >> 8, counter & 0xff))),
  );
  return concatBytes(...blocks).subarray(0, length);
}

function power(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

function bytesOf(value: bigint, length: number): Bytes {
  const digits = value.toString(16).padStart(2 * length, '0');
  return Uint8Array.from({ length }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}
