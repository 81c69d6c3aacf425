/** End of a key generation: this member tells the chain which key it holds a share of, and only after that share is stored. */

import type { Configuration } from '../../formats/configuration.ts';
import { confirmationDigest } from '../../formats/eip712.ts';
import { toHex } from '../../formats/hex.ts';
import { commitmentsHash } from '../../protocol/keygen/keyShare.ts';
import type { Event } from '../api.ts';
import { type Identity, signHash } from '../identity.ts';
import { publicKeyOf, type Share } from '../sealing/share.ts';

/** One (key, attempt) has one share and therefore one confirmation, however often it is shown. */
export function releaseConfirmation({ chainId, contracts }: Configuration, identity: Identity, share: Share): Event {
  const { keyId, epoch, attempt, committee, keyShare } = share;
  const { transcript } = keyShare;
  const publicKey = publicKeyOf(keyShare);
  const commitments = commitmentsHash(keyShare);
  const confirmation = { keyId, epoch, attempt, committee, transcript, publicKey, commitments };
  const digest = confirmationDigest(chainId, contracts.keyRegistry.address, confirmation);
  return {
    event: 'confirmation',
    session: toHex(share.session),
    member: toHex(share.member),
    keyId: toHex(keyId),
    epoch,
    attempt,
    committee: toHex(committee),
    transcript: toHex(transcript),
    publicKeyPrefix: publicKey.prefix,
    publicKeyX: toHex(publicKey.x),
    commitments: toHex(commitments),
    identitySignature: toHex(signHash(identity, digest)),
  };
}
