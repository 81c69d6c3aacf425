/** `quorate requests`: what governance asked to be signed, as the finalised chain shows it. */

import { hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { isOvertaken, type Ledger } from '../../host/chain/view/ledger.ts';
import type { RefusalRecord } from '../../host/chain/view/refusals.ts';
import type { RequestRecord } from '../../host/chain/view/requestIndex.ts';
import { readLedger } from '../chain/readLedger.ts';
import { openSource, SOURCE } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { short, time } from '../words/named.ts';
import { refusalWords } from '../words/refusalWords.ts';

export const requests: Command = {
  summary: 'list the requests: state, key, row epoch, deadline, refusals; `overtaken` by a newer epoch is not signed',
  options: [...SOURCE, { name: 'open', means: 'only those that wait for something', isSwitch: true }],
  run: async (options) => {
    const json = shownOf(await readLedger(await openSource(options)), options.open === true);
    const rows = json.map(({ overtaken, refusals, ...record }) => [
      ...[short(record.id), overtaken ? `${record.state}, overtaken` : record.state, short(record.keyId)],
      ...(record.request === null
        ? ['-', '-', '-']
        : [String(record.epoch), time(record.readyAt), time(record.request.deadline)]),
      refusals.map(({ code, kind }) => (kind === 'final' ? code : `${code} (${kind})`)).join(', ') || '-',
    ]);
    const head = ['request', 'state', 'key', 'row epoch', 'ready at', 'deadline', 'refused by members'];
    const codes = wordsOf(json.flatMap(({ refusals }) => refusals.map(({ code }) => code)));
    const text = [table([head, ...rows]), ...(codes === '' ? [] : ['', codes])].join('\n');
    return { json, text: rows.length === 0 ? 'no requests' : text, ok: true };
  },
};

/** With what no event says of a request itself. */
export function shownOf(ledger: Ledger, onlyOpen: boolean) {
  const all = [...ledger.requests.values()];
  return (onlyOpen ? all.filter(isOpen) : all).map((record) => ({
    ...record,
    overtaken: record.request !== null && isOvertaken(ledger, record),
    refusals: (ledger.refusals.get(record.id) ?? []).map(inWords),
  }));
}

function isOpen({ request }: RequestRecord): boolean {
  return request !== null;
}

/** What members refused for, each reason once. */
export function wordsOf(codes: readonly string[]): string {
  return table([...new Set(codes)].map((code) => [code, refusalWords(code).means]));
}

/** A code is ASCII; what is not shows as dots. */
function inWords({ code, ...refusal }: RefusalRecord): Omit<RefusalRecord, 'code'> & { readonly code: string } {
  return { ...refusal, code: ascii(code) };
}

export function ascii(word: Hex): string {
  const text = String.fromCharCode(...hexToBytes(word)).replace(/\0+$/, '');
  return text.replace(/[^\x20-\x7e]/g, '.');
}
