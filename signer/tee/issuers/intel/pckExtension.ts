/** What Intel's PCK certificate says of a platform, as an extension of X.509. */

import type { Extension } from '../certificates.ts';
import { type Bytes, bytes, integer, octets, oid, sequence } from '../der.ts';

/** SVNs 1 to 16, PCESVN and CPUSVN as the PCK extension holds them. */
export type PckTcb = {
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly fmspc: string;
  readonly pceId: string;
  readonly ppid: Bytes;
};
const PCK_OID = '1.2.840.113741.1.13.1';
export function pckExtension({ components, pceSvn, fmspc, pceId, ppid }: PckTcb): Bytes {
  const item = (suffix: string, value: Bytes) => sequence(oid(`${PCK_OID}.${suffix}`), value);
  const svns = components.map((svn, at) => item(`2.${at + 1}`, integer(svn)));
  const tcb = sequence(...svns, item('2.17', integer(pceSvn)), item('2.18', octets(new Uint8Array(16))));
  return sequence(
    item('1', octets(ppid)),
    item('2', tcb),
    item('3', octets(bytes(pceId))),
    item('4', octets(bytes(fmspc))),
  );
}
export const pckExtensions = (tcb: PckTcb): Extension[] => [{ oid: PCK_OID, value: pckExtension(tcb) }];
