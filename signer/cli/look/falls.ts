/**
 * How many operators, regions, vendors, … have to fall together before a key can be signed with, or is stopped (I11): t members sign
 * together, and without n - t + 1 nobody does.
 */

import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import type { Ledger } from '../../host/chain/view/ledger.ts';
import { ENCLAVES_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { reading, type Source } from '../chain/source.ts';

export const COMMON = ['operator', 'region', 'vendor', 'platform', 'sealing'] as const;
export type Common = (typeof COMMON)[number];
/** `sign`, `stop`: how many of them at least. `apart`: how many different ones the members have. */
export type Fall = { readonly apart: number; readonly sign: number; readonly stop: number };
export type Falls = Readonly<Record<Common, Fall>>;
export type Traits = Readonly<Record<Common, string>>;

/** Null while nobody has a seat. */
export function fallsOf(members: readonly Traits[], threshold: number): Falls | null {
  if (members.length === 0) return null;
  const of = (one: Common) =>
    fallOf(
      members.map((traits) => traits[one]),
      threshold,
    );
  return Object.fromEntries(COMMON.map((one) => [one, of(one)])) as Falls;
}

/** The largest groups first: no choice of as many others holds more members. */
function fallOf(values: readonly string[], threshold: number): Fall {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sizes = [...counts.values()].sort((one, other) => other - one);
  const holding = (needed: number) => {
    const held = sizes.map((_, at) => sizes.slice(0, at + 1).reduce((sum, size) => sum + size, 0));
    return held.findIndex((sum) => sum >= needed) + 1;
  };
  return { apart: sizes.length, sign: holding(threshold), stop: holding(values.length - threshold + 1) };
}

/** What evidence and votes say of each member, at the finalised block. */
export async function traitsOf(
  { rpc, record }: Pick<Source, 'rpc' | 'record'>,
  { enclaves }: Pick<Ledger, 'enclaves'>,
  ids: readonly Hex[],
): Promise<ReadonlyMap<Hex, Traits>> {
  const registry = addressOf(record, 'enclaveRegistry');
  const read = async (id: Hex) => {
    const found = await view(rpc, registry, ENCLAVES_ABI, 'traitsOf', [id], 'finalized');
    const { region, vendor, platformId: platform, sealing } = found;
    return [id, { operator: enclaves.get(id)?.operator ?? id, region, vendor, platform, sealing }] as const;
  };
  return new Map(await reading(() => Promise.all([...new Set(ids)].map(read))));
}
