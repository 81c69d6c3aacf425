/** The path of a key, inside: proven attempt -> key generation -> `keepShare`. */

import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import { committeeOf } from '../../protocol/committee.ts';
import { keygen, keygenRounds } from '../../protocol/keygen/keygen.ts';
import type { Result } from '../api.ts';
import { decodeCommittee } from '../decode/committee.ts';
import { type Decoded, hexOf, object } from '../decode/decoder.ts';
import { granted } from '../path/granted.ts';
import { keepShare, supersede } from '../path/keepShare.ts';
import type { Session } from '../path/stages.ts';
import { verifyCeremony } from '../path/verifyCeremony.ts';
import { ownBootOf, type Rooted } from '../process.ts';
import { findShare } from '../sealing/shares.ts';
import { beginSession } from '../sessions/converse.ts';

/** So many shares of the largest committees fit into what a host hands back at boot. */
const MAX_SHARES = 256;

export const generateKeyParams = object({ committee: decodeCommittee, block: hexOf(32) });
type Params = Decoded<typeof generateKeyParams>;

export async function generateKey(life: Rooted, { committee: shown, block }: Params): Promise<Result<'generateKey'>> {
  const { session, scheme } = granted(life, block, (state) =>
    verifyCeremony(state, life.configuration, ownBootOf(life), shown),
  );
  const suite = life.ports.suites[scheme];
  supersede(life, session);
  requireRoom(life, session);
  const { self, size, threshold, id } = session;
  const everyone = Array.from({ length: size }, (_, at) => at + 1);
  const committee = committeeOf(self, everyone, threshold, id);
  const rounds = keygenRounds(committee, suite);
  const protocol = keygen(committee, suite, life.random.of('keygen', id));
  await beginSession(life, { session, lifetime: 'once per attempt' }, { rounds, protocol }, (keyShare) =>
    keepShare(life, session, keyShare),
  );
  return { session: toHex(id) };
}

/** One share per attempt, for all lives that know of it: a member confirms one key, or none. */
function requireRoom({ kept }: Rooted, { keyId, epoch, attempt }: Session): void {
  const { shares } = kept.state;
  if (findShare(shares, { keyId, epoch, attempt })) refuse('SHARE_EXISTS', `epoch ${epoch}, attempt ${attempt}`);
  if (shares.length >= MAX_SHARES) refuse('SHARE_LIMIT', `${shares.length} shares`);
}
