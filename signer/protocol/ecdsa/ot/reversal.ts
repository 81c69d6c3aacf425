/**
 * Base OTs in the other direction, out of those of the first: rows of one OT extension are oblivious transfers whose sender was the receiver
 * of the base OTs. Half of a set-up's work on the curve is saved so; what it costs is one message and its check.
 */
import { LAMBDA_C } from '../parameters.ts';
import { COLUMN_BITS, ROW_WORDS, unmovedWords, wordsOfBytes } from './bitMatrix.ts';
import {
  acceptExtension,
  extendWith,
  PAD_WORDS,
  type ReceiverSeeds,
  RowHash,
  SEED_WORDS,
  type SenderSeeds,
} from './extension.ts';

/** Of the choice bits of a reversal: the first LAMBDA_C become Delta, the last ones mask the check, those between are used for nothing. */
export const CHOICE_BYTES = COLUMN_BITS / 8;

/** Who sent the base OTs gets a Delta of its own, and one seed of each. `sid` is of this set-up and of this use of its seeds alone. */
export function reverse(
  sid: Uint8Array,
  seeds: ReceiverSeeds,
  drawn: Uint8Array,
): { message: Uint8Array; sender: SenderSeeds } {
  const { message, received } = extendWith(sid, seeds, wordsOfBytes(drawn));
  const delta = unmovedWords(ROW_WORDS);
  delta.set(received.choices.subarray(0, ROW_WORDS));
  const chosen = seedsOf(sid, received.rows, undefined);
  for (const secret of [received.choices, received.rows]) secret.fill(0);
  return { message, sender: { delta, chosen } };
}

/** Who received them gets both seeds of each; nothing where the check fails, after which its own seeds are good for nothing either. */
export function acceptReversal(sid: Uint8Array, seeds: SenderSeeds, message: Uint8Array): ReceiverSeeds | undefined {
  const rows = acceptExtension(sid, seeds, message);
  if (!rows) return undefined;
  const made = { zeros: seedsOf(sid, rows, undefined), ones: seedsOf(sid, rows, seeds.delta) };
  rows.fill(0);
  return made;
}

/** > k_j := H(j, q_j + c·Delta), of the first LAMBDA_C rows */
function seedsOf(sid: Uint8Array, rows: Uint32Array, offset: Uint32Array | undefined): Uint32Array {
  const hash = new RowHash(sid);
  const pads = new Uint32Array(PAD_WORDS);
  const seeds = new Uint32Array(LAMBDA_C * SEED_WORDS);
  for (let j = 0; j < LAMBDA_C; j++) {
    hash.pads(rows, j, offset, pads);
    seeds.set(pads.subarray(0, SEED_WORDS), j * SEED_WORDS);
  }
  pads.fill(0);
  hash.wipe();
  return seeds;
}
