/** The kernel's directory of reports on a development machine, as drivers/virt/coco/guest/report.c behaves: a report is made when it is read. */

import { basename, dirname } from 'node:path';
import { type DevelopmentMachine, quotesOf } from '../issuers/machine.ts';
import type { TsmFiles } from '../sources/tsm.ts';

const MOST_INBLOB = 64;

type Report = { inblob: Uint8Array; generation: number };

export function developmentTsm(machine: DevelopmentMachine): TsmFiles {
  const issue = quotesOf(machine);
  const reports = new Map<string, Report>();
  const reportOf = (path: string): Report => {
    const report = reports.get(path);
    if (report === undefined) throw new Error(`ENOENT: ${path}`);
    return report;
  };
  return {
    makeDirectory: (path) => {
      if (reports.has(path)) throw new Error(`EEXIST: ${path}`);
      reports.set(path, { inblob: new Uint8Array(), generation: 0 });
    },
    removeDirectory: (path) => {
      reportOf(path);
      reports.delete(path);
    },
    write: (path, content) => {
      const report = reportOf(dirname(path));
      if (basename(path) !== 'inblob') throw new Error(`EACCES: ${path}`);
      if (content.length > MOST_INBLOB) throw new Error('EINVAL: inblob');
      report.inblob = content;
      report.generation += 1;
    },
    read: (path) => {
      const { inblob, generation } = reportOf(dirname(path));
      switch (basename(path)) {
        case 'provider':
          return Buffer.from('tdx_guest\n');
        case 'generation':
          return Buffer.from(`${generation}\n`);
        case 'outblob':
          if (inblob.length === 0) throw new Error('EINVAL: no inblob');
          return issue(inblob);
        default:
          throw new Error(`ENOENT: ${path}`);
      }
    },
  };
}
