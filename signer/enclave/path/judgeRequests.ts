/** Stages 6 and 7 for requests of one key: their signers once, each request by itself; what is refused for ever or by this image is said, signed. */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import { toHex } from '../../formats/hex.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { RefusedRequest } from '../api.ts';
import { ownBootOf, type Rooted } from '../process.ts';
import { requireShare } from '../sealing/requireShare.ts';
import type { Share } from '../sealing/share.ts';
import { granted } from './granted.ts';
import { judgeRequest } from './judgeRequest.ts';
import { releaseRefusal } from './releaseRefusal.ts';
import type { ApprovedRequest, VerifiedSigners } from './stages.ts';
import type { Shown } from './verifyRequest.ts';
import { verifySigners } from './verifySigners.ts';

export type ShownSigners = { readonly committee: Committee; readonly set: SigningSet; readonly block: Uint8Array };
export type JudgedRequests = {
  readonly signers: VerifiedSigners;
  readonly share: Share;
  readonly approved: readonly ApprovedRequest[];
  readonly refused: readonly RefusedRequest[];
};

/** @throws Refused for what is wrong with the signers: then nothing is said of any request */
export function judgeRequests(life: Rooted, shown: ShownSigners, requests: readonly Shown[]): JudgedRequests {
  const signers = granted(life, shown.block, verifySignersOf(life, shown));
  const share = ownShare(life, signers);
  const judged = requests.map((each) => judgeRequest(life, shown.block, signers, each));
  const refused = judged.flatMap((each) => each.refused ?? []);
  for (const refusal of refused) {
    life.counters.add(refusal.code);
    releaseRefusal(life, signers.committee.ownId, refusal);
  }
  return {
    ...{ signers, share },
    approved: judged.flatMap((each) => each.approved ?? []),
    refused: refused.map(({ id, ...why }) => ({ id: toHex(id), ...why })),
  };
}

export function verifySignersOf(
  life: Rooted,
  { committee, set }: ShownSigners,
): (state: ProvenState) => VerifiedSigners {
  const self = ownBootOf(life);
  return (state) => verifySigners(state, life.configuration, self, committee, set);
}

/** Asked for first: what is said of a request below, is said of the key that this enclave has a share of. */
function ownShare(life: Rooted, { committee, publicKey }: VerifiedSigners): Share {
  const { keyId, epoch, attempt, hash, scheme } = committee;
  return requireShare(life, { keyId, epoch, attempt, committee: hash, scheme }, publicKey);
}
