/** The vendors' roots, pinned: whoever wants others (a development PKI) passes them instead. */

import { type Bytes, fromHex } from './formats/bytes.ts';
import { AMD_ISSUERS } from './snp/issuers.ts';
import type { Roots } from './verified.ts';

/**
 * Intel SGX Root CA, SHA-256 of the certificate: https://certificates.trustedservices.intel.com/Intel_SGX_Provisioning_Certification_RootCA.cer
 * (valid 2018-05-21 to 2049-12-31). It ends the chains of PCK and TCB signing certificates, for SGX and TDX alike.
 */
export const INTEL_ROOT = '44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3';

/**
 * AWS Nitro Enclaves root G1, SHA-256 of the certificate as AWS prints it in "Verifying the root of trust":
 * https://aws-nitro-enclaves.amazonaws.com/AWS_NitroEnclaves_Root-G1.zip (valid 2019-10-28 to 2049-10-28).
 */
export const AWS_ROOT = '641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b';

export const VENDOR_ROOTS: Roots = { intel: [pinned(INTEL_ROOT)], aws: [pinned(AWS_ROOT)], amd: AMD_ISSUERS };

function pinned(hex: string): Bytes {
  return fromHex(hex) ?? new Uint8Array();
}
