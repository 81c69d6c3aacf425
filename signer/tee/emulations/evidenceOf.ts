/** Evidence of each kind about what a machine that is played has started: that of hardware by the way that a real machine's takes. A kind is a row. */

import type { DevelopmentMachine } from '../issuers/machine.ts';
import { issueStatement } from '../issuers/statement.ts';
import { type Kind, measure } from '../measured.ts';
import { nsmSource } from '../sources/nsm.ts';
import { tsmSource } from '../sources/tsm.ts';
import { developmentNsm } from './nsm.ts';
import { developmentTsm } from './tsmFiles.ts';

type Bytes = Uint8Array;
/** 32 bytes of report data in, evidence out. */
export type Issue = (reportData: Bytes) => Promise<Bytes>;

const KINDS: Readonly<Record<Kind, (machine: DevelopmentMachine) => Issue>> = {
  development: ({ rootKey, platformId, started: { code, configuration }, now }) => {
    const measured = measure(code, configuration);
    return async (reportData) => issueStatement(rootKey, measured, platformId, reportData, Math.floor(now() / 1000));
  },
  tdx: (machine) => tsmSource('/played', 'enclave', developmentTsm(machine)).evidence,
  nitro: (machine) => nsmSource(developmentNsm(machine)).evidence,
};

export function evidenceOf(kind: Kind, machine: DevelopmentMachine): Issue {
  return KINDS[kind](machine);
}
