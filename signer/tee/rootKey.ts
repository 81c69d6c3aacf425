/**
 * The development root: a P-256 key in a file, which the keys of all development authorities are drawn from. Whoever has the file can forge
 * evidence and read seals, and that is the host; contracts accept roots of these authorities on a local chain only.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** Writes a new key where none was. */
export function generateRootKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return privateKey;
}

/** @throws when the file holds no P-256 key */
export function readRootKey(file: string): KeyObject {
  const key = privateKeyIn(readFileSync(file));
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error(`${file} holds no P-256 key`);
  return key;
}

function privateKeyIn(bytes: Buffer): KeyObject | null {
  try {
    return createPrivateKey(bytes);
  } catch {
    return null;
  }
}

/** What the keys of development authorities are drawn from. */
export function scalarOf(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
}
