/** Who an enclave is: a secp256k1 key made inside it, known to contracts and peers by its Ethereum address. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { uintOf } from '../formats/words.ts';
import type { Rng } from '../protocol/committee.ts';
import type { Scalar } from '../protocol/math/group.ts';
import { secp256k1Scalars } from '../protocol/math/limbField.ts';
import { type Recoverable, WasmSecp256k1 } from '../protocol/math/wasmSecp256k1.ts';
import { Malformed } from '../protocol/reader.ts';
import { Secret, wipe } from '../protocol/secret.ts';

export type Identity = {
  readonly address: Uint8Array;
  readonly key: Secret<Scalar>;
  readonly engine: IdentityEngine;
};

/** Makes identities, and recognises them. */
export type Identities = {
  readonly generate: (rng: Rng) => Identity;
  /** @throws Malformed when `key` is no scalar of the curve, or zero */
  readonly of: (key: Uint8Array) => Identity;
  /** Address of the identity that signed `hash`, or undefined when that is no signature in the one accepted form. */
  readonly recover: (hash: Uint8Array, signature: Uint8Array) => Uint8Array | undefined;
};

/** ECDSA on secp256k1. Public keys are uncompressed; signatures have a low s, and what is recovered may have any. */
export type IdentityEngine = {
  readonly publicKey: (secret: Scalar) => Uint8Array;
  readonly sign: (hash: Uint8Array, secret: Scalar) => Recoverable;
  readonly recover: (hash: Uint8Array, signed: Recoverable) => Uint8Array | undefined;
};

export const SIGNATURE_BYTES = 65;
export const IDENTITY_KEY_BYTES = 32;
/** As Ethereum writes the recovery bit. */
const FIRST_V = 27;
/** Reduced to a scalar: the bias is beyond notice. */
const SEED_BYTES = 64;

/** @param wasm the bytes of tiny-secp256k1's WebAssembly module, which a bundle embeds */
export async function loadIdentities(wasm: Uint8Array, rng: Rng): Promise<Identities> {
  const engine = await WasmSecp256k1.load(wasm, rng);
  return identitiesOn({
    publicKey: (secret) => engine.group.encodeWide(engine.group.multiplyBase(secret)),
    sign: (hash, secret) => engine.signEcdsa(hash, secret),
    recover: (hash, signed) => engine.recoverEcdsa(hash, signed),
  });
}

export function identitiesOn(engine: IdentityEngine): Identities {
  return {
    generate: (rng) => identityOf(engine, drawKey(rng)),
    of: (key) => identityOf(engine, secp256k1Scalars.decode(key)),
    recover: (hash, signature) => recover(engine, hash, signature),
  };
}

function drawKey(rng: Rng): Scalar {
  const seed = rng(SEED_BYTES);
  const key = secp256k1Scalars.reduce(seed);
  wipe(seed);
  return key;
}

/** r ‖ s ‖ v over a 32-byte hash, low s, v 27 or 28; deterministic (RFC 6979), so one hash has one signature. */
export function signHash({ engine, key }: Identity, hash: Uint8Array): Uint8Array {
  const { signature, recovery } = engine.sign(hash, key.reveal());
  return concatBytes(signature, Uint8Array.of(FIRST_V + recovery));
}

function identityOf(engine: IdentityEngine, key: Scalar): Identity {
  if (secp256k1Scalars.isZero(key)) throw new Malformed('zero is no key');
  return { address: addressOf(engine.publicKey(key)), key: new Secret(key), engine };
}

function recover(engine: IdentityEngine, hash: Uint8Array, signed: Uint8Array): Uint8Array | undefined {
  const recovery = (signed[SIGNATURE_BYTES - 1] ?? 0) - FIRST_V;
  if (signed.length !== SIGNATURE_BYTES || (recovery !== 0 && recovery !== 1)) return undefined;
  const signature = signed.slice(0, SIGNATURE_BYTES - 1);
  if (hasHighS(signature)) return undefined;
  const publicKey = engine.recover(hash, { signature, recovery });
  return publicKey && addressOf(publicKey);
}

/** > s values greater than secp256k1n/2 are now considered invalid (EIP-2) */
function hasHighS(signature: Uint8Array): boolean {
  return uintOf(signature.subarray(IDENTITY_KEY_BYTES)) > secp256k1Scalars.order / 2n;
}

function addressOf(uncompressed: Uint8Array): Uint8Array {
  return keccak_256(uncompressed.subarray(1)).slice(-20);
}
