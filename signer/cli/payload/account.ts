/** Which account signs: what a key is for one requester and path, as the chain of the payload writes it. */

import { concatBytes } from '@noble/hashes/utils.js';
import { fromHex, type Hex } from '../../formats/hex.ts';
import { PAYLOAD_KINDS } from '../../formats/kinds.ts';
import { Refused } from '../../formats/refusal.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { keyHashScript } from '../../payload/bitcoin/decideSegwitPsbt.ts';
import { type DerivedKey, deriveKey, outputKey } from '../../payload/derivedKey.ts';
import { checksumAddress } from '../../payload/evm/address.ts';
import { addressOfPoint } from '../../payload/evm/addressOfPoint.ts';
import { base58 } from '../../payload/solana/base58.ts';
import type { Telling } from '../words/effectWords.ts';
import type { KeyNow } from './judgePayload.ts';

export type KeyPoint = Pick<KeyNow, 'scheme' | 'publicKeyPrefix' | 'publicKeyX' | 'birth'>;
export type Asker = { readonly requester: Hex; readonly path: Hex; readonly kind: number };

const BITCOIN = PAYLOAD_KINDS['bitcoin-psbt'].number;
const OP_1_PUSH_32 = Uint8Array.of(0x51, 0x20);

/** Null: the key is not made yet, or no account of that kind is a key of its scheme. */
export function accountOf(key: KeyPoint, asker: Asker, { address }: Pick<Telling, 'address'>): string | null {
  if (BigInt(key.publicKeyX) === 0n) return null;
  switch (named(SCHEME_NUMBERS, key.scheme)) {
    case 'ed25519':
      return base58(fromHex(key.publicKeyX));
    case 'bip340':
      return asker.kind === BITCOIN ? ofDerived(key, asker, (derived) => address(taprootScript(derived))) : null;
    case 'ecdsa-secp256k1':
      return ofDerived(key, asker, ({ point }) =>
        asker.kind === BITCOIN ? address(keyHashScript(point.toBytes(true))) : checksumAddress(addressOfPoint(point)),
      );
    case undefined:
      return null;
  }
}

/** Null for what is no point: the decoder says so, with its code. */
function ofDerived<T>(key: KeyPoint, { requester, path }: Asker, write: (derived: DerivedKey) => T): T | null {
  try {
    const root = { prefix: key.publicKeyPrefix, x: fromHex(key.publicKeyX) };
    return write(deriveKey(root, fromHex(key.birth), { requester: fromHex(requester), path: fromHex(path) }));
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function taprootScript(derived: DerivedKey): Uint8Array {
  return concatBytes(OP_1_PUSH_32, outputKey(derived).key);
}
