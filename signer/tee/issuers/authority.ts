/** What development authorities have in common: names are a function of names, and nothing ends before 2049. */

import { createHash } from 'node:crypto';
import type { Spec } from './certificates.ts';
import { type Bytes, text } from './der.ts';
import type { Pair } from './keys.ts';

const DAY = 86_400;
/** UTCTime ends with 2049. */
const LONG = { notBefore: Date.UTC(2020, 0) / 1000, notAfter: Date.UTC(2049, 11, 31) / 1000 };
const SERIAL_BYTES = 16;
const KEY_ID_BYTES = 20;

type Issued = Pick<Spec, 'subject' | 'pair'> & Partial<Spec>;
type Issuer = { readonly name: string; readonly pair: Pair };

/** A certificate below an issuer, or its own. The same words give the same bytes. */
export function issuedBy({ name, pair: signer }: Issuer, its: Issued): Spec {
  const ids = { subjectKeyId: keyIdOf(its.pair), authorityKeyId: keyIdOf(signer) };
  const serial = serialOf(`${name}/${its.subject}/${its.notBefore ?? LONG.notBefore}`);
  return { issuer: name, signer, serial, ...LONG, ...ids, ...its };
}

/** The day of `at`: what is issued in one day, by however many processes, is one text. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY) * DAY;
}

export const days = (count: number) => count * DAY;

function serialOf(words: string): Bytes {
  const serial = hashOf(text(words)).slice(0, SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and of one length
  return serial;
}

function keyIdOf({ spki }: Pair): Bytes {
  return hashOf(spki).slice(0, KEY_ID_BYTES);
}

function hashOf(bytes: Bytes): Bytes {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
