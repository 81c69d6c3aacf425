/** A Nitro attestation document, of its parts: each can be told to be wrong, for tests. */

import { signRaw } from '../certificates.ts';
import { type Bytes, bytes } from '../der.ts';
import type { Pair } from '../keys.ts';
import { byteString, list, map, textString, unsigned } from './cbor.ts';

export type NitroParts = {
  readonly leaf: Bytes;
  readonly bundle: readonly Bytes[];
  readonly pcrs: readonly (readonly [Bytes, Bytes])[];
  readonly timestamp: number;
  readonly digest: string;
  readonly moduleId: string;
  readonly publicKey: Bytes;
  readonly userData: Bytes;
  readonly nonce: Bytes;
  /** More entries, or other ones, at the end of the payload's map. */
  readonly more: readonly (readonly [Bytes, Bytes])[];
  /** Instead of all the above. */
  readonly payload?: Bytes;
  readonly header: Bytes;
  readonly unprotected: Bytes;
  readonly signer: Pair;
};

/** {1: -35}: ES384, and nothing else. */
export const ES384_HEADER = bytes('a1013822');

export function payloadOf(parts: NitroParts): Bytes {
  const entries: (readonly [string, Bytes])[] = [
    ['module_id', textString(parts.moduleId)],
    ['digest', textString(parts.digest)],
    ['timestamp', unsigned(parts.timestamp)],
    ['pcrs', map(parts.pcrs)],
    ['certificate', byteString(parts.leaf)],
    ['cabundle', list(...parts.bundle.map(byteString))],
    ['public_key', parts.publicKey],
    ['user_data', parts.userData],
    ['nonce', parts.nonce],
  ];
  return map([...entries.map(([name, value]) => [textString(name), value] as const), ...parts.more]);
}

/** COSE_Sign1 over the payload. */
export function documentOf(parts: NitroParts): Bytes {
  const payload = parts.payload ?? payloadOf(parts);
  const structure = list(
    textString('Signature1'),
    byteString(parts.header),
    byteString(new Uint8Array()),
    byteString(payload),
  );
  return list(
    byteString(parts.header),
    parts.unprotected,
    byteString(payload),
    byteString(signRaw(structure, parts.signer)),
  );
}
