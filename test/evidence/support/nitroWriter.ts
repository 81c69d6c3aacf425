/** A Nitro attestation document under a development root: every part can be replaced. */

import type { Policy, Verifier } from '../../../signer/evidence/verified.ts';
import { certificate, ecPair, type Pair, type Spec, signRaw } from './certificates.ts';
import { type Bytes, bytes, concat, text } from './der.ts';
import { rootsOf, verifierAt } from './verifier.ts';

const MODULE = 'i-0123456789abcdef0-enc0123456789abcdef';
export const NITRO_AT = Date.UTC(2026, 0, 3, 12) / 1000;
const DAY = 86_400;

export const NITRO_PAIRS = {
  root: ecPair('p384'),
  region: ecPair('p384'),
  zone: ecPair('p384'),
  leaf: ecPair('p384'),
  other: ecPair('p384'),
};
const { root, region, zone, leaf } = NITRO_PAIRS;

const id = (byte: number) => new Uint8Array(20).fill(byte);
const valid = { notBefore: NITRO_AT - DAY, notAfter: NITRO_AT + DAY };

export const NITRO_SPECS = {
  root: {
    subject: 'aws.nitro-enclaves',
    issuer: 'aws.nitro-enclaves',
    pair: root,
    signer: root,
    ...valid,
    ca: {},
    usage: [0, 5, 6],
    subjectKeyId: id(1),
  },
  region: {
    ...{
      subject: 'region',
      issuer: 'aws.nitro-enclaves',
      pair: region,
      signer: root,
      ...valid,
      ca: { pathLength: 1 },
      usage: [5, 6],
    },
    ...{ subjectKeyId: id(2), authorityKeyId: id(1) },
  },
  zone: {
    ...{ subject: 'zone', issuer: 'region', pair: zone, signer: region, ...valid, ca: { pathLength: 0 }, usage: [5] },
    ...{ subjectKeyId: id(3), authorityKeyId: id(2) },
  },
  leaf: {
    subject: `${MODULE}.region.aws`,
    issuer: 'zone',
    pair: leaf,
    signer: zone,
    ...valid,
    ca: null,
    usage: [0, 1],
  },
} satisfies Record<string, Spec>;

/** One root for all documents of a run, so that it can be pinned. */
export const NITRO_ROOT = certificate(NITRO_SPECS.root);
export const nitroVerifier = (policy: Partial<Policy> = {}, at = NITRO_AT): Verifier =>
  verifierAt(at, rootsOf({ aws: NITRO_ROOT }), policy);

// CBOR, written.
export const head = (major: number, value: number): Bytes => {
  if (value < 24) return Uint8Array.of((major << 5) + value);
  if (value < 0x100) return Uint8Array.of((major << 5) + 24, value);
  if (value < 0x1_0000) return Uint8Array.of((major << 5) + 25, value >> 8, value & 255);
  if (value < 0x1_0000_0000)
    return concat(Uint8Array.of((major << 5) + 26), bytes(value.toString(16).padStart(8, '0')));
  return concat(Uint8Array.of((major << 5) + 27), bytes(value.toString(16).padStart(16, '0')));
};
export const unsigned = (value: number) => head(0, value);
export const byteString = (content: Bytes) => concat(head(2, content.length), content);
export const textString = (content: string) => concat(head(3, text(content).length), text(content));
export const list = (...items: readonly Bytes[]) => concat(head(4, items.length), ...items);
export const map = (entries: readonly (readonly [Bytes, Bytes])[]) =>
  concat(head(5, entries.length), ...entries.flat());
export const NULL = Uint8Array.of(0xf6);

export const pcr = (index: number, value: Bytes = new Uint8Array(48).fill(index + 1)) =>
  [unsigned(index), byteString(value)] as const;

export type NitroParts = {
  readonly leaf: Bytes;
  readonly bundle: readonly Bytes[];
  readonly pcrs: readonly (readonly [Bytes, Bytes])[];
  readonly timestamp: number;
  readonly digest: string;
  readonly moduleId: string;
  readonly publicKey: Bytes;
  readonly userData: Bytes;
  readonly nonce: Bytes;
  /** More entries, or other ones, at the end of the payload's map. */
  readonly more: readonly (readonly [Bytes, Bytes])[];
  /** Instead of all the above. */
  readonly payload?: Bytes;
  readonly header: Bytes;
  readonly unprotected: Bytes;
  readonly signer: Pair;
};

export const nitroParts = (): NitroParts => ({
  leaf: certificate(NITRO_SPECS.leaf),
  bundle: [NITRO_ROOT, certificate(NITRO_SPECS.region), certificate(NITRO_SPECS.zone)],
  pcrs: [0, 1, 2, 3, 4, 8].map((index) => pcr(index)),
  ...{ timestamp: NITRO_AT * 1000 + 250, digest: 'SHA384', moduleId: MODULE, more: [] },
  ...{ publicKey: NULL, userData: byteString(text('said')), nonce: byteString(text('once')) },
  ...{ header: bytes('a1013822'), unprotected: map([]), signer: leaf },
});

export function payloadOf(parts: NitroParts): Bytes {
  const entries: (readonly [string, Bytes])[] = [
    ['module_id', textString(parts.moduleId)],
    ['digest', textString(parts.digest)],
    ['timestamp', unsigned(parts.timestamp)],
    ['pcrs', map(parts.pcrs)],
    ['certificate', byteString(parts.leaf)],
    ['cabundle', list(...parts.bundle.map(byteString))],
    ['public_key', parts.publicKey],
    ['user_data', parts.userData],
    ['nonce', parts.nonce],
  ];
  return map([...entries.map(([name, value]) => [textString(name), value] as const), ...parts.more]);
}

/** COSE_Sign1 over the payload; what signs is a key of the test's choice. */
export function nitroDocument(change: Partial<NitroParts> = {}): Bytes {
  const parts = { ...nitroParts(), ...change };
  const payload = parts.payload ?? payloadOf(parts);
  const structure = list(
    textString('Signature1'),
    byteString(parts.header),
    byteString(new Uint8Array()),
    byteString(payload),
  );
  return list(
    byteString(parts.header),
    parts.unprotected,
    byteString(payload),
    byteString(signRaw(structure, parts.signer)),
  );
}
