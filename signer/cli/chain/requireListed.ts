/** Whether a record is of one deployment: its directory lists each contract, where the record has it and with that code, and no others. */

import type { Hex } from '../../formats/hex.ts';
import type { Rpc } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { Fatal, isRetryable } from '../../host/errors.ts';
import { DIRECTORY_ABI } from './abi.ts';
import { addressOf, type DeploymentRecord } from './deploymentRecord.ts';

/** Code alone does not tell: it is right, too, where the record gives one contract the address of another. @throws Fatal WRONG_DEPLOYMENT, Retryable */
export async function requireListed(rpc: Rpc, record: DeploymentRecord): Promise<void> {
  const at = addressOf(record, 'directory');
  const difference = differenceOf(record, at, await entriesOf(rpc, at));
  if (difference !== null) throw wrong(difference);
}

type Entry = { readonly name: string; readonly account: Hex; readonly codeHash: Hex };

async function entriesOf(rpc: Rpc, at: Hex): Promise<readonly Entry[]> {
  try {
    return await view(rpc, at, DIRECTORY_ABI, 'entries', []);
  } catch (cause) {
    if (!isRetryable(cause, 'TRANSACTION_REVERTS')) throw cause;
    throw wrong(`what is at ${at}, where the record has directory, is none`, { cause });
  }
}

function differenceOf({ contracts }: DeploymentRecord, at: Hex, entries: readonly Entry[]): string | null {
  const { directory: _, ...others } = contracts;
  const listed = new Map(entries.map((entry) => [entry.name, entry]));
  for (const [name, { address, codeHash }] of Object.entries(others)) {
    const entry = listed.get(name);
    const where = entry?.account.toLowerCase() ?? 'no address';
    if (where !== address) return `the directory at ${at} has ${name} at ${where}, the record at ${address}`;
    if (entry?.codeHash !== codeHash) return `${name} had other code when the directory at ${at} was made`;
  }
  const lacking = entries.find(({ name }) => !Object.hasOwn(others, name));
  return lacking === undefined ? null : `the directory at ${at} has ${lacking.name}, which the record lacks`;
}

function wrong(detail: string, options?: ErrorOptions): Fatal {
  return new Fatal('WRONG_DEPLOYMENT', detail, 'Fetch the record of the deployment that is on this chain.', options);
}
