/** The operation of the timelock that made a request, and its proposal: by their events, from the call that they have to hold. */

import { decodeEventLog, encodeEventTopics, keccak256 } from 'viem';
import type { Bundle, Mandate, Operation, Proposal } from '../../audit/bundle.ts';
import { requestCall, requestForCall } from '../../audit/calls.ts';
import { mandateCall } from '../../audit/links/requireMandate.ts';
import { operationId } from '../../audit/links/requireOperation.ts';
import { isEqual } from '../../formats/equal.ts';
import { fromHex, type Hex, toHex } from '../../formats/hex.ts';
import type { Request } from '../../formats/request.ts';
import { ZERO_WORD } from '../../formats/words.ts';
import { Fatal } from '../../host/errors.ts';
import { MANDATES_ABI, TIMELOCK_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import type { Source } from '../chain/source.ts';
import { proposalsOf } from '../vote/proposals.ts';

/** A request as its event has it. */
export type Asked = { readonly id: Hex; readonly request: Request; readonly isVoted: boolean; readonly block: number };
/** `indices` of checkpoints come later, with the block. */
export type UnplacedProposal = Omit<Proposal, 'quorumIndex' | 'supplyIndex'>;
export type GatheredOperation = Pick<Bundle, 'operation' | 'mandate'> & {
  readonly proposal: readonly UnplacedProposal[];
};

type Wanted = {
  readonly target: Hex;
  readonly data: Hex;
  /** where it was executed */
  readonly block: number;
  readonly mandate: readonly Mandate[];
};

const NONE: GatheredOperation = { operation: [], mandate: [], proposal: [] };

/** None of what no vote has asked for. @throws Fatal, Retryable */
export async function gatherOperation(source: Source, asked: Asked): Promise<GatheredOperation> {
  const { timelock } = source.record.contracts;
  if (timelock === undefined || (!asked.isVoted && toHex(asked.request.requester) !== timelock.address)) return NONE;
  const wanted = await wantedCall(source, asked);
  const id = await executed(source, timelock.address, wanted);
  const operation = await scheduled(source, timelock.address, id, wanted.block);
  return { operation: [operation], mandate: wanted.mandate, proposal: await proposalFor(source, operation) };
}

async function wantedCall(source: Source, { id, request, isVoted, block }: Asked): Promise<Wanted> {
  const target = addressOf(source.record, 'signingRequests');
  if (isVoted) return { target, data: toHex(requestForCall(request, request.requester)), block, mandate: [] };
  const placed = await mandateOf(source, id, block);
  if (placed === null) return { target, data: toHex(requestCall(request)), block, mandate: [] };
  const data = toHex(mandateCall(request, placed.mandate));
  return { target: toHex(placed.mandate.module), data, block: placed.block, mandate: [placed.mandate] };
}

/** The mandate that this request has filled, and the block in which it was placed. */
async function mandateOf(source: Source, request: Hex, block: number) {
  const module = source.record.contracts.mandates?.address;
  if (module === undefined) return null;
  const filled = topicsOf(MANDATES_ABI, 'MandateFilled', { requestId: request });
  const [fill] = await logsOf(source, module, filled, { from: block, to: block });
  if (fill === undefined) return null;
  const placed = topicsOf(MANDATES_ABI, 'MandatePlaced', { id: fill.topics[1] as Hex });
  const [log] = await logsOf(source, module, placed, { from: source.startBlock, to: block });
  if (log === undefined) throw missing('the event that placed its mandate');
  const { args } = decodeEventLog({ abi: MANDATES_ABI, eventName: 'MandatePlaced', ...raw(log) });
  const feeCaps = args.mandate.feeCaps.map(({ asset, amount }) => ({ asset: fromHex(asset), amount }));
  return {
    block: log.block,
    mandate: { module: fromHex(module), executor: fromHex(lower(args.mandate.executor)), feeCaps },
  };
}

/** The operation that made this call in this block. */
async function executed(source: Source, timelock: Hex, { target, data, block }: Wanted): Promise<Hex> {
  const logs = await logsOf(source, timelock, topicsOf(TIMELOCK_ABI, 'CallExecuted', {}), { from: block, to: block });
  for (const log of logs) {
    const { args } = decodeEventLog({ abi: TIMELOCK_ABI, eventName: 'CallExecuted', ...raw(log) });
    if (lower(args.target) === target && args.data === data) return args.id;
  }
  throw missing(`an operation of the timelock that asked for it in block ${block}`);
}

/** An operation that was cancelled and scheduled anew says the same again. */
async function scheduled(source: Source, timelock: Hex, id: Hex, to: number): Promise<Operation> {
  const range = { from: source.startBlock, to };
  const logs = await logsOf(source, timelock, topicsOf(TIMELOCK_ABI, 'CallScheduled', { id }), range);
  const said = logs.map((log) => decodeEventLog({ abi: TIMELOCK_ABI, eventName: 'CallScheduled', ...raw(log) }).args);
  const byIndex = new Map(said.map((one) => [Number(one.index), one]));
  const ordered = [...byIndex.keys()].sort((a, b) => a - b).flatMap((index) => byIndex.get(index) ?? []);
  const calls = ordered.map(({ target, value, data }) => ({
    ...{ target: fromHex(lower(target)), value, data: fromHex(data) },
  }));
  const [salt] = await logsOf(source, timelock, topicsOf(TIMELOCK_ABI, 'CallSalt', { id }), range);
  const fields = {
    ...{ timelock: fromHex(timelock), calls, predecessor: fromHex(ordered[0]?.predecessor ?? toHex(ZERO_WORD)) },
    salt: salt === undefined ? ZERO_WORD : fromHex(salt.data),
  };
  const forms = [1, ...(calls.length === 1 ? [0] : [])].map((isBatch) => ({ ...fields, isBatch }));
  const found = forms.find((one) => toHex(operationId(one)) === id);
  if (found === undefined) throw missing(`all calls of operation ${id}`);
  return found;
}

/** The one whose governor would have used this salt for these calls. */
async function proposalFor(source: Source, operation: Operation): Promise<readonly UnplacedProposal[]> {
  const { governor, token } = source.record.contracts;
  if (governor === undefined || token === undefined) return [];
  const address = fromHex(governor.address);
  const salted = (description: string) =>
    fromHex(keccak256(Buffer.from(description))).map((byte, at) => byte ^ (address[at] ?? 0));
  const found = (await proposalsOf(source)).find(
    ({ description, targets, calldatas }) =>
      isEqual(salted(description), operation.salt) &&
      targets.map(lower).join() === operation.calls.map(({ target }) => toHex(target)).join() &&
      calldatas.join() === operation.calls.map(({ data }) => toHex(data)).join(),
  );
  if (found === undefined) return [];
  const description = Uint8Array.from(Buffer.from(found.description));
  return [{ governor: address, token: fromHex(token.address), description }];
}

function topicsOf(abi: typeof TIMELOCK_ABI | typeof MANDATES_ABI, eventName: string, args: object) {
  const topics = encodeEventTopics({ abi, eventName, args } as never) as readonly (Hex | null)[];
  return topics.map((topic) => topic ?? null);
}

/** As viem decodes a log. */
function raw({ topics, data }: { readonly topics: readonly Hex[]; readonly data: Hex }) {
  return { topics: topics as [Hex, ...Hex[]], data };
}

function lower(address: Hex): Hex {
  return address.toLowerCase() as Hex;
}

function missing(what: string): Fatal {
  const advice = 'Reading old events needs a node that keeps them; name another one with --rpc.';
  return new Fatal('CONFIG_INVALID', `the RPC does not show ${what}`, advice);
}
