/** Domain tags of docs/formats.md: the Keccak-256 of a string, so no two kinds of preimage collide. */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export const TAG_STRINGS = {
  ENCLAVE_TAG: 'quorate/enclave/1',
  REPORT_TAG: 'quorate/report-data/1',
  MEASUREMENT_TAG: 'quorate/measurement/1',
  CONFIGURATION_TAG: 'quorate/configuration/3',
  KEY_TAG: 'quorate/key/1',
  COMMITTEE_TAG: 'quorate/committee/1',
  BIRTH_TAG: 'quorate/birth-domain/1',
  TWEAK_TAG: 'quorate/derivation-tweak/1',
  EFFECT_TAG: 'quorate/effect/1',
  INTENT_TAG: 'quorate/intent/1',
  REQUEST_TAG: 'quorate/request/1',
  MANDATE_TAG: 'quorate/mandate/1',
  ACTIVATION_TAG: 'quorate/activation/1',
  BOOT_TAG: 'quorate/boot/1',
  SESSION_TAG: 'quorate/session/1',
  MESSAGE_TAG: 'quorate/message/1',
} as const;

export const ENCLAVE_TAG = tag(TAG_STRINGS.ENCLAVE_TAG);
export const REPORT_TAG = tag(TAG_STRINGS.REPORT_TAG);
export const MEASUREMENT_TAG = tag(TAG_STRINGS.MEASUREMENT_TAG);
export const CONFIGURATION_TAG = tag(TAG_STRINGS.CONFIGURATION_TAG);
export const KEY_TAG = tag(TAG_STRINGS.KEY_TAG);
export const COMMITTEE_TAG = tag(TAG_STRINGS.COMMITTEE_TAG);
export const BIRTH_TAG = tag(TAG_STRINGS.BIRTH_TAG);
export const TWEAK_TAG = tag(TAG_STRINGS.TWEAK_TAG);
export const EFFECT_TAG = tag(TAG_STRINGS.EFFECT_TAG);
export const INTENT_TAG = tag(TAG_STRINGS.INTENT_TAG);
export const REQUEST_TAG = tag(TAG_STRINGS.REQUEST_TAG);
export const MANDATE_TAG = tag(TAG_STRINGS.MANDATE_TAG);
export const ACTIVATION_TAG = tag(TAG_STRINGS.ACTIVATION_TAG);
export const BOOT_TAG = tag(TAG_STRINGS.BOOT_TAG);
export const SESSION_TAG = tag(TAG_STRINGS.SESSION_TAG);
export const MESSAGE_TAG = tag(TAG_STRINGS.MESSAGE_TAG);

/** HPKE takes the string's bytes, not their hash. */
export const ENVELOPE_INFO_STRING = 'quorate/envelope/1';
export const ENVELOPE_INFO = utf8ToBytes(ENVELOPE_INFO_STRING);

function tag(string: string): Uint8Array {
  return keccak_256(utf8ToBytes(string));
}
