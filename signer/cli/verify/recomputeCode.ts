/** Whether the contracts of a record are what this checkout compiles, and what the directory on chain lists. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as answers from '../../host/adapters/answers.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ACCESS_MANAGER_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { pages } from '../chain/pages.ts';
import type { Source } from '../chain/source.ts';
import { type Check, compared, holds, unproven } from './check.ts';
import { authorityOf } from './recomputeRoles.ts';

const ARTIFACTS = join(import.meta.dirname, '../../../artifacts');

/** `openSource` has compared the code with the record, contract by contract. */
export function recordedCode({ record }: Source): Check {
  return holds('code', `${Object.keys(record.contracts).length} contracts have the code whose hash the record names`);
}

/** Immutables aside, which constructors write. */
export async function compiledCode({ rpc, record }: Source): Promise<Check> {
  if (!existsSync(ARTIFACTS)) return unproven('sources', 'nothing is compiled here: `npm run build`, then again');
  const { isCodeOf, isName } = await import('../../../scripts/deploy/builds.ts');
  const differences: string[] = [];
  for (const [name, { address }] of Object.entries(record.contracts)) {
    const code = answers.data(await rpc('eth_getCode', [address, 'finalized']), 'the code of a contract');
    if (!isName(name)) differences.push(`${name} is no contract of this release`);
    else if (!(await isCodeOf(name, code))) differences.push(`${name} is not what this checkout compiles`);
  }
  return compared('sources', differences, 'each contract is what this checkout compiles, immutables aside');
}

/** Found as a stranger finds it who knows SigningRequests alone. `openSource` has compared what it lists with the record. */
export async function directory(source: Source): Promise<Check> {
  const { rpc, record } = source;
  const manager = await authorityOf(source, addressOf(record, 'signingRequests'));
  const roles = await pages((from, size) => view(rpc, manager, ACCESS_MANAGER_ABI, 'roles', [from, size], 'finalized'));
  const role = roles.find(({ label }) => label === 'DIRECTORY');
  const members =
    role === undefined
      ? []
      : await pages((from, size) =>
          view(rpc, manager, ACCESS_MANAGER_ABI, 'members', [role.id, from, size], 'finalized'),
        );
  const [found] = members;
  if (found === undefined || members.length !== 1)
    return compared('directory', [`the access manager knows ${members.length} directories`], '');
  const own = addressOf(record, 'directory');
  const isOwn = found.account.toLowerCase() === own;
  const differences = isOwn ? [] : [`the chain's is at ${found.account}, the record's at ${own}`];
  return compared(
    'directory',
    differences,
    'found from SigningRequests by its authority; lists all that the record has',
  );
}
