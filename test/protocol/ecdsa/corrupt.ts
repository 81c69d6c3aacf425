/** A signer that follows the protocol but for one thing, with everything that depends on it made to fit. */

import type { PartyId, Rng } from '../../../signer/protocol/committee.ts';
import {
  COMMITMENTS,
  chooseEach,
  decodeCommitments,
  decodeExtensions,
  encodeCommitment,
} from '../../../signer/protocol/ecdsa/commitments.ts';
import { commitTo, drawInstance, type Instance, type Opening } from '../../../signer/protocol/ecdsa/instance.ts';
import { encodeOpening, MULTIPLICATIONS, multiplyEach } from '../../../signer/protocol/ecdsa/multiplications.ts';
import type { EcdsaSession } from '../../../signer/protocol/ecdsa/session.ts';
import { echoOf } from '../../../signer/protocol/echo.ts';
import { hedged, NO_SECRET } from '../../../signer/protocol/random.ts';
import { exchange, type Protocol } from '../../../signer/protocol/round.ts';

export interface Cheat {
  /** What is drawn, and so committed to and multiplied. */
  readonly instance?: (own: Instance) => Instance;
  /** What is said in round 1 instead of a commitment to the opening. */
  readonly commitment?: Uint8Array;
  /** What is committed to and opened. */
  readonly opening?: (own: Opening) => Opening;
  /** What is multiplied with one peer. */
  readonly inputs?: (own: Instance, to: PartyId) => Instance;
}

/** Rounds 1 and 2; what it ends with is of no use to anybody. */
export function* corruptPresign(session: EcdsaSession, cheat: Cheat, rng: Rng): Protocol<never> {
  const random = hedged(rng, 'corrupt', NO_SECRET);
  const { committee } = session;
  const drawn = drawInstance(session, random.of('instance'));
  const instance = cheat.instance?.(drawn) ?? drawn;
  const opening = cheat.opening?.(instance.opening) ?? instance.opening;
  const commitment = cheat.commitment ?? commitTo(session, committee.self, opening);
  const { choices, direct } = chooseEach(session, commitment, random);
  const broadcast = encodeCommitment(session, commitment);
  const heard = yield* exchange(COMMITMENTS, { broadcast, direct }, committee);
  const commitments = decodeCommitments(session, heard.broadcasts, commitment);
  const extensions = decodeExtensions(session, heard.directs);

  const products = [...extensions].flatMap(([id, extension]) => {
    const inputs = cheat.inputs?.(instance, id) ?? instance;
    return [...multiplyEach(session, inputs, choices, commitments, new Map([[id, extension]])).direct];
  });
  const said = encodeOpening(session, echoOf(committee, heard.broadcasts), opening);
  yield* exchange(MULTIPLICATIONS, { broadcast: said, direct: new Map(products) }, committee);
  throw new Error('the corrupt signer has what it wanted');
}
