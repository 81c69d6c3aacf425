/** A file that readers find whole or not at all. */

import { renameSync, writeFileSync } from 'node:fs';

export function writeWhole(path: string, value: unknown): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
}
