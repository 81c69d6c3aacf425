/** `quorate keys`: the DAO's keys as the finalised chain shows them. */

import { payloadKind } from '../formats/kinds.ts';
import type { Ledger } from '../host/chain/view/ledger.ts';
import type { RowRecord } from '../host/chain/view/rows.ts';
import { type Command, table } from './command.ts';
import { duration, short } from './named.ts';
import { readHistory } from './readLedger.ts';
import { type Standings, standingsOf } from './readLens.ts';
import { openSource, SOURCE } from './source.ts';
import { schemeName, whyNot } from './whyKey.ts';

export const keys: Command = {
  summary: 'list the keys: scheme, state, threshold, members, what each allows whom, and why one hangs',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const { ledger, head } = await readHistory(source.chain, source.startBlock);
    const standings = await standingsOf(source, [...ledger.keys.keys()]);
    const json = keysOf(ledger, standings, head.timestamp);
    const rows = json.map(({ id, scheme, state, epoch, attempt, threshold, members }) => [
      ...[short(id), scheme, state, `${threshold} of ${members.length}`],
      state === 'generating' ? `attempt ${attempt}` : `epoch ${epoch}`,
    ]);
    if (rows.length === 0) return { json, text: 'no keys yet', ok: true };
    const reasons = json.flatMap(({ id, hangs }) => (hangs === null ? [] : [`${short(id)}  ${hangs}`]));
    const parts = [
      table([['key', 'scheme', 'state', 'signers', ''], ...rows]),
      ...(reasons.length === 0 ? [] : [reasons.join('\n')]),
      rowsTable(json.flatMap((key) => key.rows)),
      standingsTable(json),
    ];
    return { json, text: parts.join('\n\n'), ok: true };
  },
};

export function keysOf(ledger: Ledger, standings: readonly Standings[] | null, now: number) {
  return [...ledger.keys.values()].map((key, index) => ({
    ...key,
    scheme: schemeName(key.scheme),
    hangs: whyNot(ledger, key, now),
    claimed: [...ledger.claimed.values()]
      .filter(({ keyId }) => keyId === key.id)
      .map(({ requester, path }) => `${requester} ${path}`),
    rows: [...ledger.rows.values()].filter(({ keyId }) => keyId === key.id),
    standings: standings?.[index] ?? null,
  }));
}

function rowsTable(rows: readonly RowRecord[]): string {
  const head = ['key', 'requester', 'epoch', 'payload kinds', 'delay', 'guard'];
  const shown = rows.map(({ keyId, requester, epoch, kinds, delay, guard }) => [
    ...[short(keyId), requester, String(epoch)],
    kinds === 0 ? 'removed' : kindsOf(kinds).join(','),
    ...[delay === 0 ? 'none' : duration(delay), BigInt(guard) === 0n ? 'none' : guard],
  ]);
  return shown.length === 0 ? 'nobody may ask for signatures' : table([head, ...shown]);
}

/** Who could sign alone, and who could stop the key (I11): the most members that have one region, vendor, … in common. */
function standingsTable(keys: readonly { readonly id: string; readonly standings: Standings | null }[]): string {
  const head = ['key', 'region', 'vendor', 'platform', 'sealing'];
  const shown = keys.flatMap(({ id, standings }) =>
    standings === null
      ? []
      : [[short(id), ...(['region', 'vendor', 'platform', 'sealing'] as const).map((one) => worst(standings[one]))]],
  );
  return shown.length === 0 ? 'the record of the deployment names no lens: no standings' : table([head, ...shown]);
}

function worst({ largest, safe, survives }: Standings['region']): string {
  return `${largest}: ${safe ? 'cannot sign' : 'CAN SIGN'}, ${survives ? 'cannot stop' : 'can stop'}`;
}

/** Bit k for kind k, 24 bits (docs/formats.md); by name where it has one. */
export function kindsOf(kinds: number): string[] {
  const numbers = Array.from({ length: 24 }, (_, kind) => kind).filter((kind) => (kinds >> kind) % 2 === 1);
  return numbers.map((kind) => payloadKind(kind) ?? String(kind));
}
