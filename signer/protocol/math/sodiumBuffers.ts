/**
 * libsodium's functions on fixed buffers of its memory, overwritten after each call: its own JavaScript allocates a buffer for each argument
 * and frees it as it is.
 */
import type sodium from 'libsodium-wrappers-sumo';
import { unmoved } from '../secret.ts';

export type Sodium = typeof sodium;

/** An address in the module's memory, or 0 for nothing. */
type Address = number;

/** The module under libsodium's JavaScript, as far as we use it: what it returns is 0 or nothing, or a refusal. */
export interface RawSodium {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): Address;
  _crypto_core_ed25519_add(sum: Address, p: Address, q: Address): number;
  _crypto_core_ed25519_scalar_add(sum: Address, a: Address, b: Address): void;
  _crypto_core_ed25519_scalar_mul(product: Address, a: Address, b: Address): void;
  _crypto_core_ed25519_scalar_negate(negated: Address, a: Address): void;
  _crypto_core_ed25519_scalar_reduce(reduced: Address, wide: Address): void;
  _crypto_scalarmult_ed25519_base_noclamp(product: Address, a: Address): number;
  _crypto_scalarmult_ed25519_noclamp(product: Address, a: Address, p: Address): number;
  _crypto_core_ristretto255_add(sum: Address, p: Address, q: Address): number;
  _crypto_core_ristretto255_sub(difference: Address, p: Address, q: Address): number;
  _crypto_core_ristretto255_from_hash(p: Address, uniform: Address): number;
  _crypto_scalarmult_ristretto255_base(product: Address, a: Address): number;
  _crypto_scalarmult_ristretto255(product: Address, a: Address, p: Address): number;
  /** The length of the input is two words, the low one first. */
  _crypto_generichash(
    out: Address,
    outBytes: number,
    input: Address,
    low: number,
    high: number,
    key: Address,
    keyBytes: number,
  ): number;
  _crypto_scalarmult(shared: Address, secret: Address, theirs: Address): number;
  _crypto_scalarmult_base(key: Address, secret: Address): number;
  /** Lengths of 64 bits are two words, the low one first. */
  _crypto_aead_chacha20poly1305_ietf_encrypt(...buffers: AeadBuffers): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(...buffers: AeadBuffers): number;
}

/** out, -, then for encryption: text, its length; for decryption: -, sealed, its length; additional data and its length, (-,) nonce, key. */
type AeadBuffers = [Address, number, Address, number, number, Address, number, number, Address, Address, Address];

/** libsodium's JavaScript has the module under this name, and does not declare it. */
export function rawSodium(lib: Sodium): RawSodium {
  return (lib as unknown as { readonly libsodium: RawSodium }).libsodium;
}

/** Room for the longest argument: a scalar to be reduced, or one that is sealed. */
const BUFFER_BYTES = 64;
const MAX_ARGUMENTS = 3; // beside the result

/** Some functions of libsodium return nothing. */
export type Call = (out: Address, ...inputs: [Address, Address, Address]) => unknown;
export type Compute = (outBytes: number, inputs: readonly Uint8Array[], call: Call) => Uint8Array;

/** @returns the one way to compute: throws where libsodium refuses, and leaves nothing behind. */
export function sodiumBuffers(raw: RawSodium): Compute {
  const out = raw._malloc(BUFFER_BYTES * (1 + MAX_ARGUMENTS));
  const end = out + BUFFER_BYTES * (1 + MAX_ARGUMENTS);
  const buffers = [1, 2, 3].map((k) => out + BUFFER_BYTES * k) as [Address, Address, Address];
  return (outBytes, inputs, call) => {
    if (outBytes > BUFFER_BYTES || inputs.length > MAX_ARGUMENTS || inputs.some(({ length }) => length > BUFFER_BYTES))
      throw new RangeError('no room for these arguments');
    for (const [k, bytes] of inputs.entries()) raw.HEAPU8.set(bytes, buffers[k]);
    const code = call(out, ...buffers);
    const result = unmoved(Math.max(0, outBytes));
    result.set(raw.HEAPU8.subarray(out, out + result.length));
    raw.HEAPU8.fill(0, out, end);
    if (code !== undefined && code !== 0) throw new Error('libsodium refuses its input');
    return result;
  };
}
