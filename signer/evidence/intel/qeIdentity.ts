/** The identity of Intel's quoting enclaves, version 2 (Intel PCS API v4): who signed them, and which SVNs are good. */

import { type Bytes, isEqual, masked, toHex } from '../formats/bytes.ts';
import { decodeJson, integer, string } from '../formats/json.ts';
import { isoTime } from '../formats/time.ts';
import { refuse } from '../refusal.ts';
import type { SgxReport } from './sgxReport.ts';
import type { Rating } from './status.ts';
import { hexField, type SvnLevel, svnLevels } from './tcbInfo.ts';

export type QeIdentity = {
  readonly id: string;
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly evaluation: number;
  readonly miscSelect: Bytes;
  readonly miscSelectMask: Bytes;
  readonly attributes: Bytes;
  readonly attributesMask: Bytes;
  readonly mrSigner: Bytes;
  readonly isvProdId: number;
  readonly levels: readonly SvnLevel[];
};

const CODE = 'QE_IDENTITY_MALFORMED';

export function decodeQeIdentity(bytes: Bytes): QeIdentity {
  const identity = decodeJson(bytes, 'QE identity');
  if (identity.version !== 2) refuse(CODE, 'QE identity is not of version 2', { found: String(identity.version) });
  return {
    id: string(identity.id, 'id', CODE),
    issueDate: isoTime(string(identity.issueDate, 'issueDate', CODE), 'issueDate', CODE),
    nextUpdate: isoTime(string(identity.nextUpdate, 'nextUpdate', CODE), 'nextUpdate', CODE),
    evaluation: integer(identity.tcbEvaluationDataNumber, 0xffff_ffff, 'tcbEvaluationDataNumber', CODE),
    miscSelect: hexField(identity, 'miscselect', 4),
    miscSelectMask: hexField(identity, 'miscselectMask', 4),
    attributes: hexField(identity, 'attributes', 16),
    attributesMask: hexField(identity, 'attributesMask', 16),
    mrSigner: hexField(identity, 'mrsigner', 32),
    isvProdId: integer(identity.isvprodid, 0xffff, 'isvprodid', CODE),
    levels: svnLevels(identity.tcbLevels),
  };
}

/** > Verify MRSIGNER, ISVPRODID, MISCSELECT and ATTRIBUTES under their masks; the first level whose ISVSVN is not above the report's gives the status. */
export function rateQe(report: SgxReport, identity: QeIdentity): Rating {
  requireSame('QE_SIGNER', report.mrsigner, identity.mrSigner);
  requireSame('QE_MISCSELECT', masked(report.miscSelect, identity.miscSelectMask), identity.miscSelect);
  requireSame('QE_ATTRIBUTES', masked(report.attributes, identity.attributesMask), identity.attributes);
  if (report.isvProdId !== identity.isvProdId)
    refuse('QE_PRODUCT', `a quoting enclave of product ${report.isvProdId}`, {
      found: report.isvProdId,
      wanted: identity.isvProdId,
    });
  const level = identity.levels.find(({ isvSvn }) => report.isvSvn >= isvSvn);
  if (level === undefined)
    refuse('QE_SVN', `SVN ${report.isvSvn} of the quoting enclave is below every level`, {
      found: report.isvSvn,
      least: Math.min(...identity.levels.map(({ isvSvn }) => isvSvn)),
    });
  return level;
}

function requireSame(code: 'QE_SIGNER' | 'QE_MISCSELECT' | 'QE_ATTRIBUTES', found: Bytes, wanted: Bytes): void {
  if (!isEqual(found, wanted))
    refuse(code, 'not the quoting enclave that Intel names', { found: toHex(found), wanted: toHex(wanted) });
}
