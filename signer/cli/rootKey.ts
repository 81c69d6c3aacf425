/** `quorate root-key`: the development root, for a chain of one's own. Its public point goes into the options of the deployment. */

import { describe, Fatal } from '../host/errors.ts';
import { generateRootKey } from '../tee/rootKey.ts';
import { type Command, option } from './command.ts';

export const rootKey: Command = {
  summary: 'make the root key of development TEEs, for a chain of your own',
  options: [{ name: 'out', means: 'the file to write', fallback: 'development-root.key' }],
  run: async (options) => {
    const file = option(options, 'out');
    const { x, y } = make(file);
    const text = `file  ${file}\nx     ${x}\ny     ${y}\n\nNext: deploy a DevelopmentVerifier with this point. Whoever has the file can forge evidence.`;
    return { json: { file, x, y }, text, ok: true };
  },
};

function make(file: string) {
  try {
    return generateRootKey(file);
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `cannot write ${file}: ${describe(cause)}`, 'Choose another file with --out.', {
      cause,
    });
  }
}
