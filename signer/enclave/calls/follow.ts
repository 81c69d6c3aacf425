/** The next checkpoint, or the next committee, by the signatures of the one that is known. */

import { MAX_INPUT_BYTES } from '../../finality/wire.ts';
import type { Result } from '../api.ts';
import { type Decoded, hexUpTo, object } from '../decode/decoder.ts';
import type { Life } from '../life.ts';
import { finalityOf } from './status.ts';

export const followParams = object({ update: hexUpTo(MAX_INPUT_BYTES) });

export function follow(life: Life, { update }: Decoded<typeof followParams>): Result<'follow'> {
  return finalityOf(life.finality, life.checkpoints.follow(update));
}
