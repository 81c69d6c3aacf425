/** The share of a proven attempt, if this enclave has it and it is one of the key that the chain knows. */

import { isEqual } from '../../formats/equal.ts';
import { Refused } from '../../formats/refusal.ts';
import type { PublicKey, Scheme } from '../../formats/schemes.ts';
import { commitmentsHash } from '../../protocol/keygen/keyShare.ts';
import type { Rooted } from '../process.ts';
import { publicKeyOf, type Share, schemeOf } from './share.ts';
import { type Attempt, findShare } from './shares.ts';

/** @throws Refused SHARE_MISSING, SHARE_DIFFERS */
export function requireShare(
  { kept }: Rooted,
  attempt: Attempt & { readonly committee: Uint8Array; readonly scheme: Scheme },
  publicKey: PublicKey,
  commitments?: Uint8Array,
): Share {
  const share = findShare(kept.state.shares, attempt);
  if (share === undefined) throw new Refused('SHARE_MISSING', `epoch ${attempt.epoch}, attempt ${attempt.attempt}`);
  const own = publicKeyOf(share.keyShare);
  const isOfScheme = schemeOf(share.keyShare) === attempt.scheme;
  const isOfKey = isOfScheme && own.prefix === publicKey.prefix && isEqual(own.x, publicKey.x);
  const isOfPolynomial = commitments === undefined || isEqual(commitmentsHash(share.keyShare), commitments);
  if (isOfKey && isOfPolynomial && isEqual(share.committee, attempt.committee)) return share;
  throw new Refused('SHARE_DIFFERS', 'the chain has another key, scheme, polynomial or committee for this attempt');
}
