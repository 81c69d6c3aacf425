/**
 * What every command prints with `--json`, as JSON Schema and as a page: docs/cli-output.schema.json, docs/cli-output.md.
 *
 *     node scripts/bootstrap.mjs scripts/docs/outputSchemas.ts
 *
 * Objects have exactly these fields: a program may rely on them, and a test holds real output against them.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMON } from '../../signer/cli/look/falls.ts';
import { PROPOSAL_STATES } from '../../signer/cli/vote/proposals.ts';

const DOCS = join(import.meta.dirname, '../../docs');
export const OUTPUT_SCHEMA = join(DOCS, 'cli-output.schema.json');
export const OUTPUT_PAGE = join(DOCS, 'cli-output.md');

export type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly pattern?: string;
};

type Fields = Readonly<Record<string, Schema>>;

const text = (description = ''): Schema => ({ type: 'string', ...(description && { description }) });
const bool = (description = ''): Schema => ({ type: 'boolean', ...(description && { description }) });
const int = (description = ''): Schema => ({ type: 'integer', ...(description && { description }) });
const number = (description = ''): Schema => ({ type: 'number', ...(description && { description }) });
const like = (pattern: string, description = ''): Schema => ({ ...text(description), pattern });
const hex = (bytes: number, description = ''): Schema => like(`^0x[0-9a-fA-F]{${2 * bytes}}$`, description);
const bytes = (description = ''): Schema => like('^0x(?:[0-9a-f]{2})*$', description);
const digits = (description = ''): Schema => like('^\\d+$', description);
const seconds = (what = ''): Schema => int(`Unix time in seconds${what && `: ${what}`}`);
const one = (...values: readonly string[]): Schema => ({ enum: values });
const maybe = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: Schema, description = ''): Schema => ({
  type: 'array',
  items,
  ...(description && { description }),
});
const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
const object = (properties: Fields, optional: Fields = {}): Schema => ({
  ...{ type: 'object', additionalProperties: false, required: Object.keys(properties) },
  properties: { ...properties, ...optional },
});

const id = hex(32);
const address = hex(20);

const finding = object({ is: one('fine', 'warning', 'problem'), words: text() });
const told = object({ call: text('contract and function'), words: list(text()), findings: list(finding) });
const exposure = object({
  largest: int('members that share one'),
  safe: bool('no one holds t'),
  survives: bool('without any one t are left'),
});
const fall = object({
  apart: int('how many different ones'),
  sign: int('how many hold t members'),
  stop: int('how many leave fewer than t'),
});
const row = object({
  ...{ keyId: id, requester: address, epoch: int('only rises'), guard: address, module: address },
  ...{ kinds: int('bit k for payload kind k; 0: removed'), delay: int('seconds') },
});
const refusal = object({ member: id, kind: one('final', 'unsupported'), code: text('docs/refusal-codes.md') });
const fee = object({ amount: digits('satoshi'), virtualSize: int('virtual bytes'), rate: number('satoshi for each') });
const sent = object({ hash: id, block: int() });

const key = object({
  ...{ id, scheme: text(), state: one('generating', 'confirmed', 'active'), changedIn: int('block') },
  ...{ hangs: maybe(text('why, and what to do; null: nothing is in its way')), epoch: int(), attempt: int() },
  ...{ threshold: int(), members: list(id), confirmedBy: list(id), deadline: seconds('of the open attempt') },
  ...{ pausedUntil: seconds(), publicKey: maybe(object({ prefix: int(), x: id })) },
  ...{ claimed: list(text('requester and path')), rows: list(row) },
  exposures: maybe(object({ region: exposure, vendor: exposure, platform: exposure, sealing: exposure })),
  falls: maybe(object(Object.fromEntries(COMMON.map((name) => [name, fall])))),
});
const traits = object({ region: id, vendor: id, platformId: id, sealing: id, measurement: id });
const enclave = object({
  ...{ id, operator: address, identity: address, epoch: int(), tlsKey: id, endpoint: text(), region: id },
  ...{ measurement: id, validUntil: seconds('0 when retired or suspended'), isRevoked: bool() },
  boot: maybe(
    object({
      ...{ counter: digits(), nonce: bytes() },
      ...{ recordedIn: int('block of the first record of this life'), beatIn: int('block of the newest') },
    }),
  ),
  service: maybe(object({ id, attested: bool(), eligible: bool('takes a seat'), serves: bool(), traits })),
});
const measurements = object({
  measurements: list(
    object({
      ...{ measurement: id, status: one('none', 'canary', 'active', 'retiring', 'revoked', 'unknown') },
      ...{ votedAt: seconds(), activeAt: seconds('0: not yet'), operators: int('that have attested with it') },
      record: object({
        ...{ tee: id, image: id, configuration: id, sealing: id, sourceCommit: text(), buildRecipe: text() },
      }),
    }),
  ),
  operators: list(object({ operator: address, region: id, cap: int(), enclaves: int(), chosen: id })),
});
const member = object({
  account: address,
  name: maybe(text('in the record')),
  since: seconds(),
  executionDelay: int('seconds'),
});
const roles = object({
  timelock: object({ address, delay: int('seconds') }),
  guardian: maybe(address),
  roles: list(
    object({
      ...{ id: digits(), label: text(), admin: digits(), guardian: digits(), members: list(member) },
      functions: list(text('contract.function')),
    }),
  ),
  publicFunctions: list(text('contract.function')),
});
const asked = object({
  ...{
    keyId: id,
    requester: address,
    counter: digits(),
    path: id,
    kind: int(),
    payload: bytes(),
    digests: list(bytes()),
  },
  effects: list(object({ kind: int(), asset: id, recipient: bytes(), amount: digits(), detail: id })),
  ...{ deadline: seconds(), consumer: address, callbackGas: int(), replaces: id },
});
const anyState = one('queued', 'ready', 'fulfilled', 'cancelled', 'refused', 'expired');
const shared = {
  id,
  keyId: id,
  requester: address,
  askedIn: int('block'),
  state: anyState,
  overtaken: bool(),
  refusals: list(refusal),
};
const requestRow = {
  anyOf: [
    object({ ...shared, epoch: int("its row's"), readyAt: seconds(), request: asked, readyIn: maybe(int('block')) }),
    object({ ...shared, request: { type: 'null' }, isShownLate: bool('a late signature is on record') }),
  ],
};
const request = object({
  ...{ id, state: anyState, keyId: id, requester: address, overtaken: bool() },
  ...{ kind: text('of its payload'), words: list(text('what it asks for')) },
  callback: maybe(
    object({
      consumer: address,
      gas: int(),
      delivered: maybe(bool('anybody may deliver again; null: not called yet')),
    }),
  ),
  next: maybe(text('the command that makes a transaction of it')),
  waitsFor: maybe(text('null when it has ended')),
  timeline: list(object({ at: text('ISO 8601'), block: int(), what: text() }, { todo: text() })),
  signatures: list(bytes()),
});
const state = one(...PROPOSAL_STATES);
const proposal = object({
  ...{ id: digits(), proposer: address, targets: list(address), calldatas: list(bytes()), description: text() },
  ...{ voteStart: digits('block'), state },
});
const timing = object({
  ...{
    now: seconds(),
    here: seconds('by this machine'),
    block: int(),
    votingDelay: int('blocks'),
    votingPeriod: int('blocks'),
  },
  ...{
    timelockDelay: int('seconds'),
    blockTime: number('seconds'),
    earliest: seconds('of execution'),
    earliestText: text(),
  },
});
const proposed = object(
  {
    ...{ proposalId: digits(), description: text(), findings: list(finding), timing },
    actions: list(
      object({ contract: text(), target: address, data: bytes(), words: list(text()) }, { value: digits('wei') }),
    ),
    ...{ transaction: object({ to: address, data: bytes() }), sent: maybe(sent) },
  },
  {
    digests: list(bytes()),
    effects: list(text()),
    deadline: seconds(),
    keyId: id,
    path: id,
    account: maybe(text('that signs')),
  },
);
const limited = object({
  ...{ keyId: id, requester: address, version: int('how often they were set or removed'), guard: address },
  ...{ binds: bool('the row asks them'), expiresAt: seconds('0: there are none'), isOver: bool() },
  ...{ kinds: list(text('payload kind')), maxUnsettled: int('places of a path') },
  ...{ recipients: list(bytes(), 'none: anybody'), targets: list(bytes(), 'none: no calls') },
  caps: list(
    object({
      ...{ asset: id, capacity: digits(), window: int('seconds'), feeCap: digits('of one request') },
      ...{ left: digits('now'), fullIn: int('seconds until all of it is there again') },
    }),
  ),
  places: list(object({ path: id, taken: int('signed and not settled'), accounts: list(text()) })),
});
const askedFor = object(
  {
    ...{ requester: address, words: list(text('what it does')), findings: list(finding) },
    transaction: maybe(object({ to: address, data: bytes() })),
    requestId: maybe(id),
    ...{ sent: maybe(sent), next: maybe(text('the command that shows it')) },
  },
  {
    ...{ digests: list(bytes()), effects: list(text()), deadline: seconds(), keyId: id, path: id },
    account: maybe(text('that signs')),
  },
);
const acted = object({
  ...{ proposalId: digits(), title: text(), state },
  requests: list(text('id of a request that it has asked for')),
  ...{ sent, next: text() },
});
const explained = {
  anyOf: [
    object({ proposalId: digits(), state, proposer: address, description: text(), actions: list(told), next: text() }),
    told,
    object({ actions: list(told) }),
    object({
      kind: text(),
      account: maybe(text('that signs')),
      effects: list(text()),
      words: list(text()),
      findings: list(finding),
    }),
  ],
};
const devnet = object({
  ...{ rpc: text(), beacon: text(), deployment: text('file'), configuration: text('file') },
  voter: object({ address, keyFile: text() }),
  keys: list(object({ keyId: id, scheme: text(), requester: address, path: id, addresses: mapOf(text()) })),
  nodes: list(object({ name: text(), operator: address, health: text(), config: text('file'), log: text('file') })),
});
const node = object({ name: text(), operator: address, ready: bool(), reasons: list(text()) });
const output = object({ address: maybe(text()), script: bytes(), amount: digits('satoshi'), isChange: bool() });
const anything = { type: 'object', additionalProperties: true } as const;
const evidence = object(
  {
    ...{ accepted: bool(), reason: maybe(text('docs/attestation.md')), kind: maybe(text()) },
    ...{ measurement: maybe(bytes()), fields: maybe(anything), reportData: maybe(bytes()) },
    ...{ platformId: maybe(bytes()), notBefore: maybe(text('ISO 8601')), validUntil: maybe(text('ISO 8601')) },
    ...{ tcbStatus: maybe(text()), advisories: list(text()), evaluationNumber: maybe(int()) },
    gas: maybe(int('of the verification on chain, with --on-chain')),
    onChain: maybe(
      object({
        ...{ accepted: bool(), reason: maybe(text()), gas: maybe(int()) },
        ...{ measurement: maybe(bytes()), reportData: maybe(bytes()), platformId: maybe(bytes()) },
      }),
    ),
  },
  { detail: text(), values: maybe(anything) },
);

const recomputed = object({
  ...{ requestId: id, ok: bool(), isSigned: bool(), problems: list(text()) },
  unproven: list(text('what the report does not say enough about')),
});
const deploymentRecord = object(
  { chainId: digits(), block: int(), contracts: mapOf(object({ address, codeHash: id })) },
  {
    firstBlock: int('before the first transaction'),
    origin: object({ chainId: digits(), deployer: address, options: id, code: id }),
    made: object({
      transactions: mapOf(object({ hash: id, block: int(), gasUsed: digits() })),
      roles: list(object({ id: digits(), label: text(), members: list(address), functions: list(text()) })),
      ...{ commit: maybe(text()), compiler: object({ version: text(), settings: anything }), options: anything },
    }),
  },
);
const plan = object({
  ...{ chainId: int(), deployer: address, record: maybe(text('file')), transactions: int('left') },
  ...{ gas: digits(), perGas: digits('wei'), total: digits('wei'), balance: digits('wei') },
  steps: list(object({ step: text(), gas: digits(), created: maybe(text()) })),
});

/** By command; null: it prints no JSON of its own. */
export const OUTPUTS: Readonly<Record<string, Schema | null>> = {
  init: object({
    ...{ directory: text(), operator: address, tlsKey: id, region: text(), regionHash: id, startBlock: int() },
    config: text('file'),
    warnings: list(text('what is odd')),
  }),
  doctor: list(object({ check: text(), ok: bool(), detail: text(), advice: maybe(text()) })),
  run: null,
  status: object({ ready: bool(), enclave: maybe(id), reasons: list(text()) }),
  keys: list(key),
  requests: list(requestRow),
  enclaves: list(enclave),
  outlook: list(
    object({
      ...{ id, operator: address, tee: one('tdx', 'sgx'), validUntil: seconds() },
      ...{
        tcbStatus: maybe(text('null: the verifier refuses the evidence')),
        isAllowed: bool('by the newest collateral'),
      },
      ...{ acceptedUntil: seconds('0: not at all'), refusal: maybe(text()) },
    }),
  ),
  verify: { anyOf: [list(recomputed), object({ general: list(text('of the whole')), findings: list(recomputed) })] },
  'verify deployment': object({
    ...{ chainId: int(), ok: bool() },
    checks: list(object({ what: text(), is: one('ok', 'wrong', 'unproven'), detail: text() })),
  }),
  deploy: { anyOf: [deploymentRecord, plan] },
  configuration: object({ file: text(), chainId: int(), hash: id, bytes: bytes() }),
  bundle: object({
    directory: text(),
    programs: list(object({ name: text(), sha256: id, bytes: int() })),
    measurement: maybe(object({ measurement: id, tee: id, image: id, configuration: id })),
  }),
  'root-key': object({ file: text(), intel: bytes('root certificate, DER'), nitro: bytes('root certificate, DER') }),
  retire: object({ enclave: id, operator: address, hash: maybe(id), block: maybe(int()) }),
  'support-bundle': object({ file: text(), parts: list(text()) }),
  'verify evidence': evidence,
  'verify measurement': object({ measurement: id, tee: id, image: id, configuration: id, ok: bool() }),
  'verify request': object({
    ...{ ok: bool(), id: maybe(id), effects: list(text()), notProven: list(text()) },
    links: list(object({ link: text(), ok: bool(), detail: text() })),
  }),
  'requests export': object({ id, file: text(), checkpoint: id, bytes: int('length of the file') }),
  'payload bitcoin': object({
    ...{
      kind: int(),
      payload: bytes(),
      digests: list(bytes()),
      words: list(text()),
      warnings: list(text()),
      txid: text(),
    },
    effects: list(object({ kind: int(), asset: id, recipient: bytes(), amount: digits(), detail: id })),
    ...{ own: object({ address: maybe(text()), script: bytes() }), outputs: list(output), fee },
  }),
  'payload solana': object({
    ...{ kind: int(), payload: bytes(), digests: list(bytes()), words: list(text()), warnings: list(text()) },
    effects: list(object({ kind: int(), asset: id, recipient: bytes(), amount: digits(), detail: id })),
    signers: list(text('base58')),
  }),
  finalise: object(
    {
      transaction: text('hex; base64 for Solana'),
      txid: maybe(text('null: a signature that it depends on is missing')),
    },
    { fee, missing: list(text('Solana: who has to sign too')) },
  ),
  request,
  measurements,
  roles,
  proposals: list(proposal),
  limits: list(limited),
  vote: acted,
  queue: acted,
  execute: acted,
  ...Object.fromEntries(
    [
      'payload',
      'bitcoin',
      'key',
      'row',
      'admit',
      'measurement',
      'guard',
      'fork',
      'pause',
      'revoke',
      'platforms',
      'committee',
      'call',
    ].map((name) => [`propose ${name}`, proposed]),
  ),
  'ask payload': askedFor,
  'ask bitcoin': askedFor,
  explain: explained,
  completion: object({ shell: one('bash', 'zsh', 'fish'), script: text() }),
  devnet,
  'devnet up': devnet,
  'devnet mine': object({ blocks: int('made'), block: int('the newest') }),
  'devnet fund': object({ account: address, hash: id }),
  'devnet down': object({ ended: int(), left: int() }),
  'devnet status': {
    anyOf: [
      object({ running: { enum: [false] } }),
      object({ running: { enum: [true] }, rpc: text(), block: maybe(int()), nodes: list(node) }),
    ],
  },
};

/** On the error stream, with exit code 64. */
export const ERROR: Schema = object({ error: text(), advice: text('what to do') });

export function outputSchema(): object {
  const printed = Object.entries(OUTPUTS).flatMap(([name, schema]) => {
    if (schema === null) return [];
    const first = firstOf(schema);
    return [[name, first === name ? schema : { $ref: `#/$defs/${first.replaceAll(' ', '%20')}` }] as const];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'what commands of quorate print with --json',
    $defs: { ...Object.fromEntries(printed), error: ERROR },
  };
}

/** The command that a schema stands under. */
function firstOf(schema: Schema): string {
  return Object.keys(OUTPUTS).find((name) => OUTPUTS[name] === schema) ?? '';
}

export function outputPage(): string {
  const parts = Object.entries(OUTPUTS).map(([name, schema]) => `## ${name}\n\n${wordsOf(name, schema)}`);
  return `# What commands print with \`--json\`

Generated by \`scripts/docs/outputSchemas.ts\`: change it there. [cli-output.schema.json](cli-output.schema.json) has the same as JSON Schema, under \`$defs\` by command. Objects have exactly the fields that are named; \`?\` marks those that may be missing. Integers beyond
2^53 are decimal strings. An error is \`{ "error", "advice" }\` on the error stream, with exit code 64.

${parts.join('\n\n')}
`;
}

function wordsOf(name: string, schema: Schema | null): string {
  if (schema === null) return 'Nothing: it logs, one line of JSON each.';
  const first = firstOf(schema);
  return first === name ? `\`\`\`\n${shape(schema, '')}\n\`\`\`` : `As \`${first}\`.`;
}

/** As people read it: fields one to a line, with what they mean behind them. */
function shape(schema: Schema, indent: string): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map((choice) => shape(choice, indent)).join(' | ');
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  switch (schema.type) {
    case 'array':
      return `[ ${schema.items === undefined ? '' : shape(schema.items, indent)} ]`;
    case 'object':
      return fieldsOf(schema, indent);
    default:
      return `${nameOf(schema)}${schema.description === undefined ? '' : ` (${schema.description})`}`;
  }
}

function fieldsOf({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (properties === undefined)
    return typeof additionalProperties === 'object' ? `{ name: ${shape(additionalProperties, indent)} }` : '{ … }';
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([name, field]) => `${inner}${name}${required.includes(name) ? '' : '?'}: ${shape(field, inner)}`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function nameOf({ type = 'anything', pattern }: Schema): string {
  const [, digitsOfHex] = /\{(\d+)\}\$$/.exec(pattern ?? '') ?? [];
  if (digitsOfHex !== undefined) return `0x with ${Number(digitsOfHex) / 2} bytes`;
  if (pattern?.startsWith('^0x')) return '0x with bytes';
  return pattern === undefined ? type : 'decimal text';
}

if (import.meta.main) {
  writeFileSync(OUTPUT_SCHEMA, `${JSON.stringify(outputSchema(), null, 2)}\n`);
  writeFileSync(OUTPUT_PAGE, outputPage());
}
