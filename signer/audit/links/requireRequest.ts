/** The request's word says FULFILLED under its id, and the id is the hash of everything that the request says. */

import type { Configuration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { intentHash, requestId } from '../../formats/intent.ts';
import { PACKED, STATUS } from '../../proof/layout.ts';
import { readRequest } from '../../proof/records.ts';
import { requestSlot } from '../../proof/slots.ts';
import type { ProvenState } from '../../proof/state.ts';
import { unpack } from '../../proof/unpack.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

export type ProvenRequest = {
  /** Its row's, when it was asked for. */
  readonly epoch: number;
  /** A vote asked in the requester's name. */
  readonly isVoted: boolean;
  /** Seconds; since when it was READY. */
  readonly readyAt: number;
};

/** @throws Broken REQUEST_ID, REQUEST_NOT_FULFILLED, Refused */
export function requireRequest(
  state: ProvenState,
  { chainId, contracts }: Configuration,
  { id, request }: Pick<Bundle, 'id' | 'request'>,
): ProvenRequest {
  const computed = requestId(chainId, contracts.signingRequests.address, request, intentHash(request));
  if (!isEqual(computed, id)) broken('REQUEST_ID', `what it says hashes to ${toHex(computed)}, not ${toHex(id)}`);
  const { state: status, epoch } = readRequest(state, id);
  if (status !== STATUS.request.fulfilled) broken('REQUEST_NOT_FULFILLED', `its state is ${nameOf(status)}`);
  const { contract, slot } = requestSlot(id);
  const { readyAt, voted } = unpack(state.word(contract, slot), PACKED.request);
  return { epoch, isVoted: voted === 1n, readyAt: Number(readyAt) };
}

function nameOf(status: number): string {
  return Object.entries(STATUS.request).find(([, number]) => number === status)?.[0] ?? `${status}`;
}
