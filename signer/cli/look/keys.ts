/** `quorate keys`: the DAO's keys as the finalised chain shows them. */

import type { Hex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import type { Ledger } from '../../host/chain/view/ledger.ts';
import type { RowRecord } from '../../host/chain/view/rows.ts';
import { readHistory } from '../chain/readLedger.ts';
import { type Exposures, exposuresOf } from '../chain/readLens.ts';
import { openSource, SOURCE } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { duration, short } from '../words/named.ts';
import { COMMON, type Fall, type Falls, fallsOf, type Traits, traitsOf } from './falls.ts';
import { schemeName, whyNot } from './whyKey.ts';

export const keys: Command = {
  summary:
    'list the keys: scheme, state, threshold, members, what each allows whom, how many must fall together to sign or stop it, and why one hangs',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const { ledger, head } = await readHistory(source.chain, source.startBlock);
    const members = [...ledger.keys.values()].flatMap((key) => key.members);
    const traits = await traitsOf(source, ledger, members);
    const exposures = await exposuresOf(source, [...ledger.keys.keys()]);
    const json = keysOf(ledger, { traits, exposures }, head.timestamp);
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
      fallsTable(json),
    ];
    return { json, text: parts.join('\n\n'), ok: true };
  },
};

type Found = { readonly traits: ReadonlyMap<Hex, Traits>; readonly exposures: readonly Exposures[] | null };

/** `now` in seconds */
export function keysOf(ledger: Ledger, { traits, exposures }: Found, now: number) {
  return [...ledger.keys.values()].map((key, index) => ({
    ...key,
    scheme: schemeName(key.scheme),
    hangs: whyNot(ledger, key, now),
    claimed: [...ledger.claimed.values()]
      .filter(({ keyId }) => keyId === key.id)
      .map(({ requester, path }) => `${requester} ${path}`),
    rows: [...ledger.rows.values()].filter(({ keyId }) => keyId === key.id),
    exposures: exposures?.[index] ?? null,
    falls: fallsOf(
      key.members.flatMap((id) => traits.get(id) ?? []),
      key.threshold,
    ),
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

/** How many have to fall together (I11); one is too few. */
function fallsTable(keys: readonly { readonly id: string; readonly falls: Falls | null }[]): string {
  const head = ['key', 'falling together', ...COMMON.map((one) => (one === 'sealing' ? 'sealing sources' : `${one}s`))];
  const shown = keys.flatMap(({ id, falls }) =>
    falls === null
      ? []
      : [
          [short(id), 'can sign', ...COMMON.map((one) => worded(falls[one].sign, falls[one]))],
          [short(id), 'can stop it', ...COMMON.map((one) => worded(falls[one].stop, falls[one]))],
        ],
  );
  return shown.length === 0 ? 'nobody holds a share yet' : table([head, ...shown]);
}

function worded(needed: number, { apart }: Fall): string {
  return needed === 1 ? `ONE of ${apart}` : `${needed} of ${apart}`;
}

/** Bit k for kind k, 24 bits (docs/formats.md); by name where it has one. */
export function kindsOf(kinds: number): string[] {
  const numbers = Array.from({ length: 24 }, (_, kind) => kind).filter((kind) => (kinds >> kind) % 2 === 1);
  return numbers.map((kind) => payloadKind(kind) ?? String(kind));
}
