/** A new key signs its activation message: built here from proven words, in a domain of its own, with the new shares (I1). */

import { toHex } from '../../formats/hex.ts';
import type { Result } from '../api.ts';
import { decodeCommittee, decodeSet } from '../decode/committee.ts';
import { type Decoded, hexOf, object } from '../decode/decoder.ts';
import { granted } from '../path/granted.ts';
import type { VerifiedActivation } from '../path/stages.ts';
import { verifyActivation } from '../path/verifyActivation.ts';
import { ownBootOf, type Rooted } from '../process.ts';
import { dropShares } from '../sealing/dropShares.ts';
import { requireShare } from '../sealing/requireShare.ts';
import { verifyingKeyOf } from '../sealing/share.ts';
import { choose } from '../sealing/shares.ts';
import { type Order, signTogether } from '../sessions/signTogether.ts';

export const activateKeyParams = object({ committee: decodeCommittee, set: decodeSet, block: hexOf(32) });
type Params = Decoded<typeof activateKeyParams>;

export async function activateKey(life: Rooted, { committee, set, block }: Params): Promise<Result<'activateKey'>> {
  const verified = granted(life, block, (state) =>
    verifyActivation(state, life.configuration, ownBootOf(life), committee, set),
  );
  const { session, scheme, publicKey, commitments } = verified;
  const share = requireShare(life, { ...session, scheme }, publicKey, commitments);
  if (share.status === 'pending') dropShares(life, choose(life.kept.state.shares, session));
  await signTogether(life, { session }, share, [orderOf(life, verified)]);
  return { session: toHex(session.id) };
}

function orderOf({ emit }: Rooted, { session, scheme, message, publicKey }: VerifiedActivation): Order {
  return {
    name: 'the activation',
    expected: { scheme, messages: [message], verifyingKey: verifyingKeyOf(scheme, publicKey) },
    tweaks: [],
    release: ([signature]) => {
      if (signature === undefined) throw new Error('an activation without a signature');
      const [id, keyId] = [toHex(session.id), toHex(session.keyId)];
      emit({ event: 'activation', session: id, keyId, signature: toHex(signature) });
    },
  };
}
