/** Whether the contracts of a record are what this checkout compiles, and what the directory on chain lists. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Hex } from '../formats/hex.ts';
import * as answers from '../host/adapters/answers.ts';
import { view } from '../host/adapters/rpcViews.ts';
import { ACCESS_MANAGER_ABI, DIRECTORY_ABI } from './abi.ts';
import { type Check, compared, holds, unproven } from './check.ts';
import { addressOf } from './deploymentRecord.ts';
import { pages } from './pages.ts';
import { authorityOf } from './recomputeRoles.ts';
import type { Source } from './source.ts';

const ARTIFACTS = join(import.meta.dirname, '../../artifacts');

/** `openSource` has compared the code with the record, contract by contract. */
export function recordedCode({ record }: Source): Check {
  return holds('code', `${Object.keys(record.contracts).length} contracts have the code whose hash the record names`);
}

/** Immutables aside, which constructors write. */
export async function compiledCode({ rpc, record }: Source): Promise<Check> {
  if (!existsSync(ARTIFACTS)) return unproven('sources', 'nothing is compiled here: `npm run build`, then again');
  const { isCodeOf, isName } = await import('../../scripts/deploy/builds.ts');
  const differences: string[] = [];
  for (const [name, { address }] of Object.entries(record.contracts)) {
    const code = answers.data(await rpc('eth_getCode', [address, 'finalized']), 'the code of a contract');
    if (!isName(name)) differences.push(`${name} is no contract of this release`);
    else if (!(await isCodeOf(name, code))) differences.push(`${name} is not what this checkout compiles`);
  }
  return compared('sources', differences, 'each contract is what this checkout compiles, immutables aside');
}

/** Found as a stranger finds it who knows SigningRequests alone. */
export async function directory(source: Source): Promise<Check> {
  const { rpc, record } = source;
  if (record.contracts.directory === undefined) return unproven('directory', 'the record names none');
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
  const differences = await unlisted(source, found.account);
  return compared(
    'directory',
    differences,
    `found from SigningRequests by its authority; lists all that the record has`,
  );
}

async function unlisted({ rpc, record }: Source, at: Hex): Promise<string[]> {
  const { directory: own, ...others } = record.contracts;
  const entries = await view(rpc, at, DIRECTORY_ABI, 'entries', [], 'finalized');
  const listed = new Map(
    entries.map(({ name, account, codeHash }) => [name, { account: account.toLowerCase(), codeHash }]),
  );
  const differences =
    own?.address === at.toLowerCase() ? [] : [`the chain's is at ${at}, the record's at ${own?.address}`];
  for (const [name, { address, codeHash }] of Object.entries(others)) {
    const entry = listed.get(name);
    if (entry?.account !== address)
      differences.push(`${name} is at ${entry?.account ?? 'no address'} there, at ${address} in the record`);
    else if (entry.codeHash !== codeHash) differences.push(`${name} had other code when the directory was made`);
  }
  for (const name of listed.keys()) if (!Object.hasOwn(others, name)) differences.push(`the record lacks ${name}`);
  return differences;
}
