/** Any evidence: told by its bytes, verified by its kind, held against a policy. Pure: time, trust and the signature check are arguments. */

import { type Bytes, toHex } from './formats/bytes.ts';
import { LAST_TIME } from './formats/time.ts';
import { decodeCollateral } from './intel/collateral.ts';
import { kindOf } from './kindOf.ts';
import { verifyNitro } from './nitro/verifyNitro.ts';
import { type EvidenceRefusal, isRefusal, type RefusalCode, refusable, refuse } from './refusal.ts';
import { requireAccepted } from './requireAccepted.ts';
import { decodeSgxQuote, verifySgx } from './sgx/verifySgx.ts';
import { verifySnp } from './snp/verifySnp.ts';
import { decodeTdxQuote, verifyTdx } from './tdx/verifyTdx.ts';
import type { VerifiedEvidence, Verifier } from './verified.ts';

export type Evidence = {
  /** Quote, report or document, as the TEE gave it. */
  readonly bytes: Bytes;
  /** Intel: the JSON that `decodeCollateral` reads. */
  readonly collateral?: Bytes;
  /** AMD: the certificate of the VCEK or VLEK, DER. */
  readonly vek?: Bytes;
};

export function verifyEvidence(
  evidence: Evidence,
  verifier: Verifier,
): VerifiedEvidence | EvidenceRefusal<VerifiedEvidence> {
  requireTime(verifier.at);
  const verified = refusable(() => verifyKind(evidence, verifier));
  return isRefusal(verified) ? verified : refusable(() => requireAccepted(verified, verifier.policy), verified);
}

/** DANGER: NaN is before no end and after no beginning; whoever asks at such a time has a bug. */
function requireTime(at: number): void {
  if (!Number.isInteger(at) || at < 0 || at > LAST_TIME)
    throw new RangeError(`${at} is no whole number of seconds since 1970`);
}

function verifyKind({ bytes, collateral, vek }: Evidence, verifier: Verifier): VerifiedEvidence {
  const kind = kindOf(bytes);
  switch (kind) {
    case 'nitro':
      return verifyNitro(bytes, verifier);
    case 'tdx':
      return verifyTdx(
        decodeTdxQuote(bytes),
        decodeCollateral(needed(collateral, 'COLLATERAL_ABSENT', 'collateral')),
        verifier,
      );
    case 'sgx':
      return verifySgx(
        decodeSgxQuote(bytes),
        decodeCollateral(needed(collateral, 'COLLATERAL_ABSENT', 'collateral')),
        verifier,
      );
    case 'snp':
      return verifySnp(bytes, needed(vek, 'VEK_ABSENT', "the signing key's certificate"), verifier);
    case null:
      return refuse('EVIDENCE_UNKNOWN', 'neither a Nitro document, nor a TDX or SGX quote, nor an SEV-SNP report', {
        length: bytes.length,
        starts: toHex(bytes.subarray(0, 8)),
      });
  }
}

function needed(bytes: Bytes | undefined, code: RefusalCode, what: string): Bytes {
  if (bytes === undefined) refuse(code, `${what} is missing`);
  return bytes;
}
