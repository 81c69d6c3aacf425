/** Evidence of each kind about what a machine that is played has started, by the way that a real machine's takes. A kind is a row. */

import type { DevelopmentMachine } from '../issuers/machine.ts';
import type { Kind } from '../measured.ts';
import { nsmSource } from '../sources/nsm.ts';
import { tsmSource } from '../sources/tsm.ts';
import { developmentNsm } from './nsm.ts';
import { developmentTsm } from './tsmFiles.ts';

type Bytes = Uint8Array;
/** 32 bytes of report data in, evidence out. */
export type Issue = (reportData: Bytes) => Promise<Bytes>;

const KINDS: Readonly<Record<Kind, (machine: DevelopmentMachine) => Issue>> = {
  tdx: (machine) => tsmSource('/played', 'enclave', developmentTsm(machine)).evidence,
  nitro: (machine) => nsmSource(developmentNsm(machine)).evidence,
};

export function evidenceOf(kind: Kind, machine: DevelopmentMachine): Issue {
  return KINDS[kind](machine);
}
