/** A new key signs its activation message: built here from proven words, in a domain of its own, with the new shares (I1). */

import { toHex } from '../../formats/hex.ts';
import { orRefuse } from '../../formats/refusal.ts';
import type { Result } from '../api.ts';
import type { UnverifiedParams } from '../decode/decodeCall.ts';
import { proveState } from '../head.ts';
import { type Life, selfOf } from '../life.ts';
import { requireShare } from '../sealing/requireShare.ts';
import { settle } from '../sealing/shares.ts';
import { signTogether } from '../sessions/signTogether.ts';

export async function activateKey(life: Life, params: UnverifiedParams['activateKey']): Promise<Result<'activateKey'>> {
  const state = proveState(life, params.proof);
  const { session, scheme, publicKey, commitments, message } = orRefuse(
    life.ports.stages.verifyActivation(state, life.configuration, selfOf(life), params.committee, params.set),
  );
  const share = requireShare(life, session, publicKey, commitments);
  if (share.standing === 'pending') life.kept.change({ shares: settle(life.kept.state.shares, session) });

  const expected = { scheme, messages: [message], verifyingKey: publicKey.x };
  await signTogether(life, session, share, { expected, tweaks: [] }, ([signature]) => {
    if (signature === undefined) throw new Error('an activation without a signature');
    life.emit({
      event: 'activation',
      session: toHex(session.id),
      keyId: toHex(session.keyId),
      signature: toHex(signature),
    });
  });
  return { session: toHex(session.id) };
}
