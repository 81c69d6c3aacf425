/** The ciphersuites on their fast engines, where secrets meet constant-time code. Called once, by whoever starts the process. */
import { schnorr } from '@noble/curves/secp256k1.js';
import sodium from 'libsodium-wrappers-sumo';
import type { Rng } from '../committee.ts';
import { type Envelope, x25519Envelope } from '../keygen/envelope.ts';
import { type Sodium, sodiumEd25519 } from '../math/sodiumEd25519.ts';
import { WasmSecp256k1 } from '../math/wasmSecp256k1.ts';
import { bip340Suite, xOf } from './bip340.ts';
import type { Engine } from './ciphersuite.ts';
import { type EcdsaSuite, ecdsaSuite } from './ecdsa.ts';
import { ed25519Suite } from './ed25519.ts';
import type { Suites } from './suites.ts';

/** @param secp256k1Wasm the bytes of tiny-secp256k1's WebAssembly module, which a bundle embeds */
export async function loadSuites(secp256k1Wasm: Uint8Array, rng: Rng): Promise<Suites> {
  await sodium.ready;
  const secp256k1 = await WasmSecp256k1.load(secp256k1Wasm, rng);
  const envelope = sodiumEnvelope(sodium);
  return {
    bip340: bip340Suite({ group: secp256k1.group, envelope, isSignature: bip340Verifier(secp256k1) }),
    ed25519: ed25519Suite({
      group: sodiumEd25519(sodium),
      envelope,
      isSignature: (publicKey, message, signature) => sodium.crypto_sign_verify_detached(signature, message, publicKey),
    }),
  };
}

/** Threshold ECDSA on the same engines. */
export async function loadEcdsaSuite(secp256k1Wasm: Uint8Array, rng: Rng): Promise<EcdsaSuite> {
  await sodium.ready;
  const secp256k1 = await WasmSecp256k1.load(secp256k1Wasm, rng);
  return ecdsaSuite({
    group: secp256k1.group,
    envelope: sodiumEnvelope(sodium),
    isSignature: (publicKey, digest, signature) => secp256k1.verifyEcdsa(signature, digest, publicKey),
    liftX: (x) => secp256k1.liftX(x),
  });
}

/** libsecp256k1's build takes digests only; other lengths, which BIP-340 allows, go to noble. Both see public values only. */
function bip340Verifier(secp256k1: WasmSecp256k1): Engine['isSignature'] {
  return (publicKey, message, signature) =>
    message.length === 32
      ? secp256k1.verifySchnorr(signature, message, xOf(publicKey))
      : schnorr.verify(signature, message, xOf(publicKey));
}

function sodiumEnvelope(lib: Sodium): Envelope {
  return x25519Envelope({
    publicOf: (secret) => lib.crypto_scalarmult_base(secret),
    agree: (secret, theirs) => lib.crypto_scalarmult(secret, theirs),
    encrypt: (key, nonce, plain) => lib.crypto_aead_chacha20poly1305_ietf_encrypt(plain, null, null, nonce, key),
    decrypt: (key, nonce, sealed) => lib.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key),
  });
}
