/**
 * Five operators as a careful DAO would choose them: three of one vendor's TEE and two of another's, in three regions. Four of them sign, so no vendor and
 * no region can alone.
 */

import type { Kind } from '../../signer/tee/measured.ts';

export type Cast = { readonly name: string; readonly region: string; readonly kind: Kind };

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
const REGIONS = ['eu-central', 'us-east', 'ap-south'];
/** Of five in a row. */
const KINDS: readonly Kind[] = ['tdx', 'tdx', 'tdx', 'nitro', 'nitro'];

export const FOUR_OF_FIVE = { operators: 5, threshold: 4 } as const;

/** More than five go on in the same order. */
export function castOf(count: number): readonly Cast[] {
  return Array.from({ length: count }, (_, at) => ({
    name: NAMES[at] ?? `operator-${at + 1}`,
    region: REGIONS[at % REGIONS.length] as string,
    kind: KINDS[at % KINDS.length] as Kind,
  }));
}
