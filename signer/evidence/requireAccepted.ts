/** Evidence that holds, against what a policy takes: its status, what runs, and what it says. */

import { type Bytes, isEqual, toHex, toHex0x } from './formats/bytes.ts';
import { refuse } from './refusal.ts';
import type { Policy, VerifiedEvidence } from './verified.ts';

export function requireAccepted(verified: VerifiedEvidence, policy: Policy): VerifiedEvidence {
  requireStatus(verified, policy);
  requireSame('MEASUREMENT_DIFFERS', verified.measurement, policy.expected.measurement);
  requireSame('REPORT_DATA_DIFFERS', verified.reportData, policy.expected.reportData);
  requireNonce(verified.fields.nonce, policy.expected.nonce);
  return verified;
}

/** Revoked is never accepted, whatever a policy lists. */
function requireStatus({ tcbStatus, advisories }: VerifiedEvidence, { statuses }: Policy): void {
  if (tcbStatus === null || tcbStatus === 'UpToDate') return;
  const isListed = statuses.some(
    (one) => one.status === tcbStatus && advisories.every((advisory) => one.advisories.includes(advisory)),
  );
  if (tcbStatus === 'Revoked' || !isListed)
    refuse('TCB_STATUS', `the platform is ${tcbStatus}`, { found: tcbStatus, advisories: advisories.join(' ') });
}

function requireSame(
  code: 'MEASUREMENT_DIFFERS' | 'REPORT_DATA_DIFFERS',
  found: Bytes,
  wanted: Bytes | undefined,
): void {
  if (wanted !== undefined && !isEqual(found, wanted))
    refuse(code, 'not what was expected', { found: toHex(found), wanted: toHex(wanted) });
}

/** Evidence that has no nonce does not have the one that is expected. */
function requireNonce(found: string | number | null | undefined, wanted: Bytes | undefined): void {
  if (wanted !== undefined && found !== toHex0x(wanted))
    refuse('NONCE_DIFFERS', 'another nonce, or none', { found: found ?? null, wanted: toHex0x(wanted) });
}
