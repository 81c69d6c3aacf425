/** What an identity verifies finality from, once and for ever: a block root that the host names, and its committee. */

import { MAX_INPUT_BYTES } from '../../finality/wire.ts';
import type { Result } from '../api.ts';
import { type Decoded, hexOf, hexUpTo, object } from '../decode/decoder.ts';
import type { Life } from '../life.ts';
import { finalityOf } from './status.ts';

export const bootstrapParams = object({ root: hexOf(32), bootstrap: hexUpTo(MAX_INPUT_BYTES) });

export function bootstrap(
  life: Life,
  { root, bootstrap: shown }: Decoded<typeof bootstrapParams>,
): Result<'bootstrap'> {
  return finalityOf(life.finality, life.checkpoints.bootstrap(root, shown));
}
