/** The contract verifies signatures against the request's digests: they have to be those that the payload yields. */

import { isEqual } from '../formats/equal.ts';
import { refuse } from '../formats/refusal.ts';

export function requireDigests(declared: readonly Uint8Array[], computed: readonly Uint8Array[]): void {
  if (declared.length !== computed.length) {
    refuse('DIGEST_COUNT', `${declared.length} digests, the payload yields ${computed.length}`);
  }
  computed.forEach((digest, at) => {
    if (!isEqual(declared[at] ?? new Uint8Array(), digest)) {
      refuse('DIGEST_MISMATCH', `digest ${at} is not the payload's`);
    }
  });
}
