/** `quorate keys`: the DAO's keys as the finalised chain shows them. */

import type { RowRecord } from '../host/chain/view/rows.ts';
import { CONFIG, type Command, option, table } from './command.ts';
import { readLedger } from './readLedger.ts';
import { type Standings, standingsOf } from './readLens.ts';

const SCHEMES = ['none', 'bip340', 'ed25519', 'ecdsa-secp256k1'];

export const keys: Command = {
  summary: 'list the keys: scheme, state, threshold, members, and what each allows whom',
  options: [CONFIG],
  run: async (options) => {
    const file = option(options, 'config');
    const ledger = await readLedger(file);
    const known = [...ledger.keys.values()];
    const standings = await standingsOf(
      file,
      known.map(({ id }) => id),
    );
    const json = known.map(({ scheme, ...key }, index) => ({
      ...key,
      scheme: SCHEMES[scheme] ?? String(scheme),
      claimed: [...ledger.claimed.values()]
        .filter(({ keyId }) => keyId === key.id)
        .map(({ requester, path }) => `${requester} ${path}`),
      rows: [...ledger.rows.values()].filter(({ keyId }) => keyId === key.id),
      standings: standings?.[index] ?? null,
    }));
    const rows = json.map(({ id, scheme, state, epoch, attempt, threshold, members, confirmedBy }) => [
      ...[id, scheme, state, `${threshold} of ${members.length}`],
      state === 'generating' ? `attempt ${attempt}, ${confirmedBy.length} confirmed` : `epoch ${epoch}`,
    ]);
    if (rows.length === 0) return { json, text: 'no keys yet', ok: true };
    const keysTable = table([['key', 'scheme', 'state', 'signers', ''], ...rows]);
    const parts = [keysTable, rowsTable(json.flatMap((key) => key.rows)), standingsTable(json)];
    return { json, text: parts.join('\n\n'), ok: true };
  },
};

function rowsTable(rows: readonly RowRecord[]): string {
  const head = ['key', 'requester', 'epoch', 'payload kinds', 'delay', 'guard'];
  const shown = rows.map(({ keyId, requester, epoch, kinds, delay, guard }) => [
    ...[keyId, requester, String(epoch)],
    kinds === 0 ? 'removed' : kindsOf(kinds).join(','),
    ...[`${delay} s`, BigInt(guard) === 0n ? 'none' : guard],
  ]);
  return shown.length === 0 ? 'nobody may ask for signatures' : table([head, ...shown]);
}

/** Who could sign alone, and who could stop the key (I11): the most members that have one region, vendor, … in common. */
function standingsTable(keys: readonly { readonly id: string; readonly standings: Standings | null }[]): string {
  const head = ['key', 'region', 'vendor', 'platform', 'sealing'];
  const shown = keys.flatMap(({ id, standings }) =>
    standings === null
      ? []
      : [[id, ...(['region', 'vendor', 'platform', 'sealing'] as const).map((one) => worst(standings[one]))]],
  );
  return shown.length === 0 ? 'the record of the deployment names no lens: no standings' : table([head, ...shown]);
}

function worst({ largest, safe, survives }: Standings['region']): string {
  return `${largest}: ${safe ? 'cannot sign' : 'CAN SIGN'}, ${survives ? 'cannot stop' : 'can stop'}`;
}

/** Bit k for kind k, 24 bits (docs/formats.md). */
function kindsOf(kinds: number): number[] {
  return Array.from({ length: 24 }, (_, kind) => kind).filter((kind) => (kinds >> kind) % 2 === 1);
}
