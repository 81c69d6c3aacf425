/** What verified evidence says, and what a verifier was told to accept. */

import type { Bytes } from './formats/bytes.ts';
import type { VerifySignature } from './signatures/signature.ts';
import type { SnpIssuer } from './snp/issuers.ts';
import type { SnpTcb } from './snp/tcb.ts';
import type { RevokedCertificate } from './x509/verifyChain.ts';

export type EvidenceKind = 'tdx' | 'sgx' | 'nitro' | 'snp';

/** Intel's words for the state of a platform. */
export const TCB_STATUSES = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
] as const;
export type TcbStatus = (typeof TCB_STATUSES)[number];

export type VerifiedEvidence = {
  readonly kind: EvidenceKind;
  /** 32 bytes that name what runs: docs/attestation.md, "Measurement". */
  readonly measurement: Bytes;
  /** What the vendor attests, by name; bytes as 0x and hexadecimal digits. */
  readonly fields: Readonly<Record<string, string | number | null>>;
  /** What the enclave wanted said: 64 bytes, of Nitro the user data of any length. */
  readonly reportData: Bytes;
  /** 32 bytes that name the machine within one network, and say nothing about it elsewhere. */
  readonly platformId: Bytes;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly validUntil: number;
  /** Null where the vendor publishes none (AWS; AMD, unless a policy names the least TCB). */
  readonly tcbStatus: TcbStatus | null;
  readonly advisories: readonly string[];
  /** The lower number of TCB info and QE identity; null where the vendor has no such number. */
  readonly evaluationNumber: number | null;
};

export type Policy = {
  /** Accepted besides UpToDate: this status, if all its advisories are among those listed. */
  readonly statuses: readonly { readonly status: TcbStatus; readonly advisories: readonly string[] }[];
  /** Collateral of an older evaluation is refused. */
  readonly leastTcbEvaluation: number;
  readonly leastQeEvaluation: number;
  /** The least reported TCB of each AMD product; a product that is not named has no status. */
  readonly leastSnpTcb: Readonly<Partial<Record<SnpIssuer['product'], Partial<SnpTcb>>>>;
  /** How old a Nitro document may be, in seconds. */
  readonly documentSeconds: number;
  /** How far ahead of `at` a Nitro document may be. */
  readonly clockSeconds: number;
  /** How long evidence counts, once verified. */
  readonly registrationSeconds: number;
  /** For how long collateral may be overdue before what it verified stops to count. Never makes overdue collateral acceptable. */
  readonly graceSeconds: number;
  readonly revoked: readonly RevokedCertificate[];
  /** 32 bytes, one network's own. */
  readonly platformSalt: Bytes;
  readonly expected: {
    readonly measurement?: Bytes;
    readonly reportData?: Bytes;
    /** Of Nitro documents; other evidence has none, and is refused where one is expected. */
    readonly nonce?: Bytes;
  };
};

/** What ends a chain: SHA-256 of root certificates; of AMD the keys that sign those of chips. */
export type Roots = {
  readonly intel: readonly Bytes[];
  readonly aws: readonly Bytes[];
  readonly amd: readonly SnpIssuer[];
};

export type Verifier = {
  readonly roots: Roots;
  readonly policy: Policy;
  /** Seconds since 1970. */
  readonly at: number;
  readonly verifySignature: VerifySignature;
};

const DAY = 86_400;

export const DEFAULT_POLICY: Policy = {
  statuses: [],
  leastTcbEvaluation: 0,
  leastQeEvaluation: 0,
  leastSnpTcb: {},
  documentSeconds: 3 * 3_600,
  clockSeconds: 60,
  registrationSeconds: 30 * DAY,
  graceSeconds: 0,
  revoked: [],
  platformSalt: new Uint8Array(32),
  expected: {},
};
