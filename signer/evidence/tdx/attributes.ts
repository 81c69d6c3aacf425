/** TD attributes (Intel TDX module ABI, "ATTRIBUTES"): those that end what a TD promises are refused; the others are measured. */

import { type Bytes, isZero, toHex } from '../formats/bytes.ts';
import { refuse } from '../refusal.ts';

/** Bits 7:0: the TD is under debug, or will be. */
const DEBUG = 0xffn;
const SEPT_VE_DISABLE = 1n << 28n;
const MIGRATABLE = 1n << 29n;
/** LASS, PKS, KL, TPA, PERFMON: what software may use, no way in. Whatever else is set we do not know. */
const KNOWN = SEPT_VE_DISABLE | MIGRATABLE | (1n << 27n) | (1n << 30n) | (1n << 31n) | (1n << 62n) | (1n << 63n);

export function requireTdAttributes(attributes: Bytes): void {
  const bits = attributes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const values = { found: toHex(attributes) };
  if (bits & DEBUG) refuse('TD_DEBUG', 'the TD is in debug mode', values);
  if (bits & ~(KNOWN | DEBUG)) refuse('TD_ATTRIBUTES', 'the TD has attributes that are reserved', values);
  if (bits & MIGRATABLE) refuse('TD_MIGRATABLE', 'the TD may be migrated', values);
  if (!(bits & SEPT_VE_DISABLE))
    refuse(
      'TD_SEPT_VE_DISABLE',
      'the host may make the TD handle pages that it took away (SEPT_VE_DISABLE is off)',
      values,
    );
}

export function requireSeamAttributes(attributes: Bytes): void {
  if (!isZero(attributes))
    refuse('TDX_MODULE_ATTRIBUTES', 'the TDX module has attributes', { found: toHex(attributes) });
}

/** A service TD could move this one's memory elsewhere; none is measured, so none is accepted. */
export function requireNoServiceTd(mrServiceTd: Bytes | null): void {
  if (mrServiceTd !== null && !isZero(mrServiceTd))
    refuse('TD_SERVICE_TD', 'a service TD is bound to this one', { found: toHex(mrServiceTd) });
}
