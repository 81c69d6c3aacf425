/** A quote of version 4 over 64 bytes of report data: what a TD's quoting enclave would answer. */

import { type Bytes, bytes, concat } from '../der.ts';
import { derivedPair } from '../keys.ts';
import { type IntelAuthority, QE_SVN, TD_QE, TEE_TCB_SVN } from './authority.ts';
import { QE_VENDOR, quoteOf } from './quote.ts';
import { type SgxParts, tdBody } from './reports.ts';
import { zeros } from './words.ts';

const PPID_BYTES = 16;
const REPORT_BYTES = 64;
const TDX_TYPE = 0x81;
const PCK_CHAIN = 5;
const QE_FLAGS = bytes(`11${'00'.repeat(15)}`);

const QE: SgxParts = {
  ...{ attributes: QE_FLAGS, miscSelect: zeros(4), mrsigner: TD_QE.mrsigner, mrenclave: new Uint8Array(32).fill(0xd1) },
  ...{ isvProdId: TD_QE.isvprodid, isvSvn: QE_SVN, reportData: zeros(64), configId: zeros(64) },
};

/** @param platformId 32 bytes: which machine this is */
export function ppidOf(platformId: Bytes): Bytes {
  return platformId.slice(0, PPID_BYTES);
}

/** @param registers from TDATTRIBUTES to RTMR3 @param seed what the machine's attestation key is drawn from */
export function issueTdx(
  authority: IntelAuthority,
  seed: Bytes,
  ppid: Bytes,
  registers: readonly Bytes[],
  reportData: Bytes,
): Bytes {
  if (reportData.length > REPORT_BYTES) throw new Error(`report data of ${reportData.length} bytes`);
  const pck = authority.pckOf(ppid);
  const attestation = derivedPair('p256', seed, `attestation ${Buffer.from(ppid).toString('hex')}`);
  const [tdAttributes = zeros(0), ...measured] = registers;
  const td = {
    ...{ teeTcbSvn: TEE_TCB_SVN, mrSignerSeam: zeros(48), seamAttributes: zeros(8), tdAttributes },
    ...{ measured: concat(...measured), reportData: concat(reportData, zeros(REPORT_BYTES - reportData.length)) },
    ...{ teeTcbSvn2: TEE_TCB_SVN, mrServiceTd: zeros(48) },
  };
  return quoteOf({
    ...{ version: 4, keyType: 2, teeType: TDX_TYPE, vendor: QE_VENDOR, bodyHead: zeros(0), body: tdBody(td, false) },
    ...{ attestation, quoteSigner: attestation, qe: QE, qeSigner: pck.pair, authData: zeros(32) },
    ...{ chain: pck.chain, certificationType: PCK_CHAIN, tail: zeros(0) },
  });
}
