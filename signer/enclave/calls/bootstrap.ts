/**
 * What an identity verifies finality from, once and for ever: a block root that the host names, and its committee. The identity is drawn here,
 * for this root: copies of one memory that are given two roots become two identities, whatever their source of randomness.
 *
 * DANGER: takes the root for that of a block of the true chain; registration shows whether it is (`challenge.ts`). With a second one, hosts
 * could register on the true chain and have a share used on their own.
 */

import { isRejection } from '../../finality/rejection.ts';
import { MAX_INPUT_BYTES } from '../../finality/wire.ts';
import { refuse } from '../../formats/refusal.ts';
import { beginLife } from '../beginLife.ts';
import { wordsOf } from '../checkpoints.ts';
import { type Decoded, hexOf, hexUpTo, object } from '../decode/decoder.ts';
import type { Rooted, Unrooted } from '../process.ts';
import { randomOf } from '../random.ts';
import { KeptState } from '../sealing/keptState.ts';

export const bootstrapParams = object({ root: hexOf(32), bootstrap: hexUpTo(MAX_INPUT_BYTES) });

export function bootstrapAgain(): never {
  return refuse('CHECKPOINT_KEPT', 'this identity goes on from what it has verified');
}

/** @throws Refused CHECKPOINT_REJECTED: nothing is drawn, and another one may be shown */
export async function bootstrap(
  unrooted: Unrooted,
  { root, bootstrap: shown }: Decoded<typeof bootstrapParams>,
): Promise<Rooted> {
  const { ports, configuration, finality: config, sealing } = unrooted;
  const finality = ports.verifiers.bootstrap(config, root, shown);
  if (isRejection(finality)) return refuse('CHECKPOINT_REJECTED', wordsOf(finality));
  const { blockHash } = finality.finalised;
  const random = randomOf(ports, 'birth', [sealing.key], configuration.hash, root, blockHash);
  const identity = ports.identities.generate(random.of('identity'));
  random.end();
  const trusted = { root, blockHash };
  const kept = new KeptState({ identity, isFrozen: false, head: null, trusted, finality, forks: [], shares: [] }, 0);
  return beginLife(unrooted, kept, 'new', root, blockHash);
}
