/** A certificate onto the chain, below its issuer's: evidence that it is needed for is then verified without it. */

import type { Hex } from '../../../formats/hex.ts';
import { type Rule, reachedIf } from './rule.ts';

export type BringCertificate = {
  readonly kind: 'bring-certificate';
  /** The contract that keeps it. */
  readonly certificates: Hex;
  /** What it is called there. */
  readonly id: Hex;
  /** calldata */
  readonly data: Hex;
};

export const bringCertificate: Rule<BringCertificate> = {
  id: ({ certificates, id }) => `bring-certificate:${certificates}:${id}`,
  priority: 0,
  shown: () => 'open', // no log of it is read
  standing: async ({ certificates, id }, now) => reachedIf(await now.isBrought(certificates, id)),
  call: ({ certificates, data }) => ({ to: certificates, data }),
  gas: () => 0n,
};
