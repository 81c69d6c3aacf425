/** `quorate requests`: what governance asked to be signed, as the finalised chain shows it. */

import { isOvertaken, type RequestRecord } from '../host/chain/ledger.ts';
import { CONFIG, type Command, option, table } from './command.ts';
import { readLedger } from './readLedger.ts';

export const requests: Command = {
  summary: 'list the requests: state, key, row epoch, deadline; `overtaken` by a newer epoch is not signed',
  options: [CONFIG, { name: 'open', means: 'only those that wait for something', isSwitch: true }],
  run: async (options) => {
    const ledger = await readLedger(option(options, 'config'));
    const all = [...ledger.requests.values()];
    const shown = options.open === true ? all.filter(isOpen) : all;
    const json = shown.map((record) => ({ ...record, overtaken: isOpen(record) && isOvertaken(ledger, record) }));
    const rows = json.map(({ id, state, overtaken, keyId, epoch, readyAt, request }) => [
      id,
      overtaken ? `${state}, overtaken` : state,
      keyId,
      String(epoch),
      time(readyAt),
      time(request?.deadline ?? 0),
    ]);
    const head = ['request', 'state', 'key', 'row epoch', 'ready at', 'deadline'];
    return { json, text: rows.length === 0 ? 'no requests' : table([head, ...rows]), ok: true };
  },
};

function isOpen({ state }: RequestRecord): boolean {
  return state === 'queued' || state === 'ready';
}

function time(seconds: number): string {
  return seconds === 0 ? '-' : new Date(seconds * 1_000).toISOString();
}
