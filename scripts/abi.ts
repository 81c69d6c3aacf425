// Writes signer/host/chain/abi.ts from the compiled contracts:  scripts/abi.ts  (a step of every build, after the compiler)
//
// The file is committed, unlike the typechain output under types/: a host or a command line of a fresh checkout works without the compiler,
// and a change of what a host depends on shows in a review. What it does not name, a host neither calls nor decodes.

import { readFileSync, writeFileSync } from 'node:fs';

type Parameter = { readonly name: string; readonly type: string; readonly components?: readonly Parameter[] };
type Item = {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: readonly (Parameter & { readonly indexed?: boolean })[];
  readonly outputs?: readonly Parameter[];
  readonly stateMutability?: string;
};

export const ABI_FILE = new URL('../signer/host/chain/abi.ts', import.meta.url);
/** What only people use: proposals, votes, and all that a vote can call. */
export const VOTES_ABI_FILE = new URL('../signer/cli/chain/abi.ts', import.meta.url);

type Used = { readonly constant: string; readonly contract: string; readonly names: readonly string[] };

/** Events and functions of each contract that a host uses. */
const USED: readonly Used[] = [
  {
    constant: 'SIGNING_REQUESTS_ABI',
    contract: 'requests/SigningRequests',
    names: [
      ...['SignatureRequested', 'RequestReady', 'SignatureFulfilled', 'RequestCancelled', 'RequestRefused'],
      ...['RequestExpired', 'RequestAbandoned', 'markReady', 'markReadyMany', 'expire'],
      ...['fulfil', 'fulfilMany', 'stateOf', 'requestCount'],
    ],
  },
  {
    constant: 'LATE_SIGNATURES_ABI',
    contract: 'requests/modules/LateSignatures',
    names: ['LateSignatureRecorded', 'record'],
  },
  { constant: 'REFUSALS_ABI', contract: 'requests/modules/Refusals', names: ['RequestRefusedBy', 'refuse'] },
  {
    constant: 'KEY_REGISTRY_ABI',
    contract: 'keys/KeyRegistry',
    names: [
      ...['KeyCreated', 'AttemptOpened', 'KeyConfirmedBy', 'KeyConfirmed', 'KeyActivated'],
      ...['RowSet', 'RowRemoved', 'RowRaised'],
      ...['KeyPaused', 'KeySuspended', 'NetworkPaused', 'NetworkSuspended', 'BeatSet'],
      ...['ForkAdded', 'ForkWithdrawn'],
      ...['openAttempt', 'confirm', 'activate', 'ceremonyOf', 'keyCount'],
    ],
  },
  {
    constant: 'DERIVED_KEYS_ABI',
    contract: 'keys/DerivedKeys',
    names: ['DerivedKeyClaimed', 'claim', 'verifyingKey'],
  },
  {
    constant: 'MEASUREMENT_REGISTRY_ABI',
    contract: 'attestation/MeasurementRegistry',
    names: ['MeasurementRevoked', 'status', 'promote'],
  },
  {
    constant: 'ENCLAVE_REGISTRY_ABI',
    contract: 'attestation/EnclaveRegistry',
    names: [
      ...['EnclaveRegistered', 'EnclaveAttested', 'EnclaveRetired', 'EnclaveSuspended', 'BootRecorded'],
      ...['register', 'recordBoots', 'enclave', 'enclaveOf', 'enclaveCount'],
      ...['operator', 'verifierOf', 'retire'],
    ],
  },
  // what `quorate doctor` asks: whether evidence is accepted
  { constant: 'ATTESTATION_VERIFIER_ABI', contract: 'attestation/IAttestationVerifier', names: ['verify'] },
  // where certificates of Nitro documents are brought to
  {
    constant: 'NITRO_VERIFIER_ABI',
    contract: 'attestation/verifiers/nitro/NitroVerifier',
    names: ['certificates', 'platformSalt', 'documentSeconds', 'registrationSeconds'],
  },
  {
    constant: 'NITRO_CERTIFICATES_ABI',
    contract: 'attestation/verifiers/nitro/NitroCertificates',
    names: ['bring', 'certificateOf', 'isRevoked', 'root'],
  },
  // where collateral of Intel's is brought to, and what a vote wants of it
  {
    constant: 'QUOTE_VERIFIER_ABI',
    contract: 'attestation/verifiers/intel/IQuoteVerifier',
    names: ['certificates', 'tcb', 'platformSalt', 'outlook'],
  },
  {
    constant: 'INTEL_CERTIFICATES_ABI',
    contract: 'attestation/verifiers/intel/IntelCertificates',
    names: [
      ...['bringSigner', 'bringPck', 'bringCrl', 'isBrought', 'isRevoked'],
      ...['authorityOf', 'authorityAt', 'root'],
    ],
  },
  {
    constant: 'INTEL_TCB_ABI',
    contract: 'attestation/verifiers/intel/IntelTcb',
    names: [...['bringTcbInfo', 'bringQeIdentity', 'tcbInfo', 'qeIdentity', 'policy'], ...['allowance', 'advisoryAt']],
  },
  // what `quorate keys` and `quorate enclaves` read beside the events
  { constant: 'KEY_LENS_ABI', contract: 'lens/KeyLens', names: ['exposuresOf'] },
  { constant: 'ENCLAVE_LENS_ABI', contract: 'lens/EnclaveLens', names: ['servicesOf'] },
];

/** Whose errors a transaction of a host can meet: for words instead of data in its log. */
const ERRORS_OF = [
  ...USED.map(({ contract }) => contract),
  'requests/guards/SpendingLimits',
  'signatures/SignatureVerifier',
];

/** What a vote can call is all there; of the rest what is named. */
const OF_VOTES: readonly Used[] = [
  {
    constant: 'GOVERNOR_ABI',
    contract: 'governance/QuorateGovernor',
    names: [
      ...['ProposalCreated', 'state', 'proposalDetails', 'proposalSnapshot', 'proposalDeadline', 'proposalEta'],
      ...['proposalVotes', 'hasVoted', 'votingDelay', 'votingPeriod', 'proposalThreshold', 'quorum', 'getVotes'],
      ...['getProposalId', 'clock', 'proposalNeedsQueuing'],
    ],
  },
  {
    constant: 'TIMELOCK_ABI',
    contract: '@openzeppelin/contracts/governance/TimelockController',
    names: [
      ...['getMinDelay', 'hasRole', 'PROPOSER_ROLE', 'CANCELLER_ROLE', 'EXECUTOR_ROLE', 'DEFAULT_ADMIN_ROLE'],
      ...['CallScheduled', 'CallSalt', 'CallExecuted'],
    ],
  },
  { constant: 'TOKEN_ABI', contract: 'governance/QuorateToken', names: ['delegates', 'balanceOf'] },
  {
    constant: 'ACCESS_MANAGER_ABI',
    contract: 'governance/QuorateAccessManager',
    names: ['roles', 'members', 'functionRoles'],
  },
  { constant: 'GUARDIAN_ABI', contract: 'governance/Guardian', names: ['guardian'] },
  { constant: 'CODE_HASH_GUARD_ABI', contract: 'governance/CodeHashGuard', names: ['requireCode'] },
  { constant: 'LIVENESS_GUARD_ABI', contract: 'governance/LivenessGuard', names: ['requireLive'] },
  {
    constant: 'REQUESTS_ABI',
    contract: 'requests/SigningRequests',
    names: ['SignatureRequested', 'SignatureFulfilled', 'requestCount'],
  },
  { constant: 'MANDATES_ABI', contract: 'requests/modules/Mandates', names: ['MandatePlaced', 'MandateFilled'] },
  {
    constant: 'KEYS_ABI',
    contract: 'keys/KeyRegistry',
    names: ['key', 'keyIdAt', 'rowOf', 'moduleOf', 'keyCount', 'committeeDelay'],
  },
  { constant: 'MEASUREMENTS_ABI', contract: 'attestation/MeasurementRegistry', names: [] },
  {
    constant: 'ENCLAVES_ABI',
    contract: 'attestation/EnclaveRegistry',
    names: [
      ...['operator', 'operatorCount', 'traitsOf', 'onlyAdmittedPlatforms', 'isPlatformAdmitted'],
      ...['isPlatformRevoked', 'platformCap', 'enclavesOn'],
    ],
  },
  { constant: 'COMMITTEE_VOTES_ABI', contract: 'keys/CommitteeVotes', names: [] },
  { constant: 'SPENDING_LIMITS_ABI', contract: 'requests/guards/SpendingLimits', names: ['LimitsSet'] },
  // what a vote wants of Intel's and Amazon's evidence
  { constant: 'INTEL_TCB_VOTES_ABI', contract: 'attestation/verifiers/intel/IntelTcb', names: [] },
  { constant: 'INTEL_CERTIFICATE_VOTES_ABI', contract: 'attestation/verifiers/intel/IntelCertificates', names: [] },
  { constant: 'NITRO_CERTIFICATE_VOTES_ABI', contract: 'attestation/verifiers/nitro/NitroCertificates', names: [] },
  { constant: 'ENCLAVES_SHOWN_ABI', contract: 'lens/EnclaveLens', names: ['operators', 'measurements'] },
  { constant: 'REQUEST_LENS_ABI', contract: 'lens/RequestLens', names: ['delegates', 'placesOf'] },
  { constant: 'DIRECTORY_ABI', contract: 'lens/Directory', names: ['entries', 'addressOf', 'nameOf'] },
];

/** Contracts that those of votes call, and whose errors come through. */
const ALSO_MET = ['keys/Committees', 'requests/guards/Closed'];

export function abiSource(): string {
  return source('The parts of the contracts that a host uses.', [
    ...USED.map(({ constant, contract, names }) => declaration(constant, itemsNamed(contract, names))),
    declaration('ERRORS_ABI', errorsOf(ERRORS_OF)),
  ]);
}

export function votesAbiSource(): string {
  return source('What people vote on, and with what.', [
    ...OF_VOTES.map(({ constant, contract, names }) =>
      declaration(constant, [...votable(contract), ...itemsNamed(contract, names)]),
    ),
    declaration('VOTE_ERRORS_ABI', errorsOf([...ERRORS_OF, ...OF_VOTES.map(({ contract }) => contract), ...ALSO_MET])),
  ]);
}

function source(what: string, declarations: readonly string[]): string {
  return [
    '// biome-ignore-all format: generated\n\n',
    `/** ${what} Generated by scripts/abi.ts from the compiled contracts: change it there. */\n\n`,
    ...declarations,
  ].join('');
}

function errorsOf(contracts: readonly string[]): Item[] {
  return contracts.flatMap((contract) => compiled(contract).filter(({ type }) => type === 'error'));
}

/** Everything that changes something. */
function votable(contract: string): Item[] {
  const changes = ['nonpayable', 'payable'];
  return compiled(contract).filter(
    ({ type, stateMutability }) => type === 'function' && changes.includes(stateMutability ?? ''),
  );
}

function itemsNamed(contract: string, names: readonly string[]): Item[] {
  const items = compiled(contract);
  return names.map((name) => {
    const found = items.filter((item) => item.name === name && item.type !== 'error');
    const [item] = found;
    if (item === undefined || found.length > 1) throw new Error(`${contract} has ${found.length} of ${name}`);
    return item;
  });
}

function compiled(contract: string): Item[] {
  const name = contract.split('/').at(-1);
  const folder = contract.startsWith('@') ? '../artifacts' : '../artifacts/contracts';
  const file = new URL(`${folder}/${contract}.sol/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { abi: Item[] }).abi;
}

/** One item a line, each once. */
function declaration(constant: string, items: readonly Item[]): string {
  const lines = new Set(items.map((item) => `  ${JSON.stringify(plain(item))},\n`));
  return `export const ${constant} = [\n${[...lines].join('')}] as const;\n\n`;
}

/** Without the names of Solidity's own types. */
function plain({ type, name, inputs, outputs, stateMutability }: Item): object {
  const parameters = (list: readonly (Parameter & { readonly indexed?: boolean })[]): object[] =>
    list.map(({ name, type, components, indexed }) => ({
      ...{ name, type },
      ...(components && { components: parameters(components) }),
      ...(indexed !== undefined && { indexed }),
    }));
  return {
    ...{ type, name, inputs: parameters(inputs ?? []) },
    ...(outputs && { outputs: parameters(outputs) }),
    ...(stateMutability && { stateMutability }),
  };
}

if (import.meta.main) {
  writeFileSync(ABI_FILE, abiSource());
  writeFileSync(VOTES_ABI_FILE, votesAbiSource());
}
