/** `quorate requests`: what governance asked to be signed, as the finalised chain shows it. */

import { CONFIG, type Command, option, table } from './command.ts';
import { readLedger } from './readLedger.ts';

export const requests: Command = {
  summary: 'list the requests: state, key, deadline',
  options: [CONFIG, { name: 'open', means: 'only those that wait for something', isSwitch: true }],
  run: async (options) => {
    const ledger = await readLedger(option(options, 'config'));
    const all = [...ledger.requests.values()];
    const json = options.open === true ? all.filter(({ state }) => state === 'queued' || state === 'ready') : all;
    const rows = json.map(({ id, state, keyId, readyAt, request }) => [
      id,
      state,
      keyId,
      time(readyAt),
      time(request?.deadline ?? 0),
    ]);
    const head = ['request', 'state', 'key', 'ready at', 'deadline'];
    return { json, text: rows.length === 0 ? 'no requests' : table([head, ...rows]), ok: true };
  },
};

function time(seconds: number): string {
  return seconds === 0 ? '-' : new Date(seconds * 1_000).toISOString();
}
