/** The committee of a key epoch, as its hash on chain commits to it (docs/formats.md, "Preimages"). */

import { COMMITTEE_TAG } from './tags.ts';
import { keccak, list, uintWord } from './words.ts';

type Bytes = Uint8Array;

export type CommitteePreimage = {
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly threshold: number;
  /** Enclave ids; member i of the list is party i, from 1. */
  readonly members: readonly { readonly id: Bytes }[];
};

export function committeeHash({ keyId, epoch, attempt, threshold, members }: CommitteePreimage): Bytes {
  const ids = list(members.map((member) => member.id));
  return keccak(COMMITTEE_TAG, keyId, uintWord(epoch), uintWord(attempt), uintWord(threshold), ids);
}
