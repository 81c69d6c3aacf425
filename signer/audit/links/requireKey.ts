/** The key's words: ACTIVE, with scheme, public key and birth domain. */

import { named, SCHEME_NUMBERS, type Scheme } from '../../formats/schemes.ts';
import { STATUS } from '../../proof/layout.ts';
import { type KeyRecord, readKey } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

export type ProvenKey = KeyRecord & { readonly schemeName: Scheme };

/** @throws Broken KEY_NOT_ACTIVE, KEY_SCHEME, Refused */
export function requireKey(state: ProvenState, { request }: Pick<Bundle, 'request'>): ProvenKey {
  const key = readKey(state, request.keyId);
  if (key.status !== STATUS.key.active) broken('KEY_NOT_ACTIVE', `its status is ${key.status}`);
  const schemeName = named(SCHEME_NUMBERS, key.scheme) ?? broken('KEY_SCHEME', `scheme ${key.scheme}`);
  return { ...key, schemeName };
}
