/** Statuses of a platform, of its quoting enclave and of its TDX module, brought together. */

import type { TcbStatus } from '../verified.ts';

/** A status, and the advisories that explain it. */
export type Rating = { readonly status: TcbStatus; readonly advisories: readonly string[] };

/** What each status says; two of them together say all that either says. */
const OUT_OF_DATE = 1;
const CONFIGURATION = 2;
const HARDENING = 4;
const REVOKED = 8;
const MEANING: Readonly<Record<TcbStatus, number>> = {
  UpToDate: 0,
  SWHardeningNeeded: HARDENING,
  ConfigurationNeeded: CONFIGURATION,
  ConfigurationAndSWHardeningNeeded: CONFIGURATION | HARDENING,
  OutOfDate: OUT_OF_DATE,
  OutOfDateConfigurationNeeded: OUT_OF_DATE | CONFIGURATION,
  Revoked: REVOKED,
};

/**
 * Intel's rules for QE identity and TDX module (Intel SGX/TDX DCAP quote verification, "TCB status"), as one: what is out of date stays so, and so on.
 * > OutOfDate with UpToDate or SWHardeningNeeded is OutOfDate; with ConfigurationNeeded it is OutOfDateConfigurationNeeded.
 */
export function converge(...ratings: readonly Rating[]): Rating {
  const meaning = ratings.reduce((sum, { status }) => sum | MEANING[status], 0);
  const advisories = [...new Set(ratings.flatMap((rating) => rating.advisories))].sort();
  return { status: statusOf(meaning), advisories };
}

function statusOf(meaning: number): TcbStatus {
  if (meaning & REVOKED) return 'Revoked';
  if (meaning & OUT_OF_DATE) return meaning & CONFIGURATION ? 'OutOfDateConfigurationNeeded' : 'OutOfDate';
  if (meaning & CONFIGURATION) return meaning & HARDENING ? 'ConfigurationAndSWHardeningNeeded' : 'ConfigurationNeeded';
  return meaning & HARDENING ? 'SWHardeningNeeded' : 'UpToDate';
}
