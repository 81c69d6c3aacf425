// The bundled host: whether it is there and made of the sources as they are, and what it is told. Plain JavaScript, as scripts/bootstrap.mjs.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrapNode.mjs';

export const HOST = join(ROOT, 'build', 'host.mjs');
const CONFIG = 'quorate.json';

/**
 * The host's arguments for `quorate run …`; null for whatever the command line has to answer itself.
 * @param {readonly string[]} words
 */
export function hostWords(words) {
  const [command, ...rest] = words;
  if (command !== 'run') return null;
  const options = rest.filter((word) => word !== '--json'); // the host says all in JSON
  if (options.length === 0) return ['--config', CONFIG];
  return options.length === 2 && options[0] === '--config' ? options : null;
}

/** Newer than all that it is made of, or of what may be part of it. */
export function isHostCurrent(root = ROOT, file = HOST) {
  if (!existsSync(file)) return false;
  const made = statSync(file).mtimeMs;
  const sources = readdirSync(join(root, 'signer'), { recursive: true }).map((name) => join(root, 'signer', name));
  return [...sources, join(root, 'package-lock.json'), join(root, 'scripts', 'bundle.ts')].every(
    (source) => statSync(source).mtimeMs < made,
  );
}
