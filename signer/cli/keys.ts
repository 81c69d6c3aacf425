/** `quorate keys`: the DAO's keys as the finalised chain shows them. */

import { CONFIG, type Command, option, table } from './command.ts';
import { readLedger } from './readLedger.ts';

const SCHEMES = ['none', 'bip340', 'ed25519', 'ecdsa-secp256k1'];

export const keys: Command = {
  summary: 'list the keys: scheme, state, threshold, members',
  options: [CONFIG],
  run: async (options) => {
    const ledger = await readLedger(option(options, 'config'));
    const json = [...ledger.keys.values()].map(({ claimed, scheme, ...key }) => ({
      ...key,
      scheme: SCHEMES[scheme] ?? String(scheme),
      claimed: [...claimed],
    }));
    const rows = json.map(({ id, scheme, state, epoch, attempt, threshold, members, confirmedBy }) => [
      ...[id, scheme, state, `${threshold} of ${members.length}`],
      state === 'generating' ? `attempt ${attempt}, ${confirmedBy.length} confirmed` : `epoch ${epoch}`,
    ]);
    return {
      json,
      text: rows.length === 0 ? 'no keys yet' : table([['key', 'scheme', 'state', 'signers', ''], ...rows]),
      ok: true,
    };
  },
};
