/** The table of kinds: what this image decodes for which schemes, how long each may be, and what it says of the rest. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { expect } from 'chai';
import { isSignedBy, PAYLOAD_KINDS, type PayloadKind } from '../../signer/formats/kinds.ts';
import { MAX_PAYLOAD } from '../../signer/formats/limits.ts';
import { SCHEME_NUMBERS, type Scheme } from '../../signer/formats/schemes.ts';
import { decodePayload } from '../../signer/payload/decodePayload.ts';
import { kindRow } from '../../signer/payload/kinds.ts';
import { facts } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import { askedOf } from './support/solana.ts';
import { defaultSpend, psbtOf, requestFor, verifiedOf } from './support/spends.ts';

const SECRET = new Uint8Array(32).fill(7);

const NAMES = Object.keys(PAYLOAD_KINDS) as PayloadKind[];
const SCHEMES = Object.keys(SCHEME_NUMBERS) as Scheme[];
/** What the one byte of a payload is refused for where it is decoded. */
const DECODED: Readonly<Record<Scheme, Readonly<Partial<Record<PayloadKind, string>>>>> = {
  bip340: { 'bitcoin-psbt': 'PSBT_MALFORMED' },
  ed25519: { 'solana-message': 'MESSAGE_MALFORMED' },
  'ecdsa-secp256k1': { 'bitcoin-psbt': 'PSBT_MALFORMED' },
};

function refusal(scheme: Scheme, kind: number, payload: Uint8Array): string {
  const all = facts();
  Object.assign(all.request, { kind, payload });
  const verified = verifiedOf(all);
  if (scheme !== 'ed25519') return outcome(() => decodePayload(scheme, kind, verified));
  return outcome(() => decodePayload(scheme, kind, askedOf(ed25519.getPublicKey(SECRET), payload)));
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
      for (const name of NAMES) {
        const { number } = PAYLOAD_KINDS[name];
        const unknown = isSignedBy(name, scheme) ? 'KIND_NOT_SUPPORTED' : 'KIND_NOT_SIGNED';
        expect(refusal(scheme, number, Uint8Array.of(1)), name).to.equal(DECODED[scheme][name] ?? unknown);
      }
      for (const number of [0, 8, 255]) expect(refusal(scheme, number, Uint8Array.of(1))).to.equal('KIND_UNKNOWN');
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
    for (const name of NAMES) {
      const row = kindRow(PAYLOAD_KINDS[name].number)!;
      expect(row).to.include({ name, number: PAYLOAD_KINDS[name].number });
      expect(row.maxBytes).to.be.within(1, MAX_PAYLOAD);
      for (const scheme of Object.keys(row.decode) as Scheme[]) expect(row.schemes).to.include(scheme);
    }
    expect(kindRow(PAYLOAD_KINDS['solana-message'].number)?.maxBytes).to.equal(1232 - 1 - 64);
    expect([0, 8, 255].map(kindRow)).to.deep.equal([undefined, undefined, undefined]);
  });
});
