/** One address that leads to all others: made last, of all that stands by then. */

import type { BaseContract } from 'ethers';
import type { Directory } from '../../types/contracts/lens/Directory.ts';
import { Directory__factory } from '../../types/factories/contracts/lens/Directory__factory.ts';
import type { Steps } from './steps.ts';

/** `contracts` in the order in which they were created, by their names in the record. */
export async function deployDirectory(
  steps: Steps,
  contracts: Readonly<Record<string, BaseContract | null>>,
): Promise<Directory> {
  const listed = Object.entries(contracts).filter((entry): entry is [string, BaseContract] => entry[1] !== null);
  const addresses = await Promise.all(listed.map(([, contract]) => contract.getAddress()));
  return steps.create(
    'directory',
    Directory__factory,
    listed.map(([name]) => name),
    addresses,
  );
}
