/** What finality is verified from, where nothing is yet: a block root that the host says is of the chain, and its committee. */

import { MAX_INPUT_BYTES } from '../../finality/wire.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Result } from '../api.ts';
import { type Decoded, hexOf, hexUpTo, object } from '../decode/decoder.ts';
import type { Life } from '../life.ts';
import { finalityOf } from './status.ts';

export const bootstrapParams = object({ root: hexOf(32), bootstrap: hexUpTo(MAX_INPUT_BYTES) });

/**
 * DANGER: nothing here shows that the root is of the true chain. Registration does: it is accepted only with the hash of a block of that
 * chain, and without it no share reaches this enclave. One that has shares goes on from what it has verified.
 */
export function bootstrap(
  life: Life,
  { root, bootstrap: shown }: Decoded<typeof bootstrapParams>,
): Result<'bootstrap'> {
  const { shares } = life.kept.state;
  if (shares.length > 0) refuse('CHECKPOINT_KEPT', `this enclave has ${shares.length} shares`);
  if (life.sessions.size > 0) refuse('CHECKPOINT_KEPT', `this enclave is in ${life.sessions.size} sessions`);
  return finalityOf(life.finality, life.checkpoints.bootstrap(root, shown));
}
