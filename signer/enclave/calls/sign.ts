/** Stages 5 to 8 for one request: verify, decide, run, release. */

import { toHex } from '../../formats/hex.ts';
import { orRefuse } from '../../formats/refusal.ts';
import type { Result } from '../api.ts';
import type { UnverifiedParams } from '../decode/decodeCall.ts';
import { proveState } from '../head.ts';
import { type Life, selfOf } from '../life.ts';
import { requireShare } from '../sealing/requireShare.ts';
import { settle, withoutEarlierEpochs } from '../sealing/shares.ts';
import { signTogether } from '../sessions/signTogether.ts';

export async function sign(life: Life, params: UnverifiedParams['sign']): Promise<Result<'sign'>> {
  const { stages } = life.ports;
  const state = proveState(life, params.proof);
  const verified = orRefuse(
    stages.verifyRequest(state, life.configuration, selfOf(life), params.committee, params.set, params.request),
  );
  const { session, scheme, publicKey } = verified;
  const { id, messages, tweaks, verifyingKey } = orRefuse(stages.decideRequest(verified));
  const share = requireShare(life, session, publicKey);
  const { shares } = life.kept.state;
  const left = withoutEarlierEpochs(share.standing === 'pending' ? settle(shares, session) : shares, session);
  if (left.length < shares.length || share.standing === 'pending') life.kept.change({ shares: left });

  const expected = { scheme, messages, verifyingKey };
  await signTogether(life, session, share, { expected, tweaks }, (signatures) =>
    life.emit({
      event: 'signature',
      session: toHex(session.id),
      requestId: toHex(id),
      signatures: signatures.map(toHex),
    }),
  );
  return { session: toHex(session.id) };
}
