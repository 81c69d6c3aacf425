/** The transactions that created the contracts of a deployment record. */

import type { Provider } from 'ethers';
import type { DeploymentRecord } from '../deploy/record.ts';

export type Creation = { readonly address: string; readonly transaction: string; readonly data: string };

/** A deployment takes a few dozen blocks; the record names the last, and the first if it was made in several runs. */
const SEARCHED_BLOCKS = 5_000;

/** Searches backwards from the block of the record; by the names of the record. */
export async function creationsOf(provider: Provider, record: DeploymentRecord): Promise<Map<string, Creation>> {
  const wanted = new Map(Object.entries(record.contracts).map(([name, { address }]) => [address, name]));
  const found = new Map<string, Creation>();
  const oldest = record.firstBlock ?? Math.max(0, record.block - SEARCHED_BLOCKS);
  for (let number = record.block; number >= oldest && found.size < wanted.size; number -= 1) {
    for (const creation of await creationsIn(provider, number)) {
      const name = wanted.get(creation.address);
      if (name !== undefined) found.set(name, creation);
    }
  }
  const missing = [...wanted.values()].filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`no transaction created ${missing.join(', ')} before block ${record.block}`);
  return found;
}

async function creationsIn(provider: Provider, number: number): Promise<Creation[]> {
  const block = await provider.getBlock(number, true);
  const creating = (block?.prefetchedTransactions ?? []).filter(({ to }) => to === null);
  return Promise.all(
    creating.map(async ({ hash, data }) => {
      const address = (await provider.getTransactionReceipt(hash))?.contractAddress;
      if (address == null) throw new Error(`${hash} created nothing`);
      return { address, transaction: hash, data };
    }),
  );
}
