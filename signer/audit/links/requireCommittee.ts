/** The members whose hash is the key's committee. */

import { committeeHash } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { enclaveId } from '../../formats/ids.ts';
import type { CommitteeRecord } from '../../proof/records.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

export type Member = Bundle['members'][number] & { readonly id: Uint8Array };

/** In party order. @throws Broken COMMITTEE_OTHER */
export function requireCommittee(
  { chainId, contracts }: Configuration,
  { epoch, attempt, threshold, size, committee }: CommitteeRecord,
  bundle: Pick<Bundle, 'members' | 'request'>,
): readonly Member[] {
  const registry = contracts.enclaveRegistry.address;
  const members = bundle.members.map((one) => ({
    ...one,
    id: enclaveId(chainId, registry, one.operator, one.identity),
  }));
  if (members.length !== size) broken('COMMITTEE_OTHER', `${members.length} members, the key has ${size}`);
  const computed = committeeHash({ keyId: bundle.request.keyId, epoch, attempt, threshold, members });
  if (!isEqual(computed, committee))
    broken('COMMITTEE_OTHER', `these members hash to ${toHex(computed)}, the key has ${toHex(committee)}`);
  return members;
}
