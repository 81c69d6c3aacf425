/** What evidence states about an enclave (docs/formats.md, "Preimages"). */

import { isEqual } from './equal.ts';
import { MEASUREMENT_TAG, REPORT_TAG } from './tags.ts';
import { addressWord, keccak, uintWord, ZERO_WORD } from './words.ts';

type Bytes = Uint8Array;

export type ReportSubject = {
  readonly chainId: bigint;
  readonly enclaveRegistry: Bytes;
  readonly operator: Bytes;
  readonly identity: Bytes;
  readonly epoch: number;
  /** Hash of the block up to which the enclave itself verified the chain. */
  readonly challenge: Bytes;
};

export function reportData(subject: ReportSubject): Bytes {
  return keccak(
    REPORT_TAG,
    uintWord(subject.chainId),
    addressWord(subject.enclaveRegistry),
    addressWord(subject.operator),
    addressWord(subject.identity),
    uintWord(subject.epoch),
    subject.challenge,
  );
}

/** @param configuration zero where the image says it too: hardware that measures all in one */
export function measurement(tee: Bytes, image: Bytes, configuration: Bytes): Bytes {
  if (isEqual(configuration, ZERO_WORD)) return keccak(MEASUREMENT_TAG, tee, image);
  return keccak(MEASUREMENT_TAG, tee, image, configuration);
}
