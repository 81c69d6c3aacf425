/** Stages 5 and 6 for one request of a session, by itself: what becomes of it is nothing to the others. */

import type { Configuration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { birthDomain } from '../../formats/ids.ts';
import { type RefusalCode, type RefusalKind, Refused, refusalKind } from '../../formats/refusal.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { Rooted } from '../process.ts';
import { decideRequest } from './decideRequest.ts';
import { granted } from './granted.ts';
import type { ApprovedRequest, VerifiedRequest, VerifiedSigners } from './stages.ts';
import { type Shown, verifyRequest } from './verifyRequest.ts';

type Bytes = Uint8Array;

export type RequestRefusal = {
  readonly id: Bytes;
  readonly kind: RefusalKind;
  readonly code: RefusalCode;
  readonly detail: string;
};
export type Judged =
  | { readonly approved: ApprovedRequest; readonly refused?: never }
  | { readonly approved?: never; readonly refused: RequestRefusal };

type KindOf = (code: RefusalCode) => RefusalKind;

/** What the chain's words refuse may pass: another block may say otherwise, and a host chooses the block. */
export function judgeRequest(life: Rooted, block: Bytes, signers: VerifiedSigners, shown: Shown): Judged {
  const verify = (state: ProvenState) => verifyRequest(state, signers, shown);
  return unlessRefused(
    shown.id,
    () => 'passing',
    () => decide(granted(life, block, verify), kindsFor(life.configuration, signers)),
  );
}

/** What the request's own bytes refuse is of the kind that its code has. */
function decide(verified: VerifiedRequest, kindOf: KindOf): Judged {
  return unlessRefused(verified.id, kindOf, () => ({ approved: decideRequest(verified) }));
}

/**
 * Nothing is said on chain under a birth domain that does not follow from the key that this enclave has a share of: it is the block's word
 * alone, and under another one every good request spends what is not its own.
 */
function kindsFor({ chainId, contracts }: Configuration, { committee, publicKey, birth }: VerifiedSigners): KindOf {
  const own = birthDomain(chainId, contracts.keyRegistry.address, committee.keyId, publicKey);
  if (isEqual(birth, own)) return refusalKind;
  return () => 'passing';
}

function unlessRefused(id: Bytes, kindOf: KindOf, judge: () => Judged): Judged {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, message } = error;
    return { refused: { id, kind: kindOf(code), code, detail: message } };
  }
}
