/** What a collateral file holds, as a service publishes it, without a server between. */

import { decodeCollateral } from '../../../signer/evidence/intel/collateral.ts';
import type { Pcs } from '../../../signer/host/ports/pcs.ts';
import type { IntelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';

/** @param file as `decodeCollateral` reads it */
export function publishedIn(file: () => Uint8Array): Pcs {
  const listed = (name: string) => {
    const text = (JSON.parse(Buffer.from(file()).toString()) as Record<string, string>)[name]!;
    return new Uint8Array(Buffer.from(text, 'hex'));
  };
  return {
    revocationList: async (of) => {
      const { rootCrl, pckCrl } = decodeCollateral(file());
      return of === 'root' ? { ...rootCrl, encoded: listed('root_ca_crl') } : { ...pckCrl, encoded: listed('pck_crl') };
    },
    tcbInfo: async () => decodeCollateral(file()).tcbInfo,
    qeIdentity: async () => decodeCollateral(file()).qeIdentity,
  };
}

/** @param now seconds */
export function publishedBy(authority: IntelAuthority, now: () => number): Pcs {
  return publishedIn(() => authority.collateralAt(now()));
}
