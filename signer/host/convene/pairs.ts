/** Keys whose members need OT set-ups with each other. */

import { SCHEME_NUMBERS } from '../../formats/schemes.ts';
import type { KeyRecord } from '../chain/view/keys.ts';

export function needsPairs({ scheme }: Pick<KeyRecord, 'scheme'>): boolean {
  return scheme === SCHEME_NUMBERS['ecdsa-secp256k1'];
}
