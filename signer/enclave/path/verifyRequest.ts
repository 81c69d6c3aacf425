/** Stage 5: a request that the chain really made, READY, in time, under the row of now, of the key that the signers have (I1, I7). */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Configuration } from '../../formats/configuration.ts';
import { isEqual, isZero } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { intentHash, requestId } from '../../formats/intent.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import { STATUS } from '../../proof/layout.ts';
import type { RequestRecord } from '../../proof/records.ts';
import { readNetwork, readRequest, readRow } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { VerifiedRequest, VerifiedSigners } from './stages.ts';

/**
 * Seconds that must remain between the proven block's time and the deadline (I7). The block is final, so it is already about a
 * quarter of an hour old on Ethereum when it can be proven: the margin is that lag, so nothing is signed after its deadline.
 * A vote may ask for more, never for less.
 */
export const DEADLINE_MARGIN = 900;

/** A request as a host shows it, with the id that its bytes have; and the one whose id it names as replaced, if that is shown. */
export type Shown = { readonly id: Uint8Array; readonly request: Request; readonly first: Request | null };

/** Ids are those of the bytes, so what a host shows as replaced is what the request names, or nothing. */
export function shownOf(
  { requests, firsts }: { readonly requests: readonly Request[]; readonly firsts: readonly Request[] },
  configuration: Configuration,
): readonly Shown[] {
  const byId = new Map(firsts.map((first) => [toHex(idOf(first, configuration)), first]));
  return requests.map((request) => ({
    id: idOf(request, configuration),
    request,
    first: byId.get(toHex(request.replaces)) ?? null,
  }));
}

export function verifyRequest(
  state: ProvenState,
  { committee, scheme, publicKey, birth }: VerifiedSigners,
  { id, request, first }: Shown,
): VerifiedRequest {
  if (!isEqual(committee.keyId, request.keyId)) refuse('REQUEST_KEY', 'the committee shown is that of another key');
  requireOpen(state, id, request);
  requireWasReady(state, request.replaces);
  return { scheme, publicKey, birth, id, request, first } as VerifiedRequest;
}

/** What was never READY was never signed, and has no place that a replacement could share. */
function requireWasReady(state: ProvenState, replaces: Uint8Array): void {
  if (isZero(replaces)) return;
  const { ready, fulfilled, refused, expired } = STATUS.request;
  const { state: found, readyAt } = readRequest(state, replaces);
  const isOne = [ready, fulfilled, refused, expired].some((each) => each === found);
  if (!isOne || readyAt === 0) refuse('REPLACES_STATE', `${toHex(replaces)} has state ${found}, and was never ready`);
}

/** The id commits to every field, so the chain's word for the id is its word for the whole content. */
export function idOf(request: Request, { chainId, contracts }: Configuration): Uint8Array {
  return requestId(chainId, contracts.signingRequests.address, request, intentHash(request));
}

/** So much of a request as the chain's words are compared with. */
export type OpenRequest = Pick<Request, 'keyId' | 'requester' | 'kind' | 'deadline'>;

/** What the chain can take back while a session runs. */
export function requireOpen(state: ProvenState, id: Uint8Array, request: OpenRequest): void {
  const proven = requireReady(state, id, request, Math.max(DEADLINE_MARGIN, readNetwork(state).margin));
  requireRow(state, proven, request);
}

function requireReady(state: ProvenState, id: Uint8Array, request: OpenRequest, margin: number): RequestRecord {
  const proven = readRequest(state, id);
  if (proven.state !== STATUS.request.ready) {
    refuse('REQUEST_STATE', `0x${bytesToHex(id)} has state ${proven.state}, expected ready`);
  }
  if (proven.deadline !== request.deadline) {
    refuse('REQUEST_DEADLINE', `the chain has ${proven.deadline}, the request ${request.deadline}`);
  }
  const remaining = proven.deadline - state.block.timestamp;
  if (remaining < margin) {
    refuse('REQUEST_TOO_LATE', `${remaining} seconds remain, at least ${margin} are needed`);
  }
  return proven;
}

/** A row of now that is not the row under which this was asked overtakes it: by a vote, its guard, or the requester itself. */
function requireRow(state: ProvenState, { epoch }: RequestRecord, { keyId, requester, kind }: OpenRequest): void {
  const row = readRow(state, keyId, requester);
  if (row.epoch !== epoch) refuse('REQUEST_OVERTAKEN', `asked at epoch ${epoch} of its row, which is at ${row.epoch}`);
  if (Math.floor(row.kinds / 2 ** kind) % 2 === 0) {
    refuse('KIND_NOT_ALLOWED', `payload kind ${kind}, the row has 0x${row.kinds.toString(16)}`);
  }
}
