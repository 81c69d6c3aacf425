/** The table of kinds: what this image decodes for which schemes, how long each may be, and what it says of the rest. */

import { expect } from 'chai';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import { MAX_PAYLOAD } from '../../signer/formats/limits.ts';
import type { Scheme } from '../../signer/formats/schemes.ts';
import { decodePayload } from '../../signer/payload/decodePayload.ts';
import { kindRow } from '../../signer/payload/kinds.ts';
import { facts } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import { firstRefusal, junkFor, KINDS, NO_KINDS, SCHEMES } from './support/junk.ts';
import { defaultSpend, psbtOf, requestFor, verifiedOf } from './support/spends.ts';

function refusal(scheme: Scheme, kind: number, payload = Uint8Array.of(1)): string {
  return outcome(() => decodePayload(scheme, kind, junkFor(scheme, kind, { payload })));
}

describe('decodePayload', () => {
  it('decodes a PSBT for a BIP-340 key', () => {
    const all = facts();
    const { psbt, digests } = psbtOf(all, defaultSpend(all));
    requestFor(psbt, digests, all);
    const { messages } = decodePayload('bip340', PAYLOAD_KINDS['bitcoin-psbt'].number, verifiedOf(all));
    expect(messages).to.deep.equal(digests);
  });

  for (const scheme of SCHEMES) {
    it(`decodes for a ${scheme} key what the table says, and names the rest`, () => {
      for (const name of KINDS)
        expect(refusal(scheme, PAYLOAD_KINDS[name].number), name).to.equal(firstRefusal(name, scheme));
      for (const number of NO_KINDS) expect(refusal(scheme, number)).to.equal('KIND_UNKNOWN');
    });
  }

  it('refuses a payload over the cap of its kind before it reads a byte', () => {
    const { number } = PAYLOAD_KINDS['bitcoin-psbt'];
    expect(refusal('bip340', number, new Uint8Array(MAX_PAYLOAD))).to.equal('PSBT_MALFORMED');
    expect(refusal('bip340', number, new Uint8Array(MAX_PAYLOAD + 1))).to.equal('PAYLOAD_TOO_LARGE');
  });
});

describe('the table of kinds', () => {
  it('has a row for each number, within what a request may carry, decoded for no scheme that does not sign it', () => {
    for (const name of KINDS) {
      const row = kindRow(PAYLOAD_KINDS[name].number)!;
      expect(row).to.include({ name, number: PAYLOAD_KINDS[name].number });
      expect(row.maxBytes).to.be.within(1, MAX_PAYLOAD);
      for (const scheme of Object.keys(row.decode) as Scheme[]) expect(row.schemes).to.include(scheme);
    }
    expect(kindRow(PAYLOAD_KINDS['solana-message'].number)?.maxBytes).to.equal(1232 - 1 - 64);
    expect(NO_KINDS.map(kindRow)).to.deep.equal([undefined, undefined, undefined]);
  });
});
