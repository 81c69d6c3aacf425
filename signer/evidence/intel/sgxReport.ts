/** The report body of an SGX enclave, 384 bytes (Intel SDM, volume 3D, table 38-21): of the quoting enclave, and of an enclave that is quoted. */

import { type Bytes, isZero, toHex } from '../formats/bytes.ts';
import { Layout } from '../formats/layout.ts';
import { refuse } from '../refusal.ts';

export type SgxReport = {
  readonly cpuSvn: Bytes;
  readonly miscSelect: Bytes;
  readonly attributes: Bytes;
  readonly mrenclave: Bytes;
  readonly mrsigner: Bytes;
  readonly configId: Bytes;
  readonly isvExtProdId: Bytes;
  readonly isvFamilyId: Bytes;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly configSvn: number;
  readonly reportData: Bytes;
};

export function decodeSgxReport(bytes: Bytes): SgxReport {
  const layout = new Layout(bytes, 'QUOTE_TRUNCATED', 'QUOTE_TRAILING_BYTES');
  const report = {
    cpuSvn: layout.take(16, 'CPUSVN'),
    miscSelect: layout.take(4, 'MISCSELECT'),
    ...reserved(layout, 12),
    isvExtProdId: layout.take(16, 'ISVEXTPRODID'),
    attributes: layout.take(16, 'ATTRIBUTES'),
    mrenclave: layout.take(32, 'MRENCLAVE'),
    ...reserved(layout, 32),
    mrsigner: layout.take(32, 'MRSIGNER'),
    ...reserved(layout, 32),
    configId: layout.take(64, 'CONFIGID'),
    isvProdId: layout.u16('ISVPRODID'),
    isvSvn: layout.u16('ISVSVN'),
    configSvn: layout.u16('CONFIGSVN'),
    ...reserved(layout, 42),
    isvFamilyId: layout.take(16, 'ISVFAMILYID'),
    reportData: layout.take(64, 'REPORTDATA'),
  };
  layout.end('the report');
  return report;
}

function reserved(layout: Layout, length: number): object {
  const bytes = layout.take(length, 'reserved bytes');
  if (!isZero(bytes)) refuse('QUOTE_BODY', 'reserved bytes of an SGX report are in use', { found: toHex(bytes) });
  return {};
}
