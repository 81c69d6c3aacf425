/** Collateral that holds now: signed under the root, current, not older than what a vote wants, and for this kind of TEE and this platform. */

import { isoText } from '../formats/time.ts';
import { refuse } from '../refusal.ts';
import type { Verifier } from '../verified.ts';
import type { Certificate } from '../x509/certificate.ts';
import { requireNotRevoked, verifyRevocationList } from '../x509/revocationList.ts';
import type { Trust } from '../x509/verifyChain.ts';
import type { Collateral } from './collateral.ts';
import type { PckPlatform } from './pckCertificate.ts';
import { verifySigned } from './signedText.ts';

export const COLLATERAL_IDS = { sgx: { tcbInfo: 'SGX', qe: 'QE' }, tdx: { tcbInfo: 'TDX', qe: 'TD_QE' } } as const;

/** @param pckChain verified: PCK certificate, its CA, the root */
export function verifyCollateral(
  collateral: Collateral,
  kind: 'sgx' | 'tdx',
  pckChain: readonly [Certificate, Certificate, Certificate],
  trust: Trust,
  { leastTcbEvaluation, leastQeEvaluation }: Verifier['policy'],
): void {
  const { tcbInfo, qeIdentity, rootCrl, pckCrl } = collateral;
  const [pck, ca, root] = pckChain;
  verifyRevocationList(rootCrl, root, trust.at, trust.verify);
  verifyRevocationList(pckCrl, ca, trust.at, trust.verify);
  requireNotRevoked(ca, rootCrl);
  requireNotRevoked(pck, pckCrl);
  verifySigned(tcbInfo, trust, rootCrl, 'TCB_INFO_SIGNATURE');
  verifySigned(qeIdentity, trust, rootCrl, 'QE_IDENTITY_SIGNATURE');
  requireKind('TCB_INFO_ID', tcbInfo.content.id, COLLATERAL_IDS[kind].tcbInfo);
  requireKind('QE_IDENTITY_ID', qeIdentity.content.id, COLLATERAL_IDS[kind].qe);
  requireCurrent('TCB_INFO', tcbInfo.content, trust.at, leastTcbEvaluation);
  requireCurrent('QE_IDENTITY', qeIdentity.content, trust.at, leastQeEvaluation);
}

function requireKind(code: 'TCB_INFO_ID' | 'QE_IDENTITY_ID', found: string, wanted: string): void {
  if (found !== wanted) refuse(code, `collateral of ${found}`, { found, wanted });
}

type Dated = { readonly issueDate: number; readonly nextUpdate: number; readonly evaluation: number };

function requireCurrent(
  what: 'TCB_INFO' | 'QE_IDENTITY',
  { issueDate, nextUpdate, evaluation }: Dated,
  at: number,
  least: number,
): void {
  const values = { at: isoText(at), issueDate: isoText(issueDate), nextUpdate: isoText(nextUpdate) };
  if (at < issueDate) refuse(`${what}_NOT_YET_VALID`, `collateral of ${values.issueDate}`, values);
  if (at >= nextUpdate) refuse(`${what}_EXPIRED`, `collateral was to be renewed by ${values.nextUpdate}`, values);
  if (evaluation < least)
    refuse(`${what}_ROLLBACK`, `collateral of evaluation ${evaluation}`, { found: evaluation, least });
}

export function requirePlatform({ fmspc, pceId }: PckPlatform, { tcbInfo }: Collateral): void {
  const { content } = tcbInfo;
  if (fmspc !== content.fmspc)
    refuse('TCB_INFO_FMSPC', 'TCB info of another platform model', { found: content.fmspc, wanted: fmspc });
  if (pceId !== content.pceId)
    refuse('TCB_INFO_PCEID', 'TCB info of another PCE', { found: content.pceId, wanted: pceId });
}
