/** A quote of version 3, 4 or 5, of its parts: each can be told to be wrong, for tests. */

import { createHash } from 'node:crypto';
import { signRaw } from '../certificates.ts';
import { type Bytes, bytes, concat, text } from '../der.ts';
import type { Pair } from '../keys.ts';
import { type SgxParts, sgxReport } from './reports.ts';
import { u16, u32, zeros } from './words.ts';

export type QuoteParts = {
  readonly version: number;
  readonly keyType: number;
  readonly teeType: number;
  readonly vendor: Bytes;
  /** Of version 5: type and size, in front of the body. */
  readonly bodyHead: Bytes;
  readonly body: Bytes;
  readonly attestation: Pair;
  readonly quoteSigner: Pair;
  readonly qe: SgxParts;
  readonly qeSigner: Pair;
  readonly authData: Bytes;
  readonly chain: string;
  readonly certificationType: number;
  readonly tail: Bytes;
};

/** Intel's quoting enclaves. */
export const QE_VENDOR = bytes('939a7233f79c4ca9940a0db3957f0607');

export function quoteOf(parts: QuoteParts): Bytes {
  const header = concat(u16(parts.version), u16(parts.keyType), u32(parts.teeType), zeros(4), parts.vendor, zeros(20));
  const signedPart = concat(header, parts.bodyHead, parts.body);
  const key = parts.attestation.key.kind === 'rsa' ? zeros(64) : parts.attestation.key.point.slice(1);
  const vouched = createHash('sha256').update(key).update(parts.authData).digest();
  const isSet = parts.qe.reportData.some((byte) => byte !== 0);
  const qeReport = sgxReport(
    isSet ? parts.qe : { ...parts.qe, reportData: concat(new Uint8Array(vouched), zeros(32)) },
  );
  const chain = text(parts.chain);
  const pck = concat(u16(parts.certificationType), u32(chain.length), chain);
  const qe = concat(qeReport, signRaw(qeReport, parts.qeSigner), u16(parts.authData.length), parts.authData, pck);
  const certified = parts.version === 3 ? qe : concat(u16(6), u32(qe.length), qe);
  const data = concat(signRaw(signedPart, parts.quoteSigner), key, certified);
  return concat(signedPart, u32(data.length), data, parts.tail);
}
