/**
 * The development root: a P-256 key in a file. Whoever has the file can forge evidence and read seals, and that is the host; the
 * contracts accept this root on a local chain only.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Hex } from '../formats/hex.ts';
import { toHex } from '../formats/hex.ts';

export type PublicPoint = { readonly x: Hex; readonly y: Hex };

/** Writes a new key where none was, and returns the point that the contract's constructor takes. */
export function generateRootKey(file: string): PublicPoint {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return pointOf(privateKey);
}

/** @throws when the file holds no P-256 key */
export function readRootKey(file: string): KeyObject {
  const key = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error(`${file} holds no P-256 key`);
  return key;
}

export function pointOf(key: KeyObject): PublicPoint {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return { x: hexOf(x), y: hexOf(y) };
}

export function scalarOf(key: KeyObject): Uint8Array {
  return bytesOf(key.export({ format: 'jwk' }).d ?? '');
}

function hexOf(base64url: string): Hex {
  return toHex(bytesOf(base64url));
}

function bytesOf(base64url: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}
