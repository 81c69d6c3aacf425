/**
 * A share that was made is sealed, kept by the host, and only then confirmed: a confirmation whose share is lost would be a seat that
 * nobody has.
 */

import { isEqual } from '../../formats/equal.ts';
import type { KeyShare } from '../../protocol/keygen/keyShare.ts';
import type { Rooted } from '../process.ts';
import { dropShares } from '../sealing/dropShares.ts';
import type { Share } from '../sealing/share.ts';
import { findShare, withoutEarlierAttempts } from '../sealing/shares.ts';
import { giveUpSession } from '../sessions/converse.ts';
import { releaseConfirmation } from './releaseConfirmation.ts';
import type { Session } from './stages.ts';

/** The first run to end well is the last of its attempt: a member that boots again makes another run of it possible meanwhile. */
export function keepShare(life: Rooted, session: Session, keyShare: KeyShare): void {
  endRuns(life, session, session.attempt);
  const share = shareOf(session, keyShare);
  life.kept.change({ shares: [...life.kept.state.shares, share] });
  life.kept.onceKept(() => confirm(life, share));
}

/** A later attempt is open on chain: what earlier ones made or are still making can never be confirmed. */
export function supersede(life: Rooted, session: Session): void {
  endRuns(life, session, session.attempt - 1);
  const { shares } = life.kept.state;
  const left = withoutEarlierAttempts(shares, session);
  if (left.length < shares.length) dropShares(life, left);
}

function shareOf(session: Session, keyShare: KeyShare): Share {
  const { keyId, epoch, attempt, committee, id, ownId } = session;
  return { keyId, epoch, attempt, committee, session: id, member: ownId, status: 'pending', keyShare };
}

/** Ends what is still being made of this key, up to and with attempt `last`. What two lives set up between them is of no attempt. */
function endRuns(life: Rooted, { keyId, epoch }: Session, last: number): void {
  for (const active of life.sessions.list()) {
    const { session } = active;
    if (session.kind === 'ot-setup') continue;
    if (isEqual(session.keyId, keyId) && session.epoch === epoch && session.attempt <= last)
      giveUpSession(life, active);
  }
}

/** Unless a later attempt has taken the share away since, or the enclave is frozen: a seat that never signs. */
export function confirm({ kept: { state }, configuration, emit }: Rooted, share: Share): void {
  if (state.isFrozen || !findShare(state.shares, share)) return;
  emit(releaseConfirmation(configuration, state.identity, share));
}
