/** Stages 5 and 6 for one request of a session, by itself: what becomes of it is nothing to the others. */

import { type RefusalCode, type RefusalKind, Refused, refusalKind } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { Life } from '../life.ts';
import { decideRequest } from './decideRequest.ts';
import { granted } from './granted.ts';
import type { ApprovedRequest, VerifiedRequest, VerifiedSigners } from './stages.ts';
import { verifyRequest } from './verifyRequest.ts';

type Bytes = Uint8Array;

/** A request as a host shows it, with the id that its bytes have. */
export type Shown = { readonly id: Bytes; readonly request: Request };
export type RequestRefusal = {
  readonly id: Bytes;
  readonly kind: RefusalKind;
  readonly code: RefusalCode;
  readonly detail: string;
};
export type Judged =
  | { readonly approved: ApprovedRequest; readonly refused?: never }
  | { readonly approved?: never; readonly refused: RequestRefusal };

/** What the chain's words refuse may pass: another block may say otherwise, and a host chooses the block. */
export function judgeRequest(life: Life, block: Bytes, signers: VerifiedSigners, { id, request }: Shown): Judged {
  const verify = (state: ProvenState) => verifyRequest(state, signers, id, request);
  return unlessRefused(
    id,
    () => 'passing',
    () => decide(granted(life, block, verify)),
  );
}

/** What the request's own bytes refuse is of the kind that its code has. */
function decide(verified: VerifiedRequest): Judged {
  return unlessRefused(verified.id, refusalKind, () => ({ approved: decideRequest(verified) }));
}

function unlessRefused(id: Bytes, kindOf: (code: RefusalCode) => RefusalKind, judge: () => Judged): Judged {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, message } = error;
    return { refused: { id, kind: kindOf(code), code, detail: message } };
  }
}
