/** `quorate root-key`: the development root, for a chain of one's own. The roots drawn from it go into the options of the deployment. */

import { toHex } from '../../formats/hex.ts';
import { describe, Fatal } from '../../host/errors.ts';
import { intelAuthority } from '../../tee/issuers/intel/authority.ts';
import { nitroAuthority } from '../../tee/issuers/nitro/authority.ts';
import { generateRootKey, scalarOf } from '../../tee/rootKey.ts';
import { type Command, option, table } from '../command.ts';

export const rootKey: Command = {
  summary: 'make the root key of development TEEs, for a chain of your own',
  options: [{ name: 'out', means: 'the file to write', fallback: 'development-root.key' }],
  run: async (options) => {
    const file = option(options, 'out');
    const seed = scalarOf(make(file));
    const [intel, nitro] = [toHex(intelAuthority(seed).root), toHex(nitroAuthority(seed).root)];
    const rows = table(Object.entries({ file, 'intel.root': intel, 'nitro.root': nitro }));
    const next = 'Next: deploy with one of these roots, or both. Whoever has the file can forge evidence under them.';
    return { json: { file, intel, nitro }, text: `${rows}\n\n${next}`, ok: true };
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
