/** Which shares stay, and which the chain's course has made worthless. */
import { isEqual } from '../../formats/equal.ts';
import type { Share } from './share.ts';

export type Attempt = Pick<Share, 'keyId' | 'epoch' | 'attempt'>;

export function findShare(shares: readonly Share[], attempt: Attempt): Share | undefined {
  return shares.find((share) => isOf(share, attempt));
}

/** The chain has opened `attempt`: earlier attempts at the same epoch cannot succeed any more. */
export function withoutEarlierAttempts(shares: readonly Share[], { keyId, epoch, attempt }: Attempt): readonly Share[] {
  return shares.filter((share) => !isEqual(share.keyId, keyId) || share.epoch !== epoch || share.attempt >= attempt);
}

/** The chain has chosen `attempt`: no other attempt at the same epoch counts. */
export function choose(shares: readonly Share[], attempt: Attempt): readonly Share[] {
  return shares
    .filter((share) => !isEqual(share.keyId, attempt.keyId) || share.epoch !== attempt.epoch || isOf(share, attempt))
    .map((share) => (isOf(share, attempt) ? { ...share, status: 'chosen' } : share));
}

/** The epoch is active: shares of earlier epochs sign nothing ever again (I6). */
export function withoutEarlierEpochs(shares: readonly Share[], { keyId, epoch }: Attempt): readonly Share[] {
  return shares.filter((share) => !isEqual(share.keyId, keyId) || share.epoch >= epoch);
}

function isOf(share: Share, { keyId, epoch, attempt }: Attempt): boolean {
  return isEqual(share.keyId, keyId) && share.epoch === epoch && share.attempt === attempt;
}
