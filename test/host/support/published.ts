/** What a development authority publishes, without a server between. */

import { decodeCollateral } from '../../../signer/evidence/intel/collateral.ts';
import type { Pcs } from '../../../signer/host/ports/pcs.ts';
import type { IntelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';

/** @param now seconds */
export function publishedBy(authority: IntelAuthority, now: () => number): Pcs {
  const file = () => authority.collateralAt(now());
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
