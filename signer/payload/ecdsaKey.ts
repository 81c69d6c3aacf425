/** With which key an ECDSA payload is signed: the derived key itself, compressed. */

import type { AskedOfKey, DecodedPayload } from './decodedPayload.ts';
import { deriveKey } from './derivedKey.ts';

export function ecdsaKey({ request, publicKey, birth }: AskedOfKey): Pick<DecodedPayload, 'tweaks' | 'verifyingKey'> {
  const { point, tweaks } = deriveKey(publicKey, birth, request);
  return { tweaks, verifyingKey: point.toBytes(true) };
}
