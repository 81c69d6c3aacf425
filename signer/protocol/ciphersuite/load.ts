/** The ciphersuites on their fast engines, where secrets meet constant-time code. Called once, by whoever starts the process. */
import { schnorr } from '@noble/curves/secp256k1.js';
import sodium from 'libsodium-wrappers-sumo';
import type { Rng } from '../committee.ts';
import { type Envelope, type EnvelopeEngine, x25519Envelope } from '../keygen/envelope.ts';
import { rawSodium, type Sodium, sodiumBuffers } from '../math/sodiumBuffers.ts';
import { sodiumEd25519 } from '../math/sodiumEd25519.ts';
import { sodiumLongHash } from '../math/sodiumHash.ts';
import { sodiumRistretto } from '../math/sodiumRistretto.ts';
import { WasmSecp256k1 } from '../math/wasmSecp256k1.ts';
import { bip340Suite, xOf } from './bip340.ts';
import type { Engine } from './ciphersuite.ts';
import { type EcdsaSuite, ecdsaSuite } from './ecdsa.ts';
import { ed25519Suite } from './ed25519.ts';
import type { SchemeSuites, Suites } from './suites.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
const [NO_KEY, NO_NONCE, NO_SHARE] = [new Uint8Array(KEY_BYTES), new Uint8Array(12), new Uint8Array(32)];

/** @param secp256k1Wasm the bytes of tiny-secp256k1's WebAssembly module, which a bundle embeds */
export async function loadSchemeSuites(secp256k1Wasm: Uint8Array, rng: Rng): Promise<SchemeSuites> {
  await sodium.ready;
  const secp256k1 = await WasmSecp256k1.load(secp256k1Wasm, rng);
  const { group } = secp256k1;
  const envelope = sodiumEnvelope(sodium);
  return {
    bip340: bip340Suite({ group, envelope, isSignature: bip340Verifier(secp256k1) }),
    ed25519: ed25519Suite({
      group: sodiumEd25519(sodium),
      envelope,
      isSignature: (publicKey, message, signature) => sodium.crypto_sign_verify_detached(signature, message, publicKey),
    }),
    'ecdsa-secp256k1': ecdsaSuite({
      group,
      envelope,
      isSignature: (publicKey, digest, signature) => secp256k1.verifyEcdsa(signature, digest, publicKey),
      otGroup: sodiumRistretto(sodium),
      longHash: sodiumLongHash(sodium),
    }),
  };
}

/** Those of FROST. */
export async function loadSuites(secp256k1Wasm: Uint8Array, rng: Rng): Promise<Suites> {
  const { bip340, ed25519 } = await loadSchemeSuites(secp256k1Wasm, rng);
  return { bip340, ed25519 };
}

/** That of threshold ECDSA. */
export async function loadEcdsaSuite(secp256k1Wasm: Uint8Array, rng: Rng): Promise<EcdsaSuite> {
  return (await loadSchemeSuites(secp256k1Wasm, rng))['ecdsa-secp256k1'];
}

/** libsecp256k1's build takes digests only; other lengths, which BIP-340 allows, go to noble. Both see public values only. */
function bip340Verifier(secp256k1: WasmSecp256k1): Engine['isSignature'] {
  return (publicKey, message, signature) =>
    message.length === 32
      ? secp256k1.verifySchnorr(signature, message, xOf(publicKey))
      : schnorr.verify(signature, message, xOf(publicKey));
}

function sodiumEnvelope(lib: Sodium): Envelope {
  const raw = rawSodium(lib);
  const compute = sodiumBuffers(raw);
  const encrypt: EnvelopeEngine['encrypt'] = (key, nonce, plain) =>
    compute(plain.length + TAG_BYTES, [plain, nonce, key], (out, text, public_, secret) =>
      raw._crypto_aead_chacha20poly1305_ietf_encrypt(out, 0, text, plain.length, 0, 0, 0, 0, 0, public_, secret),
    );
  const decrypt: EnvelopeEngine['decrypt'] = (key, nonce, sealed) =>
    compute(sealed.length - TAG_BYTES, [sealed, nonce, key], (out, box, public_, secret) =>
      raw._crypto_aead_chacha20poly1305_ietf_decrypt(out, 0, 0, box, sealed.length, 0, 0, 0, 0, public_, secret),
    );
  // The cipher leaves its last block on the module's own stack. The same again over zeros, and what is left is of zeros.
  const sealedZeros = encrypt(NO_KEY, NO_NONCE, NO_SHARE);
  return x25519Envelope({
    publicOf: (secret) => compute(KEY_BYTES, [sized(secret, KEY_BYTES)], raw._crypto_scalarmult_base),
    agree: (secret, theirs) =>
      compute(KEY_BYTES, [sized(secret, KEY_BYTES), sized(theirs, KEY_BYTES)], raw._crypto_scalarmult),
    encrypt: (key, nonce, plain) => {
      const sealed = encrypt(key, nonce, plain);
      encrypt(NO_KEY, NO_NONCE, NO_SHARE);
      return sealed;
    },
    decrypt: (key, nonce, sealed) => {
      const plain = decrypt(key, nonce, sealed);
      decrypt(NO_KEY, NO_NONCE, sealedZeros);
      return plain;
    },
  });
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes;
}
