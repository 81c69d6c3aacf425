/** Which payload kinds a key of which scheme signs; what the payloads themselves may be is in test/payload. */

import { expect } from 'chai';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import { PAYLOAD_KINDS } from '../../../signer/formats/kinds.ts';
import type { Request } from '../../../signer/formats/request.ts';
import type { Scheme } from '../../../signer/formats/schemes.ts';
import { firstRefusal, junkFor, KINDS, NO_KINDS, SCHEMES } from '../../payload/support/junk.ts';
import { outcome } from '../../proof/support/refusals.ts';

function refusal(scheme: Scheme, kind: number, change: Partial<Request> = {}): string {
  return outcome(() => decideRequest(junkFor(scheme, kind, change)));
}

const FIRST = Uint8Array.of(...new Uint8Array(31), 1);

describe('decideRequest', () => {
  for (const scheme of SCHEMES) {
    it(`with a ${scheme} key, decodes only what it understands`, () => {
      for (const name of KINDS)
        expect(refusal(scheme, PAYLOAD_KINDS[name].number), name).to.equal(firstRefusal(name, scheme));
    });

    it(`with a ${scheme} key, refuses a kind that nobody knows`, () => {
      for (const kind of NO_KINDS) expect(refusal(scheme, kind)).to.equal('KIND_UNKNOWN');
    });

    it(`with a ${scheme} key, refuses what replaces a request that it cannot see`, () => {
      for (const name of KINDS)
        expect(refusal(scheme, PAYLOAD_KINDS[name].number, { replaces: FIRST }), name).to.equal('REPLACES_UNPROVEN');
    });
  }

  it('with an Ed25519 key, refuses a path before it reads the payload', () => {
    expect(refusal('ed25519', PAYLOAD_KINDS['solana-message'].number, { path: FIRST })).to.equal('PATH_NOT_EMPTY');
  });
});
