/** The next checkpoint, or the next committee, by the signatures of the one that is known. */

import { MAX_INPUT_BYTES } from '../../finality/wire.ts';
import { Refused } from '../../formats/refusal.ts';
import type { Result } from '../api.ts';
import { type Decoded, hexUpTo, object } from '../decode/decoder.ts';
import type { Rooted } from '../process.ts';
import { endAll } from '../sessions/endAll.ts';
import { finalityOf } from './status.ts';

export const followParams = object({ update: hexUpTo(MAX_INPUT_BYTES) });

export function follow(life: Rooted, { update }: Decoded<typeof followParams>): Result<'follow'> {
  try {
    return finalityOf(life.finality, life.checkpoints.follow(update));
  } catch (error) {
    if (error instanceof Refused && error.code === 'UPDATE_CONFLICT') endAll(life, error);
    throw error;
  }
}
