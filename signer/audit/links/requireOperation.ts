/** The timelock's operation is done, and its calls ask for this very request. */

import type { Configuration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { addressWord, hash } from '../../formats/words.ts';
import { abiArray, abiBytes, abiEncode, abiUint, abiWord } from '../abi.ts';
import { broken } from '../broken.ts';
import type { Bundle, Operation } from '../bundle.ts';
import { requestCall, requestForCall } from '../calls.ts';
import { DONE_TIMESTAMP, POSITIONS, valueAt } from '../layout.ts';
import type { AuditedState } from '../state.ts';
import { type Shown, shownContract, type Trust } from '../trust.ts';
import { mandateCall } from './requireMandate.ts';
import type { ProvenRequest } from './requireRequest.ts';

type Bytes = Uint8Array;
export type ProvenOperation = {
  readonly id: Bytes;
  readonly timelock: Shown;
  readonly call: 'request' | 'requestFor' | 'place';
};

/** @throws Broken OPERATION_…, MANDATE_…, Refused */
export function requireOperation(
  state: AuditedState,
  configuration: Configuration,
  trust: Trust,
  asked: ProvenRequest,
  bundle: Bundle,
  operation: Operation,
): ProvenOperation {
  const timelock = shownContract(state, trust, 'timelock', operation.timelock);
  const { target, data, call } = expectedCall(configuration, asked, bundle, operation);
  if (!operation.calls.some((one) => isEqual(one.target, target) && isEqual(one.data, data)))
    broken('OPERATION_OTHER', `none of ${operation.calls.length} calls is ${call} of this very request`);
  const id = operationId(operation);
  const timestamp = state.word(operation.timelock, valueAt(POSITIONS.timelock.timestamps, id));
  if (timestamp !== DONE_TIMESTAMP) broken('OPERATION_NOT_DONE', `operation ${toHex(id)} has timestamp ${timestamp}`);
  return { id, timelock, call };
}

/** > hashOperation, hashOperationBatch */
export function operationId({ isBatch, calls, predecessor, salt }: Operation): Bytes {
  const [first] = calls;
  const rest = [abiWord(predecessor), abiWord(salt)];
  if (isBatch === 1) return hash(abiEncode(...batched(calls), ...rest));
  if (first === undefined || calls.length > 1) return broken('OPERATION_FORM', `${calls.length} calls in one`);
  const { target, value, data } = first;
  return hash(abiEncode(abiWord(addressWord(target)), abiUint(value), abiBytes(data), ...rest));
}

/** Targets, values and payloads, as timelock and governor hash them. */
export function batched(calls: Operation['calls']) {
  return [
    abiArray(calls.map(({ target }) => abiWord(addressWord(target)))),
    abiArray(calls.map(({ value }) => abiUint(value))),
    abiArray(calls.map(({ data }) => abiBytes(data))),
  ];
}

function expectedCall(
  { contracts }: Configuration,
  { isVoted }: ProvenRequest,
  { request, mandate: [mandate] }: Bundle,
  { timelock }: Operation,
) {
  const target = contracts.signingRequests.address;
  if (isVoted) {
    if (mandate !== undefined) broken('MANDATE_VOTED', 'the vote asked by itself, and not by a mandate');
    return { target, data: requestForCall(request, request.requester), call: 'requestFor' as const };
  }
  if (!isEqual(request.requester, timelock))
    broken('OPERATION_REQUESTER', `${toHex(timelock)} is not the requester ${toHex(request.requester)}`);
  if (mandate === undefined) return { target, data: requestCall(request), call: 'request' as const };
  return { target: mandate.module, data: mandateCall(request, mandate), call: 'place' as const };
}
