/** Hashes that contracts compare: what runs, and on which machine (docs/attestation.md, "Measurement"). */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Bytes } from './formats/bytes.ts';
import type { EvidenceKind } from './verified.ts';

export const TAG_STRINGS = {
  measurement: 'quorate/measurement/1',
  platform: 'quorate/platform/1',
  tdx: 'quorate/tee/tdx/1',
  sgx: 'quorate/tee/sgx/1',
  nitro: 'quorate/tee/nitro/1',
  snp: 'quorate/tee/snp/1',
  intel: 'quorate/vendor/intel/1',
  aws: 'quorate/vendor/aws/1',
  amd: 'quorate/vendor/amd/1',
} as const;

const tag = (name: keyof typeof TAG_STRINGS) => keccak_256(utf8ToBytes(TAG_STRINGS[name]));

/** A kind of TEE, as contracts name it. */
export function teeOf(kind: EvidenceKind): Bytes {
  return tag(kind);
}

/** The image, in the words of the registry: one hash of all that hardware measures. */
export function identityHash(...identity: readonly Bytes[]): Bytes {
  return keccak_256(concatBytes(...identity));
}

/** @param identity all identity fields, each of a fixed length, in the order that the page gives */
export function measurementOf(kind: EvidenceKind, ...identity: readonly Bytes[]): Bytes {
  return keccak_256(concatBytes(tag('measurement'), tag(kind), identityHash(...identity)));
}

/** TDX and SGX of one machine give one id. */
export function platformIdOf(vendor: 'intel' | 'aws' | 'amd', salt: Bytes, machine: Bytes): Bytes {
  return keccak_256(concatBytes(tag('platform'), tag(vendor), salt, keccak_256(machine)));
}
