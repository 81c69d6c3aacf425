/** All that one party brings to a key generation, made before the first message. */
import type { Random } from '../random.ts';
import { wipe } from '../secret.ts';
import { type Dealing, dealPolynomial } from './dealing.ts';
import { BLINDING_BYTES, type Opening } from './opening.ts';
import { provePossession } from './possession.ts';
import type { KeygenSession } from './session.ts';

export interface Contribution extends Dealing {
  readonly envelopeSecret: Uint8Array;
  readonly opening: Opening;
}

export function contribute({ committee, suite, envelope }: KeygenSession, random: Random): Contribution {
  const dealing = dealPolynomial(suite.group, committee.threshold, random.of('coefficients'));
  const [a_0] = dealing.coefficients;
  const [C_0] = dealing.commitments;
  if (!a_0 || !C_0) throw new RangeError('a polynomial without coefficients');

  const claim = { prover: committee.self, C_0, context: committee.context };
  const possession = provePossession(suite, claim, a_0, random.of('possession', C_0));
  const opening = { blinding: random.of('blinding')(BLINDING_BYTES), commitments: dealing.commitments, possession };
  return { ...dealing, envelopeSecret: envelope.newSecret(random.of('envelope key')), opening };
}

export function wipeContribution({ coefficients, envelopeSecret }: Contribution): void {
  wipe(...coefficients, envelopeSecret);
}
