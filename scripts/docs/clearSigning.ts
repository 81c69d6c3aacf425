/**
 * What a wallet shows of the calls that people sign: descriptors of ERC-7730, version 2, one for each contract: docs/erc7730.
 *
 *     node scripts/bootstrap.mjs scripts/docs/clearSigning.ts                                      without addresses, as committed
 *     node scripts/bootstrap.mjs scripts/docs/clearSigning.ts deployments/<chainId>.json FOLDER    with those of a deployment
 *
 * Every leaf of every call is shown, or hidden by name: a field that is added to a contract breaks the test and not the wallet.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getAddress } from 'viem';
import * as abis from '../../signer/cli/chain/abi.ts';
import { type DeploymentRecord, parseRecord } from '../../signer/cli/chain/deploymentRecord.ts';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import { EFFECT_KIND_NUMBERS, SCHEME_NUMBERS } from '../../signer/formats/schemes.ts';
import { fullSignature, type Item } from './fullSignature.ts';

export const DESCRIPTORS = join(import.meta.dirname, '../../docs/erc7730');

type Format = 'raw' | 'addressName' | 'date' | 'duration' | 'enum' | 'calldata' | 'amount';
export type Field = {
  readonly path: string;
  readonly label?: string;
  readonly format?: Format;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly visible?: 'never';
};
export type Call = {
  readonly name: string;
  readonly inputs?: number;
  readonly intent: string;
  readonly fields: readonly Field[];
};

const raw = (path: string, label: string): Field => ({ path, label, format: 'raw' });
const date = (path: string, label: string): Field => ({
  ...{ path, label, format: 'date', params: { encoding: 'timestamp' } },
});
const duration = (path: string, label: string): Field => ({ path, label, format: 'duration' });
const account = (path: string, label: string): Field => ({ path, label, format: 'addressName' });
const contract = (path: string, label: string): Field => ({
  ...{ path, label, format: 'addressName', params: { types: ['contract'] } },
});
const named = (path: string, label: string, name: keyof typeof ENUMS): Field => ({
  ...{ path, label, format: 'enum', params: { $ref: `$.metadata.enums.${name}` } },
});
const hidden = (...paths: readonly string[]): Field[] => paths.map((path) => ({ path, visible: 'never' }));

const spelled = (numbers: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(numbers).map(([name, number]) => [String(number), name]));
export const ENUMS = {
  payloadKind: spelled(Object.fromEntries(Object.entries(PAYLOAD_KINDS).map(([name, { number }]) => [name, number]))),
  effectKind: spelled(EFFECT_KIND_NUMBERS),
  scheme: spelled(SCHEME_NUMBERS),
  shape: { '1': 'Capella', '2': 'Deneb', '3': 'Electra', '4': 'Gloas' },
  tcbStatus: {
    ...{ '0': 'UpToDate', '1': 'SWHardeningNeeded', '2': 'ConfigurationNeeded' },
    ...{ '3': 'ConfigurationAndSWHardeningNeeded', '4': 'OutOfDate', '5': 'OutOfDateConfigurationNeeded' },
    '6': 'Revoked',
  },
  support: { '0': 'Against', '1': 'For', '2': 'Abstain' },
};

const KEY = raw('keyId', 'Key');
const FORK = raw('epoch', 'Epoch of the home chain');
const KINDS = 'Payload kinds (bit k: kind k)';

/** `by`: parameters before the struct. What bytes and digests say is in the effects; enclaves refuse the request where it is not. */
const intent: readonly Field[] = [
  raw('intent.keyId', 'Key'),
  raw('intent.path', 'Path'),
  named('intent.kind', 'Payload', 'payloadKind'),
  named('intent.effects.[].kind', 'Effect', 'effectKind'),
  raw('intent.effects.[].asset', 'Asset (hash of its CAIP-19 id)'),
  raw('intent.effects.[].recipient', 'To'),
  raw('intent.effects.[].amount', 'Amount (smallest unit)'),
  raw('intent.effects.[].detail', 'Hash of call data'),
  date('intent.deadline', 'Signed until'),
  contract('intent.consumer', 'Calls back'),
  raw('intent.callbackGas', 'Gas of that call'),
  raw('intent.payload', 'Payload bytes'),
  raw('intent.digests.[]', 'Signed digest'),
  ...hidden('intent.replaces'),
];
const header: readonly Field[] = [
  raw('header.keyId', 'Key'),
  account('header.requester', 'Asked by'),
  raw('header.counter', 'Request number'),
  raw('header.path', 'Path'),
  named('header.kind', 'Payload', 'payloadKind'),
  date('header.deadline', 'Deadline'),
  ...hidden('header.payloadHash', 'header.digestsHash', 'header.effectsHash'),
  ...hidden('header.consumer', 'header.callbackGas', 'header.replaces'),
];
const row = (at: string): readonly Field[] => [
  account(`${at}.requester`, 'Requester'),
  raw(`${at}.kinds`, KINDS),
  duration(`${at}.delay`, 'Delay of a request'),
  contract(`${at}.guard`, 'Guard'),
  contract(`${at}.module`, 'Module that may ask too'),
  raw(`${at}.unguarded`, 'Without a guard'),
];
const committee: readonly Field[] = [
  raw('committee.threshold', 'Sign together'),
  account('committee.operators.[]', 'Member'),
  account('committee.reserves.[]', 'Reserve'),
  duration('committee.attemptWindow', 'Time of an attempt'),
  raw('committee.diversity.region', 'Most members of a region'),
  raw('committee.diversity.vendor', 'Most members of a vendor'),
  raw('committee.diversity.platform', 'Most members of a platform'),
  raw('committee.diversity.sealing', 'Most members of a sealing source'),
];
const calls = (description: Field): readonly Field[] => [
  {
    path: 'calldatas.[]',
    label: 'Call',
    format: 'calldata',
    params: { calleePath: 'targets.[]', amountPath: 'values.[]' },
  },
  contract('targets.[]', 'Contract'),
  { path: 'values.[]', label: 'Sends', format: 'amount' },
  description,
];
const votedOn = raw('proposalId', 'Proposal');
const call = (name: string, intent_: string, ...fields: readonly Field[]): Call => ({ name, intent: intent_, fields });
const callOf = (inputs: number, name: string, intent_: string, ...fields: readonly Field[]): Call => ({
  ...{ name, inputs, intent: intent_, fields },
});

type Descriptor = {
  readonly contract: string;
  readonly title: string;
  readonly abi: readonly Item[];
  readonly calls: readonly Call[];
};

/** By the name of the contract in the record of a deployment. */
export const DESCRIBED: readonly Descriptor[] = [
  {
    ...{ contract: 'signingRequests', title: 'SigningRequests', abi: abis.REQUESTS_ABI as readonly Item[] },
    calls: [
      call('request', 'Have the DAO key sign', ...intent),
      call(
        'requestFor',
        "Have the DAO key sign in another's name",
        ...intent,
        account('requester', 'In the name of'),
        ...hidden('announced'),
      ),
      call(
        'announce',
        'Announce a request in another name',
        KEY,
        account('requester', 'In the name of'),
        raw('hash', 'What'),
      ),
      call(
        'withdraw',
        'Withdraw an announced request',
        contract('module', 'Module'),
        KEY,
        account('requester', 'In the name of'),
        raw('hash', 'What'),
      ),
      call('cancel', 'Cancel a waiting request', ...header),
      call('abandon', 'Give up a request that is ready', ...header),
      call('expire', 'Mark a request as over', ...header),
      call(
        'listModule',
        'Let a module ask for signatures',
        contract('module', 'Module'),
        raw('codeHash', 'Hash of its code'),
      ),
      call('withdrawModule', 'Take back a listed module', contract('module', 'Module')),
      call('removeModule', 'Remove a module at once', contract('module', 'Module')),
    ],
  },
  {
    ...{ contract: 'spendingLimits', title: 'SpendingLimits', abi: abis.SPENDING_LIMITS_ABI as readonly Item[] },
    calls: [
      call(
        ...(['setLimits', 'Set what a delegate may spend'] as const),
        ...[account('requester', 'Delegate'), KEY, contract('requests', 'Requests contract')],
        ...[
          date('limits.expiresAt', 'Until'),
          raw('limits.kinds', KINDS),
          raw('limits.maxUnsettled', 'Unsettled payloads of a path'),
        ],
        ...[
          raw('limits.caps.[].asset', 'Asset (hash of its CAIP-19 id)'),
          raw('limits.caps.[].capacity', 'At most (smallest unit)'),
        ],
        ...[
          duration('limits.caps.[].window', 'Refilled in'),
          raw('limits.caps.[].feeCap', 'Fees of a request (smallest unit)'),
        ],
        ...[raw('limits.recipients.[]', 'May pay'), raw('limits.targets.[]', 'May call')],
      ),
      call(
        'removeLimits',
        'Take the limits of a delegate away',
        account('requester', 'Delegate'),
        KEY,
        contract('requests', 'Requests contract'),
      ),
      call('settle', 'Say that a payload is settled', contract('requests', 'Requests contract'), ...header),
    ],
  },
  {
    ...{ contract: 'keyRegistry', title: 'KeyRegistry', abi: abis.KEYS_ABI as readonly Item[] },
    calls: [
      call('setRow', 'Set what a key allows a requester', KEY, ...row('said')),
      call('removeRow', 'Let a requester ask for nothing', KEY, account('requester', 'Requester')),
      call('raise', 'Overtake what a requester has asked', KEY, account('requester', 'Requester')),
      call('pause', 'Pause a key', KEY, date('until', 'Until')),
      call('pauseNetwork', 'Pause every key', date('until', 'Until')),
      call('suspend', 'Suspend a key', KEY, duration('duration', 'For')),
      call('suspendNetwork', 'Suspend every key', duration('duration', 'For')),
      call('withdrawCommittee', 'Take back an announced committee', KEY),
      call(
        'addFork',
        'Name a fork of the home chain',
        FORK,
        raw('version', 'Version of the fork'),
        named('shape', 'Format', 'shape'),
      ),
      call('withdrawFork', 'Take back the last fork', FORK),
      call(
        ...(['setBeat', 'Set how fresh enclaves have to be'] as const),
        ...[
          duration('beatBound', 'Age of a beat'),
          raw('releasesPerBeat', 'Requests for each'),
          duration('margin', 'Time left to sign'),
        ],
      ),
    ],
  },
  {
    ...{ contract: 'committeeVotes', title: 'CommitteeVotes', abi: abis.COMMITTEE_VOTES_ABI as readonly Item[] },
    calls: [call('propose', 'Announce who shall hold a key', contract('keys', 'Registry'), KEY, ...committee)],
  },
  {
    ...{ contract: 'measurementRegistry', title: 'MeasurementRegistry', abi: abis.MEASUREMENTS_ABI as readonly Item[] },
    calls: [
      call(
        ...(['approve', 'Let enclaves of a measurement attest'] as const),
        ...[raw('record.image', 'Image'), raw('record.configuration', 'Configuration'), raw('record.tee', 'TEE')],
        ...[
          raw('record.sealing', 'Sealing source'),
          raw('record.sourceCommit', 'Source'),
          raw('record.buildRecipe', 'Built by'),
        ],
      ),
      call('withdraw', 'Take back a measurement', raw('id', 'Measurement')),
      call('retire', 'Give a measurement no new seats', raw('id', 'Measurement')),
      call('revoke', 'End a measurement for ever', raw('id', 'Measurement')),
    ],
  },
  {
    ...{ contract: 'enclaveRegistry', title: 'EnclaveRegistry', abi: abis.ENCLAVES_ABI as readonly Item[] },
    calls: [
      call(
        'setOperator',
        'Admit an operator',
        account('account', 'Operator'),
        raw('region', 'Region (hash of its name)'),
        raw('cap', 'Enclaves (0 dismisses it)'),
      ),
      call('setVerifier', 'Name the verifier of a TEE', contract('verifier', 'Verifier')),
      call('removeVerifier', 'Take the verifier of a TEE away', raw('tee', 'TEE')),
      call('withdrawVerifier', 'Take back a named verifier', raw('tee', 'TEE')),
      call('setPlatformCap', 'Limit the enclaves of a machine', raw('tee', 'TEE'), raw('cap', 'Enclaves')),
      call(
        'setOnlyAdmittedPlatforms',
        'Ask for machines on a list',
        raw('tee', 'TEE'),
        raw('only', 'Only machines on it'),
      ),
      call('setPlatformAdmitted', 'List a machine', raw('platformId', 'Machine'), raw('admitted', 'On the list')),
      call('revokePlatform', 'Revoke a machine', raw('platformId', 'Machine'), raw('enclaves_.[]', 'Enclave')),
      call('suspend', 'Suspend an enclave', raw('id', 'Enclave')),
      call('retire', 'Retire an enclave', raw('id', 'Enclave')),
      call('choose', 'Give seats to this enclave', raw('id', 'Enclave')),
    ],
  },
  {
    ...{ contract: 'mandates', title: 'Mandates', abi: abis.MANDATES_ABI as readonly Item[] },
    calls: [
      call(
        ...(['place', 'Fix what may be signed once'] as const),
        ...[raw('mandate.keyId', 'Key'), raw('mandate.path', 'Path'), named('mandate.kind', 'Payload', 'payloadKind')],
        ...[
          named('mandate.effects.[].kind', 'Effect', 'effectKind'),
          raw('mandate.effects.[].asset', 'Asset (hash of its CAIP-19 id)'),
          raw('mandate.effects.[].recipient', 'To'),
          raw('mandate.effects.[].amount', 'Amount (smallest unit)'),
          raw('mandate.effects.[].detail', 'Hash of call data'),
        ],
        ...[
          raw('mandate.feeCaps.[].asset', 'Fees in (hash of its CAIP-19 id)'),
          raw('mandate.feeCaps.[].amount', 'Fees at most (smallest unit)'),
        ],
        ...[account('mandate.executor', 'Filled by (zero: anybody)'), date('mandate.deadline', 'Signed until')],
        ...[contract('mandate.consumer', 'Calls back'), raw('mandate.callbackGas', 'Gas of that call')],
      ),
    ],
  },
  {
    ...{ contract: 'intelTcb', title: 'IntelTcb', abi: abis.INTEL_TCB_VOTES_ABI as readonly Item[] },
    calls: [
      call(
        'allowStatus',
        'Accept platforms of a status',
        named('status', 'Status', 'tcbStatus'),
        raw('advisories.[]', 'Accepted advisory'),
      ),
      call('disallowStatus', 'Accept a status no more', named('status', 'Status', 'tcbStatus')),
      call(
        ...(['setPolicy', "Set what is wanted of Intel's evidence"] as const),
        ...[duration('policy_.registration', 'Evidence counts for'), duration('policy_.overdue', 'May be overdue by')],
        duration('policy_.evaluationGrace', 'Evaluation before counts for'),
        raw('policy_.leastTcbEvaluation', 'Least evaluation of platforms'),
        raw('policy_.leastQeEvaluation', 'Least evaluation of quoting enclaves'),
      ),
    ],
  },
  {
    ...{ contract: 'intelCertificates', title: 'IntelCertificates' },
    abi: abis.INTEL_CERTIFICATE_VOTES_ABI as readonly Item[],
    calls: [call('revoke', 'Revoke a certificate', raw('issuer', 'Authority'), raw('serial', 'Serial number'))],
  },
  {
    ...{ contract: 'nitroCertificates', title: 'NitroCertificates' },
    abi: abis.NITRO_CERTIFICATE_VOTES_ABI as readonly Item[],
    calls: [call('revoke', 'Revoke a certificate', raw('issuer', 'Authority'), raw('serial', 'Serial number'))],
  },
  {
    ...{ contract: 'guardianContract', title: 'Guardian', abi: abis.GUARDIAN_ABI as readonly Item[] },
    calls: [
      call('setGuardian', 'Name the guardian', account('guardian_', 'Guardian')),
      call('suspend', 'Suspend a key', KEY, duration('duration', 'For')),
      call('suspendNetwork', 'Suspend every key', duration('duration', 'For')),
      call('cancel', 'Cancel a waiting request', ...header),
      call(
        'withdraw',
        'Withdraw an announced request',
        contract('module', 'Module'),
        KEY,
        account('requester', 'In the name of'),
        raw('hash', 'What'),
      ),
      call('withdrawCommittee', 'Take back an announced committee', KEY),
      call('withdrawFork', 'Take back the last fork', FORK),
      call('withdrawMeasurement', 'Take back a measurement', raw('measurement', 'Measurement')),
      call('withdrawModule', 'Take back a listed module', contract('module', 'Module')),
      call('withdrawVerifier', 'Take back a named verifier', raw('tee', 'TEE')),
    ],
  },
  {
    ...{ contract: 'governor', title: 'QuorateGovernor', abi: abis.GOVERNOR_ABI as readonly Item[] },
    calls: [
      call('propose', 'Make a proposal', ...calls(raw('description', 'Description'))),
      call('castVote', 'Vote', named('support', 'Vote', 'support'), votedOn),
      call(
        'castVoteWithReason',
        'Vote with a reason',
        named('support', 'Vote', 'support'),
        votedOn,
        raw('reason', 'Reason'),
      ),
      callOf(1, 'queue', 'Queue a proposal', votedOn),
      callOf(4, 'queue', 'Queue a proposal', ...calls(raw('descriptionHash', 'Hash of the description'))),
      callOf(1, 'execute', 'Execute a proposal', votedOn),
      callOf(4, 'execute', 'Execute a proposal', ...calls(raw('descriptionHash', 'Hash of the description'))),
      callOf(1, 'cancel', 'Cancel a proposal', votedOn),
      callOf(4, 'cancel', 'Cancel a proposal', ...calls(raw('descriptionHash', 'Hash of the description'))),
    ],
  },
  {
    ...{ contract: 'token', title: 'QuorateToken', abi: abis.TOKEN_ABI as readonly Item[] },
    calls: [call('delegate', 'Delegate votes', account('delegatee', 'To'))],
  },
];

/** @param record whose addresses it binds to; null: to none, and so no wallet takes it */
export function descriptorOf(
  { contract: name, title, abi, calls: described }: Descriptor,
  record: DeploymentRecord | null,
): object {
  const address = record?.contracts[name]?.address;
  const deployments =
    record === null || address === undefined ? [] : [{ chainId: record.chainId, address: getAddress(address) }];
  const formats = described.map((one) => [fullSignature(itemOf(abi, one)), { intent: one.intent, fields: one.fields }]);
  const used = JSON.stringify(described);
  const enums = Object.entries(ENUMS).filter(([key]) => used.includes(`$.metadata.enums.${key}"`));
  return {
    $schema: 'https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json',
    context: { $id: `Quorate ${title}`, contract: { deployments } },
    metadata: {
      ...{ owner: 'Quorate', contractName: title },
      ...(enums.length > 0 && { enums: Object.fromEntries(enums) }),
    },
    display: { formats: Object.fromEntries(formats) },
  };
}

export function itemOf(abi: readonly Item[], { name, inputs }: Call): Item {
  const found = abi.filter(
    (item) => item.type === 'function' && item.name === name && (inputs === undefined || item.inputs.length === inputs),
  );
  const [item] = found;
  if (item === undefined || found.length > 1) throw new Error(`there are ${found.length} of ${name}`);
  return item;
}

export function fileOf({ title }: Pick<Descriptor, 'title'>): string {
  return `calldata-${title}.json`;
}

function main([file, folder = DESCRIPTORS]: readonly string[]): void {
  const record = file === undefined ? null : parseRecord(readFileSync(file, 'utf8'));
  mkdirSync(folder, { recursive: true });
  for (const one of DESCRIBED)
    writeFileSync(join(folder, fileOf(one)), `${JSON.stringify(descriptorOf(one, record), null, 2)}\n`);
}

if (import.meta.main) main(process.argv.slice(2));
