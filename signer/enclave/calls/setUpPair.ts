/** OT between this life and that of another member, before there is anything to sign. */

import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import { bootId } from '../../formats/session.ts';
import type { ProvenState } from '../../proof/state.ts';
import { committeeOf } from '../../protocol/committee.ts';
import { otSetup, otSetupRounds } from '../../protocol/ecdsa/ot/otSetup.ts';
import type { Result } from '../api.ts';
import { decodeCommittee, decodeSet } from '../decode/committee.ts';
import { type Decoded, hexOf, object } from '../decode/decoder.ts';
import { granted, withNewerWords } from '../path/granted.ts';
import { verifyPair } from '../path/verifyPair.ts';
import { ownBootOf, type Rooted } from '../process.ts';
import { beginSession } from '../sessions/converse.ts';
import { bootsOf } from '../sessions/pairs.ts';
import type { Judge } from '../sessions/sessions.ts';

export const setUpPairParams = object({ committee: decodeCommittee, set: decodeSet, block: hexOf(32) });
type Params = Decoded<typeof setUpPairParams>;

export async function setUpPair(life: Rooted, { committee: shown, set, block }: Params): Promise<Result<'setUpPair'>> {
  const verify = (state: ProvenState) => verifyPair(state, life.configuration, ownBootOf(life), shown, set);
  const { session, peer } = granted(life, block, verify);
  const pinned = life.checkpoints.at(block);
  // Else a set-up with an earlier life, made late, would put out the one with the newer.
  const judge: Judge = (head) => {
    const { peer: now } = verify(withNewerWords(pinned, head));
    if (toHex(bootId(now)) !== toHex(bootId(peer))) refuse('SESSION_ENDED', 'the other member has booted again');
  };
  const { pairs, ports, random } = life;
  const { id, self, members } = session;
  const suite = ports.suites['ecdsa-secp256k1'];
  const committee = committeeOf(self, set.parties, members.length, id);
  const protocol = otSetup(committee, suite, bootsOf(members), pairs.ot, random.of('ot-setup', id));
  await beginSession(
    life,
    { session, lifetime: 'pinned to its block', judge },
    { rounds: otSetupRounds(suite), protocol },
    () => {
      pairs.meet(peer);
      life.emit({ event: 'paired', session: toHex(id), member: toHex(peer.id), nonce: toHex(peer.nonce) });
    },
  );
  return { session: toHex(id) };
}
