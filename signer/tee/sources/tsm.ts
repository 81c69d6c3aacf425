/**
 * A TD whose kernel makes reports (Linux, Documentation/ABI/testing/configfs-tsm-report): a directory for a report of one's own, `inblob` written,
 * `outblob` read. Whoever else writes there in between raises `generation`, which is why it is read before and after.
 *
 * Nobody gives such a TD a key: see ephemeral.ts.
 */

import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readFileSync, rmdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ephemeralKey } from './ephemeral.ts';
import { type Source, SourceFailed } from './source.ts';

type Bytes = Uint8Array;

export const TSM_DIRECTORY = '/sys/kernel/config/tsm/report';
/** What the kernel's files are asked; a report is made while `outblob` is read. */
export type TsmFiles = {
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  write(path: string, content: Bytes): void;
  read(path: string): Bytes;
};

const REPORT_BYTES = 64;
/** > #define TSM_REPORT_OUTBLOB_MAX SZ_32K; a quote is smaller. */
const MOST_QUOTE_BYTES = 16_384;
const PROVIDER = 'tdx_guest';
const TRIES = 3;

export function tsmSource(directory: string, name: string, files: TsmFiles = KERNEL): Source {
  return {
    kind: 'tdx',
    evidence: async (reportData) => {
      const padded = new Uint8Array(Buffer.concat([reportData, Buffer.alloc(REPORT_BYTES - reportData.length)]));
      return inReport(files, join(directory, `${name}-${randomUUID()}`), (report) => quoteOf(files, report, padded));
    },
    sealingKey: ephemeralKey(),
  };
}

/** The directory is this report's alone, and goes with it: one that a process of the same number left behind, when it was killed, is in nobody's way. */
function inReport<T>(files: TsmFiles, report: string, use: (report: string) => T): T {
  during(`cannot make ${report}`, () => files.makeDirectory(report));
  try {
    return use(report);
  } finally {
    during(`cannot remove ${report}`, () => files.removeDirectory(report));
  }
}

function quoteOf(files: TsmFiles, report: string, reportData: Bytes): Bytes {
  const read = (name: string) => during(`cannot read ${name}`, () => files.read(join(report, name)));
  const provider = text(read('provider'));
  if (provider !== PROVIDER)
    throw new SourceFailed('SOURCE_OTHER_PROVIDER', `reports are made by ${provider.slice(0, 40)}, not ${PROVIDER}`);
  for (let tries = 0; tries < TRIES; tries++) {
    const before = generation(read('generation'));
    during('cannot write inblob', () => files.write(join(report, 'inblob'), reportData));
    const quote = undisturbed(() => files.read(join(report, 'outblob')));
    if (quote !== null && generation(read('generation')) === before + 1) return sized(quote);
  }
  throw new SourceFailed('SOURCE_INTERRUPTED', `somebody else writes to ${report}`);
}

/** > When the options change while the report is read, a read fails with EWOULDBLOCK. */
function undisturbed(read: () => Bytes): Bytes | null {
  try {
    return read();
  } catch (cause) {
    if (['EAGAIN', 'EWOULDBLOCK'].includes((cause as NodeJS.ErrnoException).code ?? '')) return null;
    throw new SourceFailed('SOURCE_UNREACHABLE', `cannot read outblob: ${(cause as Error).message}`, { cause });
  }
}

function sized(quote: Bytes): Bytes {
  if (quote.length === 0) throw new SourceFailed('SOURCE_MALFORMED', 'outblob is empty');
  if (quote.length <= MOST_QUOTE_BYTES) return quote;
  throw new SourceFailed('SOURCE_TOO_LARGE', `outblob has ${quote.length} bytes, at most ${MOST_QUOTE_BYTES}`);
}

function generation(content: Bytes): number {
  const number = /^(0|[1-9][0-9]{0,14})$/.exec(text(content))?.[1];
  if (number === undefined) throw new SourceFailed('SOURCE_MALFORMED', 'generation is no number');
  return Number(number);
}

function text(content: Bytes): string {
  return Buffer.from(content).toString('latin1').replace(/\n$/, '');
}

function during<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new SourceFailed('SOURCE_UNREACHABLE', `${what}: ${(cause as Error).message}`, { cause });
  }
}

const KERNEL: TsmFiles = {
  makeDirectory: (path) => void mkdirSync(path),
  removeDirectory: (path) => rmdirSync(path),
  write: (path, content) => {
    const file = openSync(path, constants.O_WRONLY); // nobody may read it, so no other mode opens it
    try {
      writeSync(file, content);
    } finally {
      closeSync(file);
    }
  },
  read: (path) => new Uint8Array(readFileSync(path)),
};
