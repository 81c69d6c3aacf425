/** A bundle's file, read strictly: exactly the declared fields, each of its kind and under its cap, nothing twice where once is enough. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { recordOf } from '../enclave/decode/fields.ts';
import { toHex, type Wire } from '../formats/hex.ts';
import { Refused } from '../formats/refusal.ts';
import { broken } from './broken.ts';
import { BUNDLE_FIELDS, BUNDLE_FORMAT, type Bundle, MAX_BUNDLE_LENGTH } from './bundle.ts';

type Bytes = Uint8Array;

const decode = recordOf(BUNDLE_FIELDS);

/** What the file is, or null: no bundle of this format at all. */
export function openBundle(text: string): Readonly<Record<string, unknown>> | null {
  if (text.length > MAX_BUNDLE_LENGTH) return null;
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  // a field twice, a number in another spelling: what one reader takes, another may not
  return fields.format === BUNDLE_FORMAT && isCanonical(text, fields) ? fields : null;
}

/** @throws Broken BUNDLE_MALFORMED, BUNDLE_REPEATED */
export function decodeBundle({ format: _, ...fields }: Readonly<Record<string, unknown>>): Bundle {
  const bundle = decoded(fields);
  requireDistinct('nodes', bundle.nodes);
  requireDistinct(
    'measurements',
    bundle.measurements.map(({ tee, image, configuration }) => Uint8Array.of(...tee, ...image, ...configuration)),
  );
  return bundle;
}

/** The file that `openBundle` and `decodeBundle` read back. */
export function encodeBundle(bundle: Bundle): string {
  return `${JSON.stringify({ format: BUNDLE_FORMAT, ...(wired(bundle) as Wire<Bundle>) }, null, 1)}\n`;
}

function decoded(fields: Readonly<Record<string, unknown>>): Bundle {
  try {
    return decode(fields, 'bundle');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return broken('BUNDLE_MALFORMED', error.message);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isCanonical(text: string, value: unknown): boolean {
  return text === `${JSON.stringify(value, null, 1)}\n`;
}

function requireDistinct(what: string, all: readonly Bytes[]): void {
  const seen = new Set<string>();
  for (const bytes of all) {
    const name = bytesToHex(bytes);
    if (seen.has(name)) broken('BUNDLE_REPEATED', `${what}: 0x${name.slice(0, 16)}… twice`);
    seen.add(name);
  }
}

function wired(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(wired);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wired(each)]));
  return value;
}
