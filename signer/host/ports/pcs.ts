/**
 * What Intel publishes about platforms, as the host fetches it. All of it is signed, and the chain verifies it: whoever hands it on can withhold it,
 * and nothing else. Failures are Retryable COLLATERAL_UNAVAILABLE.
 */

import type { QeIdentity } from '../../evidence/intel/qeIdentity.ts';
import type { SignedText } from '../../evidence/intel/signedText.ts';
import type { TcbInfo } from '../../evidence/intel/tcbInfo.ts';
import type { RevocationList } from '../../evidence/x509/revocationList.ts';

export type IntelTee = 'tdx' | 'sgx';
/** Whose revocation list. */
export type ListOf = 'root' | 'platform' | 'processor';
export type PublishedList = RevocationList & {
  /** DER */
  readonly encoded: Uint8Array;
};
/** > early: TCB data as soon as it is there; standard: a year later, or as Intel sees fit */
export type Update = 'standard' | 'early';

export type Pcs = {
  revocationList(of: ListOf): Promise<PublishedList>;
  /** @param fmspc 12 hexadecimal digits: which model of platform */
  tcbInfo(tee: IntelTee, fmspc: string, update: Update): Promise<SignedText<TcbInfo>>;
  qeIdentity(tee: IntelTee, update: Update): Promise<SignedText<QeIdentity>>;
};
