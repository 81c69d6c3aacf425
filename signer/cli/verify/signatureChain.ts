/** From a signature up to the root key: under which key it has to hold, and whether it does. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { concat, hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { birthDomain } from '../../formats/wirePreimages.ts';
import { derivedPoints } from '../../host/chain/derivedPoints.ts';

export type RootKey = { readonly prefix: number; readonly x: Hex };
type Birth = { readonly chainId: number; readonly keyRegistry: Hex; readonly keyId: Hex };
type Use = { readonly scheme: string; readonly requester: Hex; readonly path: Hex; readonly payloadKind: string };

/** As verifiers of the scheme take it. */
export function verifyingKeyOf({ chainId, keyRegistry, keyId }: Birth, root: RootKey, use: Use): Hex {
  const { scheme, requester, path, payloadKind } = use;
  if (scheme === 'ed25519') return root.x;
  const birth = birthDomain(chainId, keyRegistry, keyId, root);
  const { derivedX, derivedY, outputX } = derivedPoints(root, birth, requester, path);
  if (scheme === 'ecdsa-secp256k1') return concat([BigInt(derivedY) % 2n === 0n ? '0x02' : '0x03', derivedX]);
  return payloadKind === 'bitcoin-psbt' ? outputX : derivedX;
}

/** What is no signature at all, or no key, does not hold either. */
export function holdsUnder(scheme: string, signature: Hex | undefined, digest: Hex, publicKey: Hex): boolean {
  if (signature === undefined) return false;
  try {
    const [bytes, message, key] = [hexToBytes(signature), hexToBytes(digest), hexToBytes(publicKey)];
    if (scheme === 'bip340') return schnorr.verify(bytes, message, key);
    if (scheme === 'ecdsa-secp256k1') return secp256k1.verify(bytes.subarray(0, 64), message, key, { prehash: false });
    return scheme === 'ed25519' && ed25519.verify(bytes, message, key);
  } catch {
    return false; // noble throws for bytes of another length or form
  }
}
