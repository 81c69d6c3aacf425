/** A development root in the place of AWS's: root, one authority below it, and a leaf for an enclave of an instance. */

import { dayOf, days, issuedBy } from '../authority.ts';
import { certificate, type Spec } from '../certificates.ts';
import type { Bytes } from '../der.ts';
import { derivedPair, type Pair } from '../keys.ts';

/** Usage bits, as RFC 5280 numbers them. */
const [DIGITAL_SIGNATURE, CERT_SIGN, CRL_SIGN] = [0, 5, 6];
const ROOT = 'development.nitro-enclaves';
const REGION = 'development-region.nitro-enclaves';
/** As AWS's has it: the module, then region and domain. */
const leafName = (moduleId: string) => `${moduleId}.development-region.aws`;

/** DIFF FROM AWS: a leaf of theirs lives three hours; clocks of local chains are set forward by more. */
const LEAF_DAYS = 60;

export type NitroLeaf = { readonly certificate: Bytes; readonly bundle: readonly Bytes[]; readonly pair: Pair };
export type NitroAuthority = {
  /** DER; the same for the same seed. */
  readonly root: Bytes;
  /** The same for one module and one day. `at`: seconds. */
  leafOf(moduleId: string, at: number): NitroLeaf;
};

export function nitroAuthority(seed: Bytes): NitroAuthority {
  const top = { name: ROOT, pair: derivedPair('p384', seed, ROOT) };
  const below = { name: REGION, pair: derivedPair('p384', seed, REGION) };
  const root = certificate(authoritySpec(issuedBy(top, { subject: ROOT, pair: top.pair }), {}));
  const region = certificate(authoritySpec(issuedBy(top, { subject: REGION, pair: below.pair }), { pathLength: 0 }));
  return {
    root,
    leafOf: (moduleId, at) => {
      const day = dayOf(at);
      const pair = derivedPair('p384', seed, `${moduleId}/${day}`);
      const times = { notBefore: day - days(1), notAfter: day + days(LEAF_DAYS) };
      const spec = issuedBy(below, { subject: leafName(moduleId), pair, ...times });
      const leaf = certificate({ ...spec, ca: null, usage: [DIGITAL_SIGNATURE] });
      return { certificate: leaf, bundle: [root, region], pair };
    },
  };
}

function authoritySpec(spec: Spec, ca: NonNullable<Spec['ca']>): Spec {
  return { ...spec, ca, usage: [CERT_SIGN, CRL_SIGN] };
}
