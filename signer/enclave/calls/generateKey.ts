/** The path of a key, inside: proven attempt -> key generation -> share sealed -> kept by the host -> confirmation. */

import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { orRefuse, Refused } from '../../formats/refusal.ts';
import { committeeOf } from '../../protocol/committee.ts';
import { keygen, keygenRounds } from '../../protocol/keygen/keygen.ts';
import type { KeyShare } from '../../protocol/keygen/keyShare.ts';
import type { Result } from '../api.ts';
import type { UnverifiedParams } from '../decode/decodeCall.ts';
import { proveState } from '../head.ts';
import { type Life, selfOf } from '../life.ts';
import { releaseConfirmation } from '../path/releaseConfirmation.ts';
import type { Session } from '../path/stages.ts';
import type { Share } from '../sealing/share.ts';
import { findShare, withoutEarlierAttempts } from '../sealing/shares.ts';
import { beginSession, giveUpSession } from '../sessions/converse.ts';
import { suiteFor } from '../sessions/suiteFor.ts';

/** So many shares of the largest committees fit into what a host hands back at boot. */
const MAX_SHARES = 256;

export async function generateKey(life: Life, params: UnverifiedParams['generateKey']): Promise<Result<'generateKey'>> {
  const state = proveState(life, params.proof);
  const { session, scheme } = orRefuse(
    life.ports.stages.verifyCeremony(state, life.configuration, selfOf(life), params.committee),
  );
  const suite = suiteFor(life.ports.suites, scheme);
  supersede(life, session);
  requireRoom(life, session);
  const { self, size, threshold, id } = session;
  const committee = committeeOf(
    self,
    Array.from({ length: size }, (_, at) => at + 1),
    threshold,
    id,
  );
  const conversation = {
    rounds: keygenRounds(committee, suite),
    protocol: keygen(committee, suite, life.ports.rng),
  };
  await beginSession(life, session, 'once per attempt', conversation, (keyShare) => keepShare(life, session, keyShare));
  return { session: toHex(id) };
}

/** A later attempt is open on chain: what earlier ones made or are still making can never be confirmed. */
function supersede(life: Life, session: Session): void {
  endRuns(life, session, session.attempt - 1);
  const { shares } = life.kept.state;
  const left = withoutEarlierAttempts(shares, session);
  if (left.length < shares.length) life.kept.change({ shares: left });
}

/** Ends what is still being made of this key, up to and with attempt `last`. */
function endRuns(life: Life, { keyId, epoch }: Session, last: number): void {
  for (const active of life.sessions.list()) {
    const { session } = active;
    if (isEqual(session.keyId, keyId) && session.epoch === epoch && session.attempt <= last)
      giveUpSession(life, active);
  }
}

/** One share per attempt, for all lives that know of it: a member confirms one key, or none. */
function requireRoom({ kept }: Life, session: Session): void {
  const { shares } = kept.state;
  if (findShare(shares, session))
    throw new Refused('SHARE_EXISTS', `epoch ${session.epoch}, attempt ${session.attempt}`);
  if (shares.length >= MAX_SHARES) throw new Refused('SHARE_LIMIT', `${shares.length} shares`);
}

/** The first run to end well is the last of its attempt: a member that boots again makes another run of it possible meanwhile. */
function keepShare(life: Life, session: Session, keyShare: KeyShare): void {
  endRuns(life, session, session.attempt);
  const { keyId, epoch, attempt, committee, id, members, self } = session;
  const member = members.find(({ party }) => party === self);
  if (member === undefined) throw new Error('a session without this enclave');
  const share: Share = {
    keyId,
    epoch,
    attempt,
    committee,
    session: id,
    member: member.id,
    standing: 'pending',
    keyShare,
  };
  life.kept.change({ shares: [...life.kept.state.shares, share] });
  life.kept.onceKept(() => confirm(life, share));
}

/** Unless a later attempt has taken the share away since. */
function confirm({ kept: { state }, configuration, emit }: Life, share: Share): void {
  if (findShare(state.shares, share)) emit(releaseConfirmation(configuration, state.identity, share));
}
