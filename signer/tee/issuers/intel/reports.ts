/** Reports of an SGX enclave and of a TD: what a quote is about. */

import { type Bytes, concat } from '../der.ts';
import { u16, zeros } from './words.ts';

export type SgxParts = {
  readonly attributes: Bytes;
  readonly miscSelect: Bytes;
  readonly mrsigner: Bytes;
  readonly mrenclave: Bytes;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Bytes;
  readonly configId: Bytes;
  /** Bytes 20 to 32, zeros if absent. */
  readonly reserved?: Bytes;
};

export function sgxReport(parts: SgxParts): Bytes {
  return concat(
    ...[
      zeros(16),
      parts.miscSelect,
      parts.reserved ?? zeros(12),
      zeros(16),
      parts.attributes,
      parts.mrenclave,
      zeros(32),
      parts.mrsigner,
      zeros(32),
    ],
    ...[parts.configId, u16(parts.isvProdId), u16(parts.isvSvn), u16(0), zeros(42), zeros(16), parts.reportData],
  );
}

export type TdParts = {
  readonly teeTcbSvn: Bytes;
  readonly mrSignerSeam: Bytes;
  readonly seamAttributes: Bytes;
  readonly tdAttributes: Bytes;
  readonly measured: Bytes;
  readonly reportData: Bytes;
  readonly teeTcbSvn2: Bytes;
  readonly mrServiceTd: Bytes;
};

/** `measured` is XFAM, MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0 to 3. */
export function tdBody(parts: TdParts, is15: boolean): Bytes {
  const body = concat(
    parts.teeTcbSvn,
    zeros(48),
    parts.mrSignerSeam,
    parts.seamAttributes,
    parts.tdAttributes,
    parts.measured,
    parts.reportData,
  );
  return is15 ? concat(body, parts.teeTcbSvn2, parts.mrServiceTd) : body;
}
