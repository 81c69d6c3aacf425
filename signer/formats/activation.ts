/** The message that a new key signs to become active, in a domain of its own (docs/formats.md, "Preimages"). */

import { ACTIVATION_TAG } from './tags.ts';
import { addressWord, keccak, uintWord } from './words.ts';

type Bytes = Uint8Array;

export type Activation = {
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly committee: Bytes;
  readonly publicKey: { readonly prefix: number; readonly x: Bytes };
  readonly commitments: Bytes;
};

export function activationMessage(chainId: bigint, keyRegistry: Bytes, activation: Activation): Bytes {
  return keccak(
    ACTIVATION_TAG,
    uintWord(chainId),
    addressWord(keyRegistry),
    activation.keyId,
    uintWord(activation.epoch),
    uintWord(activation.attempt),
    activation.committee,
    uintWord(activation.publicKey.prefix),
    activation.publicKey.x,
    activation.commitments,
  );
}
