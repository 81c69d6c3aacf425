/** `quorate roles`: who may do what without a vote, and which functions only a vote may call. */

import { type Abi, type AbiFunction, toFunctionSelector } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { printable } from '../../host/printable.ts';
import { ACCESS_MANAGER_ABI, GUARDIAN_ABI, TIMELOCK_ABI } from '../chain/abi.ts';
import { addressOf, type DeploymentRecord } from '../chain/deploymentRecord.ts';
import { pages } from '../chain/pages.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { callable } from '../words/callable.ts';
import { duration } from '../words/named.ts';

const PUBLIC = 2n ** 64n - 1n;

export const roles: Command = {
  summary: 'list the roles: who has each and which functions it may call, the guardian, the timelock',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const json = await reading(() => rolesOf(source));
    return { json, text: worded(json), ok: true };
  },
};

export async function rolesOf({ rpc, record }: Source) {
  const manager = addressOf(record, 'accessManager');
  const known = await pages((offset, limit) =>
    view(rpc, manager, ACCESS_MANAGER_ABI, 'roles', [offset, limit], 'finalized'),
  );
  const functions = await pages((offset, limit) =>
    view(rpc, manager, ACCESS_MANAGER_ABI, 'functionRoles', [offset, limit], 'finalized'),
  );
  const timelock = addressOf(record, 'timelock');
  const delay = await view(rpc, timelock, TIMELOCK_ABI, 'getMinDelay', [], 'finalized');
  return {
    timelock: { address: timelock, delay: Number(delay) },
    guardian: await guardianOf(rpc, record),
    roles: await Promise.all(
      known.map(async ({ id, label, memberCount: _, ...role }) => ({
        id: id.toString(),
        label: id === 0n ? 'admin' : printable(label),
        admin: role.admin.toString(),
        guardian: role.guardian.toString(),
        members: (
          await pages((offset, limit) =>
            view(rpc, manager, ACCESS_MANAGER_ABI, 'members', [id, offset, limit], 'finalized'),
          )
        ).map(({ account, since, executionDelay }) => ({
          account,
          name: nameOf(record, account),
          since,
          executionDelay,
        })),
        functions: functions
          .filter(({ role: of }) => of === id)
          .map(({ target, selector }) => functionName(record, target, selector)),
      })),
    ),
    publicFunctions: functions
      .filter(({ role }) => role === PUBLIC)
      .map(({ target, selector }) => functionName(record, target, selector)),
  };
}

/** The contract that holds the role names one account, or none. */
async function guardianOf(rpc: Source['rpc'], { contracts }: DeploymentRecord): Promise<Hex | null> {
  const contract = contracts.guardianContract?.address;
  if (contract === undefined) return null;
  const guardian = await view(rpc, contract, GUARDIAN_ABI, 'guardian', [], 'finalized');
  return BigInt(guardian) === 0n ? null : guardian;
}

export function nameOf({ contracts }: DeploymentRecord, address: string): string | null {
  const found = Object.entries(contracts).find(([, one]) => one.address === address.toLowerCase());
  return found === undefined ? null : found[0];
}

export function functionName(record: DeploymentRecord, target: Hex, selector: Hex): string {
  const name = nameOf(record, target);
  const abi: Abi = (name !== null && callable(name)) || [];
  const found = abi.find(
    (item): item is AbiFunction => item.type === 'function' && toFunctionSelector(item) === selector,
  );
  return `${name ?? target}.${found?.name ?? selector}`;
}

function worded({ timelock, guardian, roles: known, publicFunctions }: Awaited<ReturnType<typeof rolesOf>>): string {
  const rows = known.map(({ id, label, members, functions }) => [
    ...[id, label === '' ? '-' : label],
    members.map(({ account, name }) => name ?? account).join(', ') || 'nobody',
    id === '0' ? 'whatever is not listed elsewhere' : functions.join(', ') || '-',
  ]);
  return [
    `what votes decide waits ${duration(timelock.delay)} in the timelock ${timelock.address}`,
    guardian === null ? 'there is no guardian' : `guardian: ${guardian}`,
    table([['role', 'name', 'who', 'may call'], ...rows]),
    ...(publicFunctions.length === 0 ? [] : [`anybody may call ${publicFunctions.join(', ')}`]),
  ].join('\n');
}
