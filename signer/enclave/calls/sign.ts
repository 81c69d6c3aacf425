/** Stages 5 to 8 for requests of one key: verify, decide, run, release. */

import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import { signingSubject } from '../../formats/session.ts';
import type { ProvenState } from '../../proof/state.ts';
import { MAX_SESSION_REQUESTS, mostMessages, type Result } from '../api.ts';
import { decodeCommittee, decodeSet } from '../decode/committee.ts';
import { type Decoded, hexOf, listOf, object } from '../decode/decoder.ts';
import { decodeRequest } from '../decode/request.ts';
import { withNewerWords } from '../path/granted.ts';
import { judgeRequests, verifySignersOf } from '../path/judgeRequests.ts';
import { type RequireFresh, requireBeat } from '../path/requireBeat.ts';
import type { ApprovedRequest, Session, VerifiedSigners } from '../path/stages.ts';
import { requireOpen, type Shown, shownOf } from '../path/verifyRequest.ts';
import { signingSession } from '../path/verifySession.ts';
import type { Rooted } from '../process.ts';
import { dropShares } from '../sealing/dropShares.ts';
import type { Share } from '../sealing/share.ts';
import { choose, withoutEarlierEpochs } from '../sealing/shares.ts';
import type { Judge } from '../sessions/sessions.ts';
import { type Order, signTogether } from '../sessions/signTogether.ts';

export const signParams = object({
  committee: decodeCommittee,
  set: decodeSet,
  block: hexOf(32),
  requests: listOf(decodeRequest, MAX_SESSION_REQUESTS),
  firsts: listOf(decodeRequest, MAX_SESSION_REQUESTS),
});
type Params = Decoded<typeof signParams>;

export async function sign(life: Rooted, params: Params): Promise<Result<'sign'>> {
  const shown = shownOf(params, life.configuration);
  requireDistinct(shown);

  const { signers, share, approved, refused } = judgeRequests(life, params, shown);
  if (refused.length > 0) return { refused };
  requireOneSession(shown, signers);
  const requireFresh = requireBeat(life, params.block, signers, approved.length);
  const session = signingSession(signers, { kind: 'signing', subject: signingSubject(shown.map(({ id }) => id)) });
  dropOthers(life, share);
  const judge = judgeOf(life.checkpoints.at(params.block), verifySignersOf(life, params), shown, requireFresh);
  const orders = approved.map((request) => orderOf(life, session, request));
  await signTogether(life, { session, judge, requireFresh }, share, orders);
  life.beats.spend(approved.length);
  return { session: toHex(session.id) };
}

/** It lives as long as the session: payloads are not in it. */
function judgeOf(
  pinned: ProvenState,
  verify: (state: ProvenState) => unknown,
  shown: readonly Shown[],
  requireFresh: RequireFresh,
): Judge {
  const open = shown.map(({ id, request: { keyId, requester, kind, deadline } }) => {
    return { id, request: { keyId, requester, kind, deadline } };
  });
  return (head) => {
    const newest = withNewerWords(pinned, head);
    verify(newest);
    for (const { id, request } of open) requireOpen(newest, id, request);
    requireFresh(newest);
  };
}

function requireDistinct(shown: readonly Shown[]): void {
  if (shown.length === 0) refuse('REQUEST_COUNT', 'no request');
  const ids = new Set(shown.map(({ id }) => toHex(id)));
  if (ids.size < shown.length) refuse('REQUEST_REPEATED', 'a request twice in one list');
}

function requireOneSession(shown: readonly Shown[], { scheme, members }: VerifiedSigners): void {
  const messages = shown.reduce((sum, { request }) => sum + request.digests.length, 0);
  if (shown.length > 1 && messages > mostMessages(scheme, members.length)) {
    refuse('REQUEST_COUNT', `${shown.length} requests with ${messages} messages for ${members.length} signers`);
  }
}

/** The chain has the key active: other attempts and earlier epochs are over. */
function dropOthers(life: Rooted, share: Share): void {
  const { shares } = life.kept.state;
  const left = withoutEarlierEpochs(share.status === 'pending' ? choose(shares, share) : shares, share);
  if (left.length < shares.length || share.status === 'pending') dropShares(life, left);
}

function orderOf({ emit }: Rooted, session: Session, { id, tweaks, ...expected }: ApprovedRequest): Order {
  const [sessionId, requestId] = [toHex(session.id), toHex(id)];
  return {
    name: `request ${requestId}`,
    expected,
    tweaks,
    release: (signatures) =>
      emit({ event: 'signature', session: sessionId, requestId, signatures: signatures.map(toHex) }),
  };
}
