/** The host has stored a generation of the sealed state: what waited for that happens now. */

import type { Result } from '../api.ts';
import { type Decoded, integerOf, object, SAFE_BITS } from '../decode/decoder.ts';
import type { Rooted } from '../process.ts';

export const keptParams = object({ generation: integerOf(SAFE_BITS) });

export function kept(life: Rooted, { generation }: Decoded<typeof keptParams>): Result<'kept'> {
  life.kept.kept(generation);
  return {};
}
