/**
 * HPKE (RFC 9180), base mode, to an enclave's boot encryption key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
 *
 * Construction by @hpke/core; its AEAD slot is filled with @noble/ciphers, because WebCrypto has no ChaCha20Poly1305.
 */
import {
  AeadId,
  CipherSuite,
  type CipherSuiteSealResponse,
  DhkemX25519HkdfSha256,
  HkdfSha256,
  HpkeError,
} from '@hpke/core';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Rng } from '../../protocol/committee.ts';
import { wipe } from '../../protocol/secret.ts';

export type EncryptionKey = { readonly publicKey: Uint8Array; readonly pair: KeyPair };
type KeyPair = { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
export type Sealed = { readonly enc: Uint8Array; readonly ciphertext: Uint8Array };

const KEY_MATERIAL_BYTES = 32;

const chacha = {
  id: AeadId.Chacha20Poly1305,
  keySize: 32,
  nonceSize: 12,
  tagSize: 16,
  createEncryptionContext: (key: Buffers) => ({
    seal: async (nonce: Buffers, data: Buffers, aad: Buffers) =>
      bufferOf(chacha20poly1305(bytesOf(key), bytesOf(nonce), bytesOf(aad)).encrypt(bytesOf(data))),
    open: async (nonce: Buffers, data: Buffers, aad: Buffers) =>
      bufferOf(chacha20poly1305(bytesOf(key), bytesOf(nonce), bytesOf(aad)).decrypt(bytesOf(data))),
  }),
};

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: chacha });

/** A fresh key for one life of the enclave; it is never written anywhere. */
export async function generateEncryptionKey(rng: Rng): Promise<EncryptionKey> {
  const material = materialOf(rng);
  const pair = await suite.kem.deriveKeyPair(material);
  wipe(new Uint8Array(material));
  return { publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)), pair };
}

/**
 * Encrypts to `publicKey`, or returns undefined when that is no usable key (a point of small order: whoever records it gets nothing).
 * The ephemeral key is derived from `rng`, as every random byte of the enclave is (RFC 9180, DeriveKeyPair).
 */
export async function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
  rng: Rng,
): Promise<Sealed | undefined> {
  const ekm = materialOf(rng);
  const sealed = await orUndefined(async (): Promise<CipherSuiteSealResponse> => {
    const recipientPublicKey = await suite.kem.deserializePublicKey(bufferOf(publicKey));
    return suite.seal({ recipientPublicKey, info, ekm }, text, aad);
  });
  wipe(new Uint8Array(ekm));
  return sealed && { enc: new Uint8Array(sealed.enc), ciphertext: new Uint8Array(sealed.ct) };
}

function materialOf(rng: Rng): ArrayBuffer {
  const drawn = rng(KEY_MATERIAL_BYTES);
  const material = bufferOf(drawn);
  wipe(drawn);
  return material;
}

/** The text, or undefined when it was not sealed to this key with this info and aad. */
export async function hpkeOpen(
  key: EncryptionKey,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Sealed,
): Promise<Uint8Array | undefined> {
  const opened = await orUndefined(() =>
    suite.open({ recipientKey: key.pair, enc: sealed.enc, info }, sealed.ciphertext, aad),
  );
  return opened && new Uint8Array(opened);
}

async function orUndefined<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HpkeError) return undefined;
    throw error;
  }
}

type Buffers = ArrayBufferLike | ArrayBufferView;

function bytesOf(buffers: Buffers): Uint8Array {
  return ArrayBuffer.isView(buffers)
    ? new Uint8Array(buffers.buffer, buffers.byteOffset, buffers.byteLength)
    : new Uint8Array(buffers);
}

/** A buffer of exactly these bytes: a view may lie in the middle of a larger one. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
