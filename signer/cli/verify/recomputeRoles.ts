/** Who may do what, against what every deployment of this release ends in. A vote may have changed it since: then it is for people to judge. */

import { type Abi, decodeEventLog, keccak256, parseAbi, stringToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { TIMELOCK_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import type { History } from '../chain/readLedger.ts';
import type { Source } from '../chain/source.ts';
import { rolesOf } from '../look/roles.ts';
import { type Check, compared } from './check.ts';

const MANAGED_ABI = parseAbi(['function authority() view returns (address)']);
const GRANTS_ABI = parseAbi([
  'event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)',
]);
const LATER = ' (a vote may have changed it since: `quorate proposals`)';
const NOBODY = `0x${'0'.repeat(40)}`;

export function authorityOf({ rpc }: Pick<Source, 'rpc'>, contract: Hex): Promise<Hex> {
  return view(rpc, contract, MANAGED_ABI as Abi, 'authority', [], 'finalized') as Promise<Hex>;
}

export async function managedContracts(source: Source): Promise<Check> {
  const { MANAGED, MANAGED_IF_MADE } = await import('../../../scripts/deploy/plan.ts');
  const managed = [...MANAGED, ...MANAGED_IF_MADE.filter((name) => name in source.record.contracts)];
  const manager = addressOf(source.record, 'accessManager');
  const differences: string[] = [];
  for (const name of managed) {
    const found = (await authorityOf(source, addressOf(source.record, name))).toLowerCase();
    if (found !== manager) differences.push(`${name} obeys ${found}`);
  }
  return compared('authority', differences, `${managed.length} contracts obey the access manager, and nobody else`);
}

/** The settler of a DAO is a person that its options name: shown, and never more than one. */
export async function plannedRoles(source: Source): Promise<readonly Check[]> {
  const { FUNCTIONS, LABELS, ROLE_CONTRACTS, ROLES } = await import('../../../scripts/deploy/plan.ts');
  const { record } = source;
  const found = await rolesOf(source);
  const labels: Readonly<Record<string, string>> = LABELS;
  const checks = (Object.keys(ROLES) as (keyof typeof ROLES)[]).map((role) => {
    const id = ROLES[role].toString();
    const what = `role ${id} ${labels[role] ?? 'admin'}`;
    const there = found.roles.find((each) => each.id === id);
    if (there === undefined) return compared(what, ['the access manager has no such role'], '');
    const planned = ROLE_CONTRACTS[role].map((name) => addressOf(record, name));
    const members = there.members.map(({ account }) => account.toLowerCase() as Hex);
    const strangers = members.filter((account) => !planned.includes(account));
    const allowed = role === 'settler' ? 1 : 0;
    const functions = FUNCTIONS.filter(([, , of]) => of === role).map(([contract, name]) => `${contract}.${name}`);
    const differences = [
      ...planned.filter((account) => !members.includes(account)).map((account) => `lacks ${account}`),
      ...(strangers.length > allowed ? strangers.map((account) => `has ${account}, which is not planned`) : []),
      ...unequal('may call', functions, there.functions),
      ...(there.admin === '0' && there.guardian === '0' ? [] : ['is not under the admin alone']),
    ].map((each) => `${each}${LATER}`);
    const people = strangers.length > 0 ? `; ${strangers.join(', ')}` : '';
    return compared(what, differences, `${ROLE_CONTRACTS[role].join(', ')}${people}: ${functions.length} functions`);
  });
  const known = new Set(Object.values(ROLES).map(String));
  const others = found.roles
    .filter(({ id }) => !known.has(id))
    .map(({ id, label }) => `role ${id} ${label} is not planned${LATER}`);
  return [...checks, compared('other roles', others, 'none'), guardian(found.guardian)];
}

function guardian(person: Hex | null): Check {
  return compared('guardian', [], person === null ? 'nobody' : `${person}, by way of the contract that holds the role`);
}

function unequal(what: string, planned: readonly string[], found: readonly string[]): string[] {
  return [
    ...planned.filter((each) => !found.includes(each)).map((each) => `${what} no ${each}`),
    ...found.filter((each) => !planned.includes(each)).map((each) => `${what} ${each}, which is not planned`),
  ];
}

/** It lists nothing: its events name the candidates, and the chain says who holds what. */
export async function timelock(source: Source, { head }: History): Promise<Check> {
  const { rpc, record, startBlock } = source;
  const at = addressOf(record, 'timelock');
  const [governor, zero] = [addressOf(record, 'governor'), `0x${'0'.repeat(64)}` as const];
  const names = new Map<Hex, string>([
    [zero, 'DEFAULT_ADMIN'],
    ...(['PROPOSER_ROLE', 'CANCELLER_ROLE', 'EXECUTOR_ROLE'] as const).map(
      (name) => [keccak256(stringToHex(name)), name] as const,
    ),
  ]);
  const held = new Set<string>();
  for (const { topics, data } of await logsOf(source, at, [], { from: startBlock, to: head.number })) {
    const grant = grantIn(topics as [Hex, ...Hex[]], data);
    if (grant === null || !(await view(rpc, at, TIMELOCK_ABI, 'hasRole', [grant.role, grant.account], 'finalized')))
      continue;
    held.add(`${names.get(grant.role) ?? grant.role} of ${grant.account.toLowerCase()}`);
  }
  const planned = [
    `DEFAULT_ADMIN of ${at}`,
    `PROPOSER_ROLE of ${governor}`,
    `CANCELLER_ROLE of ${governor}`,
    `EXECUTOR_ROLE of ${NOBODY}`,
  ];
  const differences = unequal('has', planned, [...held]).map((each) => `${each}${LATER}`);
  return compared(
    'timelock',
    differences,
    'the governor proposes and cancels, anybody executes what has waited, nobody administers it',
  );
}

function grantIn(topics: [Hex, ...Hex[]], data: Hex): { readonly role: Hex; readonly account: Hex } | null {
  if (topics[0] !== keccak256(stringToHex('RoleGranted(bytes32,address,address)'))) return null;
  return decodeEventLog({ abi: GRANTS_ABI, topics, data }).args;
}
