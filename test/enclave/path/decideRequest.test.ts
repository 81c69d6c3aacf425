/** Which payload kinds a key of which scheme signs; what the payloads themselves may be is in test/payload. */

import { expect } from 'chai';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import { isSignedBy, PAYLOAD_KINDS, payloadKind } from '../../../signer/formats/kinds.ts';
import type { Scheme } from '../../../signer/formats/schemes.ts';
import { SCHEME_NUMBERS } from '../../../signer/formats/schemes.ts';
import { verifiedOf } from '../../payload/support/spends.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { facts } from './support/facts.ts';

function refusal(scheme: Scheme, kind: number, replaces = new Uint8Array(32)): string {
  const all = facts();
  Object.assign(all.request, { kind, replaces });
  return outcome(() => decideRequest({ ...verifiedOf(all), scheme }));
}

describe('decideRequest', () => {
  for (const scheme of Object.keys(SCHEME_NUMBERS) as Scheme[]) {
    it(`with a ${scheme} key, decodes only what it understands`, () => {
      for (const { number: kind } of Object.values(PAYLOAD_KINDS)) {
        const isDecoded = scheme === 'bip340' && kind === PAYLOAD_KINDS['bitcoin-psbt'].number;
        const isSigned = isSignedBy(payloadKind(kind)!, scheme);
        const expected = isDecoded ? 'PSBT_MALFORMED' : isSigned ? 'KIND_NOT_SUPPORTED' : 'KIND_NOT_SIGNED';
        expect(refusal(scheme, kind), payloadKind(kind)).to.equal(expected);
      }
    });

    it(`with a ${scheme} key, refuses a kind that nobody knows`, () => {
      for (const kind of [0, 8, 255]) expect(refusal(scheme, kind)).to.equal('KIND_UNKNOWN');
    });

    it(`with a ${scheme} key, refuses what replaces a request that it cannot see`, () => {
      for (const { number: kind } of Object.values(PAYLOAD_KINDS))
        expect(refusal(scheme, kind, Uint8Array.of(...new Uint8Array(31), 1))).to.equal('REPLACES_UNPROVEN');
    });
  }
});
