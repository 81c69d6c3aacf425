/** A Nitro attestation document under a development root: every part can be replaced. */

import type { Policy, Verifier } from '../../../signer/evidence/verified.ts';
import { type Bytes, text } from '../../../signer/tee/issuers/der.ts';
import { byteString, map, NULL, unsigned } from '../../../signer/tee/issuers/nitro/cbor.ts';
import { documentOf, ES384_HEADER, type NitroParts } from '../../../signer/tee/issuers/nitro/document.ts';
import { certificate, ecPair, type Spec } from './certificates.ts';
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

export const pcr = (index: number, value: Bytes = new Uint8Array(48).fill(index + 1)) =>
  [unsigned(index), byteString(value)] as const;

export const nitroParts = (): NitroParts => ({
  leaf: certificate(NITRO_SPECS.leaf),
  bundle: [NITRO_ROOT, certificate(NITRO_SPECS.region), certificate(NITRO_SPECS.zone)],
  pcrs: [0, 1, 2, 3, 4, 8].map((index) => pcr(index)),
  ...{ timestamp: NITRO_AT * 1000 + 250, digest: 'SHA384', moduleId: MODULE, more: [] },
  ...{ publicKey: NULL, userData: byteString(text('said')), nonce: byteString(text('once')) },
  ...{ header: ES384_HEADER, unprotected: map([]), signer: leaf },
});

/** What signs is a key of the test's choice. */
export function nitroDocument(change: Partial<NitroParts> = {}): Bytes {
  return documentOf({ ...nitroParts(), ...change });
}
