/** Stages 5 to 8 for requests of one key: verify, decide, run, release. */

import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import { signingSubject } from '../../formats/session.ts';
import type { ProvenState } from '../../proof/state.ts';
import { MAX_SESSION_MESSAGES, MAX_SESSION_REQUESTS, type Result } from '../api.ts';
import { decodeCommittee, decodeSet } from '../decode/committee.ts';
import { type Decoded, hexOf, listOf, object } from '../decode/decoder.ts';
import { decodeRequest } from '../decode/request.ts';
import { type Life, selfOf } from '../life.ts';
import { granted, withNewerWords } from '../path/granted.ts';
import { judgeRequest, type RequestRefusal, type Shown } from '../path/judgeRequest.ts';
import { releaseRefusal } from '../path/releaseRefusal.ts';
import type { ApprovedRequest, Session, VerifiedSigners } from '../path/stages.ts';
import { idOf, requireOpen } from '../path/verifyRequest.ts';
import { signingSession } from '../path/verifySession.ts';
import { verifySigners } from '../path/verifySigners.ts';
import { requireShare } from '../sealing/requireShare.ts';
import type { Share } from '../sealing/share.ts';
import { settle, withoutEarlierEpochs } from '../sealing/shares.ts';
import type { Judge } from '../sessions/sessions.ts';
import { type Order, signTogether } from '../sessions/signTogether.ts';

export const signParams = object({
  committee: decodeCommittee,
  set: decodeSet,
  block: hexOf(32),
  requests: listOf(decodeRequest, MAX_SESSION_REQUESTS),
});
type Params = Decoded<typeof signParams>;

export async function sign(life: Life, params: Params): Promise<Result<'sign'>> {
  const { block } = params;
  const shown = params.requests.map((request) => ({ id: idOf(request, life.configuration), request }));
  requireOneSession(shown);

  const signersAt = verifySignersOf(life, params);
  const signers = granted(life, block, signersAt);
  const share = ownShare(life, signers);
  const judged = shown.map((each) => judgeRequest(life, block, signers, each));
  const refused = judged.flatMap((each) => each.refused ?? []);
  if (refused.length > 0) return refuseAll(life, signers, refused);

  const approved = judged.flatMap((each) => each.approved ?? []);
  const session = signingSession(signers, { kind: 'signing', subject: signingSubject(shown.map(({ id }) => id)) });
  dropOthers(life, share);
  const judge = judgeOf(life.checkpoints.at(block), signersAt, shown);
  const orders = approved.map((request) => orderOf(life, session, request));
  await signTogether(life, { session, judge }, share, orders);
  return { session: toHex(session.id) };
}

function verifySignersOf(life: Life, { committee, set }: Params): (state: ProvenState) => VerifiedSigners {
  const self = selfOf(life);
  return (state) => verifySigners(state, life.configuration, self, committee, set);
}

/** It lives as long as the session: payloads are not in it. */
function judgeOf(pinned: ProvenState, verify: (state: ProvenState) => unknown, shown: readonly Shown[]): Judge {
  const open = shown.map(({ id, request: { keyId, requester, kind, deadline } }) => {
    return { id, request: { keyId, requester, kind, deadline } };
  });
  return (head) => {
    const newest = withNewerWords(pinned, head);
    verify(newest);
    for (const { id, request } of open) requireOpen(newest, id, request);
  };
}

/** One request always fits: contracts take fewer digests than a session has messages. */
function requireOneSession(shown: readonly Shown[]): void {
  const messages = shown.reduce((sum, { request }) => sum + request.digests.length, 0);
  if (shown.length === 0 || messages > MAX_SESSION_MESSAGES) {
    refuse('REQUEST_COUNT', `${shown.length} requests with ${messages} messages`);
  }
  const ids = new Set(shown.map(({ id }) => toHex(id)));
  if (ids.size < shown.length) refuse('REQUEST_REPEATED', 'a request twice in one list');
}

function refuseAll(life: Life, { committee }: VerifiedSigners, refused: readonly RequestRefusal[]): Result<'sign'> {
  for (const refusal of refused) {
    life.counters.add(refusal.code);
    releaseRefusal(life, committee.ownId, refusal);
  }
  return { refused: refused.map(({ id, ...why }) => ({ id: toHex(id), ...why })) };
}

/** Asked for first: what is said of a request below, is said of the key that this enclave has a share of. */
function ownShare(life: Life, { committee, publicKey }: VerifiedSigners): Share {
  const { keyId, epoch, attempt, hash, scheme } = committee;
  return requireShare(life, { keyId, epoch, attempt, committee: hash, scheme }, publicKey);
}

/** The chain has the key active: other attempts and earlier epochs are over. */
function dropOthers({ kept }: Life, share: Share): void {
  const { shares } = kept.state;
  const left = withoutEarlierEpochs(share.standing === 'pending' ? settle(shares, share) : shares, share);
  if (left.length < shares.length || share.standing === 'pending') kept.change({ shares: left });
}

function orderOf({ emit }: Life, session: Session, { id, tweaks, ...expected }: ApprovedRequest): Order {
  const [sessionId, requestId] = [toHex(session.id), toHex(id)];
  return {
    name: `request ${requestId}`,
    expected,
    tweaks,
    release: (signatures) =>
      emit({ event: 'signature', session: sessionId, requestId, signatures: signatures.map(toHex) }),
  };
}
