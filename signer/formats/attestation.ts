/** What evidence states about an enclave (docs/formats.md, "Preimages"). */

import { sha256 } from '@noble/hashes/sha2.js';
import { isEqual } from './equal.ts';
import { DEVELOPMENT_STATEMENT_TAG, MEASUREMENT_TAG, REPORT_TAG } from './tags.ts';
import { abiEncode, addressWord, keccak, uintWord, ZERO_WORD } from './words.ts';

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

export type DevelopmentStatement = {
  readonly image: Bytes;
  readonly configuration: Bytes;
  readonly reportData: Bytes;
  readonly platformId: Bytes;
  readonly issuedAt: bigint;
};

/** The SHA-256 that the development root signs with P-256. */
export function developmentStatement(statement: DevelopmentStatement): Bytes {
  const { image, configuration, reportData, platformId, issuedAt } = statement;
  const tag = DEVELOPMENT_STATEMENT_TAG;
  return sha256(abiEncode(tag, image, configuration, reportData, platformId, uintWord(issuedAt)));
}
