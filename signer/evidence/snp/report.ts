/** An SEV-SNP attestation report, 1,184 bytes (SEV-SNP firmware ABI specification, table 23; versions 2, 3 and 5). Nothing is verified here. */

import { concatBytes } from '@noble/hashes/utils.js';
import { type Bytes, isZero } from '../formats/bytes.ts';
import { Layout } from '../formats/layout.ts';
import { refuse } from '../refusal.ts';

export const REPORT_BYTES = 1_184;
const SIGNED_BYTES = 0x2a0;
/** r and s are little-endian, 72 bytes each, of which P-384 needs 48. */
const SCALAR_FIELD = 72;
const SCALAR_BYTES = 48;
export const VERSIONS = [2, 3, 5];
const ECDSA_P384_SHA384 = 1;

export type SnpReport = {
  readonly version: number;
  readonly guestSvn: number;
  readonly policy: bigint;
  readonly familyId: Bytes;
  readonly imageId: Bytes;
  readonly vmpl: number;
  readonly currentTcb: Bytes;
  readonly platformInfo: bigint;
  readonly flags: number;
  readonly reportData: Bytes;
  readonly measurement: Bytes;
  readonly hostData: Bytes;
  readonly idKeyDigest: Bytes;
  readonly authorKeyDigest: Bytes;
  readonly reportId: Bytes;
  readonly reportIdMa: Bytes;
  readonly reportedTcb: Bytes;
  /** CPUID; null before version 3. */
  readonly cpu: { readonly family: number; readonly model: number } | null;
  readonly chipId: Bytes;
  readonly committedTcb: Bytes;
  readonly launchTcb: Bytes;
  readonly signed: Bytes;
  /** r ‖ s, big-endian */
  readonly signature: Bytes;
};

export function decodeReport(bytes: Bytes): SnpReport {
  if (bytes.length !== REPORT_BYTES)
    refuse('SNP_LENGTH', `a report of ${bytes.length} bytes`, { found: bytes.length, wanted: REPORT_BYTES });
  const layout = new Layout(bytes, 'SNP_LENGTH', 'SNP_LENGTH');
  const version = layout.u32('version');
  if (!VERSIONS.includes(version))
    refuse('SNP_VERSION', `version ${version}`, { found: version, wanted: VERSIONS.join(' ') });
  const head = decodeHead(layout);
  const digests = decodeDigests(layout);
  const reportedTcb = layout.take(8, 'REPORTED_TCB');
  const cpu = decodeCpu(layout, version);
  const chipId = layout.take(64, 'CHIP_ID');
  const committedTcb = layout.take(8, 'COMMITTED_TCB');
  layout.take(8, 'firmware versions');
  const launchTcb = layout.take(8, 'LAUNCH_TCB');
  layout.take(SIGNED_BYTES - layout.at, 'mitigations, reserved');
  const signature = decodeSignature(layout);
  const signed = bytes.subarray(0, SIGNED_BYTES);
  return { version, ...head, ...digests, reportedTcb, cpu, chipId, committedTcb, launchTcb, signed, signature };
}

function decodeHead(layout: Layout) {
  const guestSvn = layout.u32('GUEST_SVN');
  const policy = layout.u64('POLICY');
  const familyId = layout.take(16, 'FAMILY_ID');
  const imageId = layout.take(16, 'IMAGE_ID');
  const vmpl = layout.u32('VMPL');
  const algorithm = layout.u32('SIGNATURE_ALGO');
  if (algorithm !== ECDSA_P384_SHA384)
    refuse('SNP_ALGORITHM', `signature algorithm ${algorithm}`, { found: algorithm, wanted: ECDSA_P384_SHA384 });
  const currentTcb = layout.take(8, 'CURRENT_TCB');
  const platformInfo = layout.u64('PLATFORM_INFO');
  const flags = layout.u32('flags');
  layout.take(4, 'reserved');
  return { guestSvn, policy, familyId, imageId, vmpl, currentTcb, platformInfo, flags };
}

function decodeDigests(layout: Layout) {
  return {
    reportData: layout.take(64, 'REPORT_DATA'),
    measurement: layout.take(48, 'MEASUREMENT'),
    hostData: layout.take(32, 'HOST_DATA'),
    idKeyDigest: layout.take(48, 'ID_KEY_DIGEST'),
    authorKeyDigest: layout.take(48, 'AUTHOR_KEY_DIGEST'),
    reportId: layout.take(32, 'REPORT_ID'),
    reportIdMa: layout.take(32, 'REPORT_ID_MA'),
  };
}

function decodeCpu(layout: Layout, version: number): SnpReport['cpu'] {
  const [family = 0, model = 0] = layout.take(24, 'CPUID, reserved');
  return version < 3 ? null : { family, model };
}

/** What no signature covers has to be zero. */
function decodeSignature(layout: Layout): Bytes {
  const scalars = [layout.take(SCALAR_FIELD, 'r'), layout.take(SCALAR_FIELD, 's')];
  const unsigned = [...scalars.map((scalar) => scalar.subarray(SCALAR_BYTES)), layout.rest('reserved')];
  if (!unsigned.every(isZero))
    refuse('SIGNATURE_MALFORMED', 'bytes around the signature are in use', { what: 'the report' });
  return concatBytes(...scalars.map((scalar) => scalar.subarray(0, SCALAR_BYTES).toReversed()));
}
