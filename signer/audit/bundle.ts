/**
 * Everything about one fulfilled request that an auditor checks offline: bytes and nothing else, each of which some link needs.
 * The one declaration of its fields; as a file it is the JSON of `Wire<Bundle>` with a name in front (`decodeBundle`).
 */

import type { Fields, RecordOf } from '../formats/fields.ts';
import { MAX_EFFECTS } from '../formats/limits.ts';
import { REQUEST_FIELDS } from '../formats/request.ts';
import { MAX_HEADER_BYTES } from '../proof/header.ts';
import { MAX_NODE_BYTES } from '../proof/node.ts';

/** Names the format; another one is none that this code reads. */
export const BUNDLE_FORMAT = 'quorate/request-bundle/1';

/** Characters. A period's update is 54 kB of hex, all else together under 2 MB. */
export const MAX_BUNDLE_LENGTH = 12_000_000;
/** Of 27 hours each: beacon nodes keep light-client data for about as long. */
const MAX_PERIODS = 160;
/** A bootstrap or update of 512 keys, with room. */
const MAX_LIGHT_CLIENT_BYTES = 64 * 1024;
const MAX_CONFIGURATION_BYTES = 4096;
const MAX_MEMBERS = 64;
const MAX_NODES = 4096;
/** Of an operation: what one transaction can carry. */
const MAX_CALLS = 64;
const MAX_CALL_BYTES = 256 * 1024;
const MAX_DESCRIPTION_BYTES = 64 * 1024;
const MAX_SIGNATURE_BYTES = 65;

/** What makes a measurement, with the configuration itself where the measurement has its hash; none where registers hold it with the image. */
const MEASURED_FIELDS = {
  tee: { bytes: 32 },
  image: { bytes: 32 },
  configuration: { bytesUpTo: MAX_CONFIGURATION_BYTES },
} as const satisfies Fields;

const CALL_FIELDS = {
  target: { bytes: 20 },
  value: { bigint: 256 },
  data: { bytesUpTo: MAX_CALL_BYTES },
} as const satisfies Fields;

/** Of OpenZeppelin's TimelockController; `isBatch` 1: scheduleBatch and executeBatch, 0: schedule and execute of one call. */
const OPERATION_FIELDS = {
  timelock: { bytes: 20 },
  isBatch: { number: 1 },
  calls: { listOf: { fields: CALL_FIELDS }, upTo: MAX_CALLS },
  predecessor: { bytes: 32 },
  salt: { bytes: 32 },
} as const satisfies Fields;

/** Of QuorateGovernor. The indices say which checkpoint held at the proposal's snapshot: of the quorum's share, of the supply. */
const PROPOSAL_FIELDS = {
  governor: { bytes: 20 },
  token: { bytes: 20 },
  description: { bytesUpTo: MAX_DESCRIPTION_BYTES },
  quorumIndex: { number: 32 },
  supplyIndex: { number: 32 },
} as const satisfies Fields;

const FEE_CAP_FIELDS = { asset: { bytes: 32 }, amount: { bigint: 256 } } as const satisfies Fields;

/** Of the module Mandates: what a mandate says beside what its request says too. */
const MANDATE_FIELDS = {
  module: { bytes: 20 },
  executor: { bytes: 20 },
  feeCaps: { listOf: { fields: FEE_CAP_FIELDS }, upTo: MAX_EFFECTS },
} as const satisfies Fields;

export const BUNDLE_FIELDS = {
  /** Of the request, which hashes to it. */
  id: { bytes: 32 },
  /** docs/formats.md, "Configuration": chain, measured contracts, whose signatures make a block final. */
  configuration: { bytesUpTo: MAX_CONFIGURATION_BYTES },
  /** `signer/finality/wire.ts`: a bootstrap of the trusted block. */
  bootstrap: { bytesUpTo: MAX_LIGHT_CLIENT_BYTES },
  /** The same: full updates, one for each period to cross. */
  periods: { listOf: { bytesUpTo: MAX_LIGHT_CLIENT_BYTES }, upTo: MAX_PERIODS },
  /** The same: a finality update; none where the block is the trusted one, or what the last of `periods` finalises. */
  finality: { listOf: { bytesUpTo: MAX_LIGHT_CLIENT_BYTES }, upTo: 1 },
  /** RLP of the execution header. */
  header: { bytesUpTo: MAX_HEADER_BYTES },
  /** Of the state trie and of storage tries, each once. */
  nodes: { listOf: { bytesUpTo: MAX_NODE_BYTES }, upTo: MAX_NODES },
  request: { fields: REQUEST_FIELDS },
  /** The key's committee, in party order. */
  members: { listOf: { fields: { operator: { bytes: 20 }, identity: { bytes: 20 } } }, upTo: MAX_MEMBERS },
  /** Of the members, each once. */
  measurements: { listOf: { fields: MEASURED_FIELDS }, upTo: MAX_MEMBERS },
  /** None where a delegate asked. */
  operation: { listOf: { fields: OPERATION_FIELDS }, upTo: 1 },
  /** None where the operation is no proposal's. */
  proposal: { listOf: { fields: PROPOSAL_FIELDS }, upTo: 1 },
  /** None where the operation holds the request itself. */
  mandate: { listOf: { fields: MANDATE_FIELDS }, upTo: 1 },
  /** One for each digest, in that order. */
  signatures: { listOf: { bytesUpTo: MAX_SIGNATURE_BYTES }, upTo: 64 },
} as const satisfies Fields;

export type Bundle = RecordOf<typeof BUNDLE_FIELDS>;
export type Operation = Bundle['operation'][number];
export type Proposal = Bundle['proposal'][number];
export type Mandate = Bundle['mandate'][number];
export type Call = Operation['calls'][number];
