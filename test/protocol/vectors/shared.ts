/** Published vectors, which are not committed: `../shared` beside the repository, where it is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../../shared/vectors');

/** A suite over one published file; where the file is absent, the report says so. */
export function describeVectors(title: string, file: string, suite: (text: string) => void): void {
  const path = join(FOLDER, file);
  describe(title, () => {
    if (existsSync(path)) suite(readFileSync(path, 'utf8'));
    else it.skip(`needs ../shared/vectors/${file}, which is absent here`);
  });
}

export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex');
}
