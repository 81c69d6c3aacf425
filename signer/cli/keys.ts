/** `quorate keys`: the DAO's keys as the finalised chain shows them. */

import type { RowRecord } from '../host/chain/ledger.ts';
import { CONFIG, type Command, option, table } from './command.ts';
import { readLedger } from './readLedger.ts';

const SCHEMES = ['none', 'bip340', 'ed25519', 'ecdsa-secp256k1'];

export const keys: Command = {
  summary: 'list the keys: scheme, state, threshold, members, and what each allows whom',
  options: [CONFIG],
  run: async (options) => {
    const ledger = await readLedger(option(options, 'config'));
    const json = [...ledger.keys.values()].map(({ claimed, scheme, ...key }) => ({
      ...key,
      scheme: SCHEMES[scheme] ?? String(scheme),
      claimed: [...claimed],
      rows: [...ledger.rows.values()].filter(({ keyId }) => keyId === key.id),
    }));
    const rows = json.map(({ id, scheme, state, epoch, attempt, threshold, members, confirmedBy }) => [
      ...[id, scheme, state, `${threshold} of ${members.length}`],
      state === 'generating' ? `attempt ${attempt}, ${confirmedBy.length} confirmed` : `epoch ${epoch}`,
    ]);
    if (rows.length === 0) return { json, text: 'no keys yet', ok: true };
    const keysTable = table([['key', 'scheme', 'state', 'signers', ''], ...rows]);
    return { json, text: `${keysTable}\n\n${rowsTable(json.flatMap((key) => key.rows))}`, ok: true };
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

/** Bit k for kind k, 24 bits (docs/formats.md). */
function kindsOf(kinds: number): number[] {
  return Array.from({ length: 24 }, (_, kind) => kind).filter((kind) => (kinds >> kind) % 2 === 1);
}
