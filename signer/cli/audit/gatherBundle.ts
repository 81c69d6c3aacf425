/** A bundle of one fulfilled request, from an RPC and a beacon node: whatever they say is judged by the very links that an auditor judges it by. */

import type { Bundle, Proposal } from '../../audit/bundle.ts';
import { encodeBundle } from '../../audit/decodeBundle.ts';
import { elementAt, GOVERNANCE_PACKED, POSITIONS, valueAt } from '../../audit/layout.ts';
import { proposalIdOf } from '../../audit/links/requireProposal.ts';
import { type Draft, type Said, slotsOfBundle } from '../../audit/slotsOfBundle.ts';
import type { Trust } from '../../audit/trust.ts';
import { verifyBundle } from '../../audit/verifyBundle.ts';
import type { Configuration } from '../../formats/configuration.ts';
import { isZero } from '../../formats/equal.ts';
import { fromHex, type Hex, toHex } from '../../formats/hex.ts';
import { Refused } from '../../formats/refusal.ts';
import { requestBytes } from '../../formats/wirePreimages.ts';
import { hash, uintWord } from '../../formats/words.ts';
import * as answers from '../../host/adapters/answers.ts';
import { quantity } from '../../host/adapters/rpc.ts';
import { Fatal } from '../../host/errors.ts';
import type { BlockRef } from '../../host/ports/chain.ts';
import { decodeHeader } from '../../proof/header.ts';
import { PACKED } from '../../proof/layout.ts';
import { requestSlot, rowSlot } from '../../proof/slots.ts';
import { addressOf as addressIn, unpack } from '../../proof/unpack.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { type History, readHistory } from '../chain/readLedger.ts';
import { signaturesOf } from '../chain/requestSignatures.ts';
import { reading, type Source } from '../chain/source.ts';
import { measurementsOf } from '../look/measurements.ts';
import { configurationIn, finalityIn } from '../operate/measuredConfiguration.ts';
import { idOf } from '../words/named.ts';
import type { BeaconRoutes } from './beaconRoutes.ts';
import { gatherFinality } from './gatherFinality.ts';
import { type Asked, gatherOperation, type UnplacedProposal } from './gatherOperation.ts';
import { recordedOf } from './recorded.ts';

type Bytes = Uint8Array;
/** A storage word at the bundle's block. */
type Read = (address: Bytes, slot: Bytes) => Promise<bigint>;

export type Wanted = {
  /** Or its first characters. */
  readonly id: string;
  /** A block root that an auditor trusts. */
  readonly checkpoint: Bytes;
};

/** @returns the file's text @throws Fatal, also where what was gathered does not hold */
export async function gatherBundle(
  source: Source,
  beacon: BeaconRoutes,
  configuration: Bytes,
  { id: text, checkpoint }: Wanted,
): Promise<{ readonly id: Hex; readonly text: string }> {
  const history = await readHistory(source.chain, source.startBlock);
  const id = idOf(
    [...history.ledger.requests.values()].map((one) => one.id),
    text,
    'request',
  );
  const bundle = await gatherUnchecked(source, history, beacon, configuration, { id, checkpoint });
  return { id, text: requireHolds(source, bundle, { checkpoint, configuration: hash(configuration) }) };
}

/** The same, whether it holds or not. @throws Fatal */
export function gatherUnchecked(
  source: Source,
  history: History,
  beacon: BeaconRoutes,
  configuration: Bytes,
  wanted: { readonly id: Hex; readonly checkpoint: Bytes },
): Promise<Bundle> {
  return reading(() => sensible(() => gathered(source, history, beacon, configuration, wanted)));
}

/** What no such contract or block can say is an RPC's nonsense. */
async function sensible<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Fatal('CONFIG_INVALID', `the RPC says nonsense: ${cause.code}: ${cause.message}`, 'Name another RPC.', {
      cause,
    });
  }
}

async function gathered(
  source: Source,
  history: History,
  beacon: BeaconRoutes,
  configuration: Bytes,
  { id, checkpoint }: { readonly id: Hex; readonly checkpoint: Bytes },
): Promise<Bundle> {
  const measured = configurationIn(configuration);
  const signatures = (await signaturesOf(source, history, id)).map(fromHex);
  if (signatures.length === 0)
    throw new Fatal('CONFIG_INVALID', `request ${id} has no signatures`, 'Only what is FULFILLED can be audited.');
  const { final, ...finality } = await gatherFinality(finalityIn(measured), beacon, checkpoint);
  const header = fromHex(await source.chain.header(toHex(final.blockHash)));
  const block = { ...decodeHeader(header), parentHash: '0x' as Hex, hash: toHex(final.blockHash) };
  const read = readerAt(source, block.number);
  const asked = await askedIn(source, history, id, read);
  const operation = await gatherOperation(source, asked);
  const { members, measurements, ...ids } = await membersOf(source, history, asked, configuration);
  const { proposal, ...lengths } = await placed(read, operation.proposal, operation.operation);
  const draft: Draft = { id: fromHex(id), request: asked.request, ...operation, proposal };
  const accounts = await accountsOf(measured, draft, read);
  const nodes = await nodesOf(source, block, measured, draft, { ...ids, ...lengths, accounts });
  return { ...draft, configuration, ...finality, header, nodes, members, measurements, signatures };
}

function readerAt({ rpc }: Source, number: number): Read {
  return async (address, slot) =>
    answers.quantity(await rpc('eth_getStorageAt', [toHex(address), toHex(slot), quantity(number)]));
}

async function askedIn(source: Source, { events }: History, id: Hex, read: Read): Promise<Asked> {
  const found = events.find(({ data }) => data.event === 'SignatureRequested' && data.id === id);
  if (found?.data.event !== 'SignatureRequested')
    throw new Fatal('CONFIG_INVALID', `nobody has asked for ${id}`, 'Name another request.');
  const word = await read(fromHex(addressOf(source.record, 'signingRequests')), requestSlot(fromHex(id)).slot);
  const isVoted = unpack(word, PACKED.request).voted === 1n;
  return { id, request: requestBytes(found.data.request), isVoted, block: found.block };
}

async function membersOf(source: Source, { ledger }: History, { request }: Asked, configuration: Bytes) {
  const key = ledger.keys.get(toHex(request.keyId));
  const enclaves = (key?.members ?? []).flatMap((id) => ledger.enclaves.get(id) ?? []);
  const needed = new Set(enclaves.map(({ measurement }) => measurement));
  const voted = (await measurementsOf(source)).filter(({ measurement }) => needed.has(measurement));
  const own = toHex(hash(configuration));
  for (const { measurement, record } of voted)
    if (!isInRegisters(record) && record.configuration !== own)
      throw new Fatal(
        'CONFIGURATION_DIFFERS',
        `measurement ${measurement} has configuration ${record.configuration}, not ${own}`,
        'Name the configuration that the members are measured with.',
      );
  return {
    members: enclaves.map(({ operator, identity }) => ({ operator: fromHex(operator), identity: fromHex(identity) })),
    enclaves: enclaves.map(({ id }) => fromHex(id)),
    measurements: voted.map(({ record }) => ({
      tee: fromHex(record.tee),
      image: fromHex(record.image),
      configuration: isInRegisters(record) ? new Uint8Array() : configuration,
    })),
    measurementIds: voted.map(({ measurement }) => fromHex(measurement)),
  };
}

function isInRegisters({ configuration }: { readonly configuration: Hex }): boolean {
  return BigInt(configuration) === 0n;
}

type Lengths = Pick<Said, 'quorumLength' | 'supplyLength' | 'isExecutedByGovernor'>;

/** Which checkpoints held at the proposal's snapshot. */
async function placed(
  read: Read,
  [unplaced]: readonly UnplacedProposal[],
  [operation]: Bundle['operation'],
): Promise<Lengths & { readonly proposal: readonly Proposal[] }> {
  if (unplaced === undefined || operation === undefined)
    return { quorumLength: 0, supplyLength: 0, isExecutedByGovernor: false, proposal: [] };
  const id = proposalIdOf(operation, unplaced);
  const word = await read(unplaced.governor, valueAt(POSITIONS.governor.proposals, id));
  const core = unpack(word, GOVERNANCE_PACKED.proposal);
  const quorum = await checkpointAt(read, unplaced.governor, POSITIONS.governor.quorumNumerators, core.voteStart);
  const supply = await checkpointAt(read, unplaced.token, POSITIONS.token.totalCheckpoints, core.voteStart);
  return {
    ...{ quorumLength: quorum.length, supplyLength: supply.length, isExecutedByGovernor: core.executed === 1n },
    proposal: [{ ...unplaced, quorumIndex: quorum.index, supplyIndex: supply.index }],
  };
}

/** The last one at or before that block, found as contracts find it. */
async function checkpointAt(read: Read, contract: Bytes, position: bigint, snapshot: bigint) {
  const length = Number(await read(contract, uintWord(position)));
  let [low, high] = [0, length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { key } = unpack(await read(contract, elementAt(position, middle)), GOVERNANCE_PACKED.checkpoint);
    if (key > snapshot) high = middle;
    else low = middle + 1;
  }
  return { length, index: Math.max(0, low - 1) };
}

/** Those of which the code alone is looked at. */
async function accountsOf({ contracts }: Configuration, draft: Draft, read: Read): Promise<readonly Bytes[]> {
  const { keyId, requester } = draft.request;
  const word = await read(contracts.keyRegistry.address, rowSlot(keyId, requester).slot);
  const guard = addressIn(unpack(word, PACKED.row).guard);
  return [...(isZero(guard) ? [] : [guard]), ...(draft.operation.length === 0 ? [requester] : [])];
}

async function nodesOf(
  { chain }: Source,
  block: Pick<BlockRef, 'number' | 'hash' | 'parentHash' | 'timestamp'>,
  configuration: Configuration,
  draft: Draft,
  { measurementIds, ...said }: Omit<Said, 'measurements'> & { readonly measurementIds: readonly Bytes[] },
): Promise<readonly Bytes[]> {
  const slots = new Map<Hex, Set<Hex>>();
  for (const one of slotsOfBundle(configuration, draft, { ...said, measurements: measurementIds })) {
    const known = slots.get(toHex(one.address)) ?? new Set();
    for (const slot of one.slots) known.add(toHex(slot));
    slots.set(toHex(one.address), known);
  }
  const nodes = await Promise.all([...slots].map(([address, of]) => chain.nodes(address, [...of], block)));
  return [...new Set(nodes.flat())].map(fromHex);
}

/** Nothing is written that an auditor would not believe. */
function requireHolds({ record }: Source, bundle: Bundle, trust: Pick<Trust, 'checkpoint' | 'configuration'>): string {
  const text = encodeBundle(bundle);
  const audit = verifyBundle(text, { ...trust, deployment: recordedOf(record) });
  const [wrong] = audit?.links.filter(({ ok }) => !ok) ?? [];
  if (audit?.ok) return text;
  const detail = wrong === undefined ? 'it is too long' : `${wrong.link}: ${wrong.detail}`;
  const advice =
    'If the request was fulfilled a moment ago, try again once that is final; else name another RPC or beacon node.';
  throw new Fatal('CONFIG_INVALID', `what was gathered does not hold: ${detail}`, advice);
}
