/** Genuine evidence, which is not committed: `../shared/evidence` beside the repository, where it is there. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '../../../signer/tee/issuers/der.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/evidence');

export type Sample = {
  readonly name: string;
  readonly folder: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly bytes: Bytes;
};

/** A suite over genuine evidence; where that is absent, the report says so. */
export function describeSamples(title: string, kind: string, suite: (samples: readonly Sample[]) => void): void {
  describe(title, () => {
    if (existsSync(join(FOLDER, kind))) suite(samplesOf(kind));
    else it.skip(`needs ../shared/evidence/${kind}, which is absent here`);
  });
}

const FILES: Readonly<Record<string, string>> = {
  nitro: 'doc.cbor',
  tdx: 'quote.bin',
  sgx: 'quote.bin',
  snp: 'report.bin',
};

function samplesOf(kind: string): readonly Sample[] {
  const file = FILES[kind];
  const names = readdirSync(join(FOLDER, kind));
  if (file === undefined) return [];
  return names.map((name) => {
    const folder = join(FOLDER, kind, name);
    return {
      name,
      folder,
      meta: JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')),
      bytes: read(folder, file),
    };
  });
}

export function read(folder: string, file: string): Bytes {
  return new Uint8Array(readFileSync(join(folder, file)));
}

/** One file of the roots. */
export function readRoot(file: string): Bytes {
  return read(join(FOLDER, 'roots'), file);
}

export function sample(samples: readonly Sample[], part: string): Sample {
  const found = samples.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`no sample ${part}`);
  return found;
}
