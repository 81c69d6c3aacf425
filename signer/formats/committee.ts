/** The committee of a key epoch, as its hash on chain commits to it (docs/formats.md, "Preimages"). */

import { COMMITTEE_TAG } from './tags.ts';
import { keccak, list, uintWord } from './words.ts';

type Bytes = Uint8Array;

/** One seat, in party order. `operator` and `identity` are the preimage of the enclave id. */
export type Member = { readonly id: Bytes; readonly operator: Bytes; readonly identity: Bytes };
/** Preimage of a committee hash; member i of the list is party i, from 1. */
export type Committee = {
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly threshold: number;
  readonly members: readonly Member[];
};
/** Who signs in one session: t parties of the committee, chosen by the leader's host. */
export type SigningSet = { readonly parties: readonly number[]; readonly leader: Bytes; readonly run: number };

export type CommitteePreimage = Omit<Committee, 'members'> & { readonly members: readonly Pick<Member, 'id'>[] };

export function committeeHash({ keyId, epoch, attempt, threshold, members }: CommitteePreimage): Bytes {
  const ids = list(members.map((member) => member.id));
  return keccak(COMMITTEE_TAG, keyId, uintWord(epoch), uintWord(attempt), uintWord(threshold), ids);
}
