/** Which kind of evidence some bytes claim to be, told by how they begin; whether they are is for the verifier of that kind. */

import type { Bytes } from './formats/bytes.ts';
import { TEE_TYPE } from './intel/quote.ts';
import type { EvidenceKind } from './verified.ts';

/** A COSE_Sign1: an array of four, with or without its tag. */
const COSE_STARTS = [0x84, 0xd2];

/** Reports begin with a version of four bytes; where the type of a quote's key would be, they have zeros. */
const MOST_REPORT_VERSION = 8;

export function kindOf(bytes: Bytes): EvidenceKind | null {
  const [first = 0] = bytes;
  if (COSE_STARTS.includes(first)) return 'nitro';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return null;
  const [version, keyType, teeType] = [view.getUint16(0, true), view.getUint16(2, true), view.getUint32(4, true)];
  if (version >= 1 && version <= MOST_REPORT_VERSION && keyType === 0) return 'snp';
  if (version < 3 || version > 5 || keyType === 0) return null;
  if (teeType === TEE_TYPE.tdx) return 'tdx';
  return teeType === TEE_TYPE.sgx ? 'sgx' : null;
}
