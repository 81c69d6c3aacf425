/** Of two transactions that spend one output at most one can be final. */

import { isEqual } from '../../formats/equal.ts';
import { decodePsbt } from './psbt.ts';

type Bytes = Uint8Array;

/**
 * Whether `payload` spends what the first input of `first` spends. That one output and no other, so that all that replace one payload
 * conflict with one another too: two that spent different outputs of it could both be final.
 *
 * @throws Refused for bytes that are no PSBT that this image reads
 */
export function conflicts(first: Bytes, payload: Bytes): boolean {
  const contested = decodePsbt(first).transaction.inputs[0];
  const { inputs } = decodePsbt(payload).transaction;
  return contested !== undefined && inputs.some(({ outpoint }) => isEqual(outpoint, contested.outpoint));
}
