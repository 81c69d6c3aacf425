/** Which payload kinds a key of which scheme signs; what the payloads themselves may be is in test/payload. */

import { expect } from 'chai';
import { decideRequest } from '../../../signer/enclave/path/decideRequest.ts';
import { isSignedBy, PAYLOAD_KINDS, type PayloadKind, payloadKind } from '../../../signer/formats/kinds.ts';
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

/** Its first word to bytes that are no payload of the kind, where it decodes the kind for such a key. */
const FIRST: Readonly<Record<Scheme, Readonly<Partial<Record<PayloadKind, string>>>>> = {
  bip340: { 'bitcoin-psbt': 'PSBT_MALFORMED' },
  ed25519: { 'solana-message': 'PATH_NOT_EMPTY' },
  'ecdsa-secp256k1': {
    'bitcoin-psbt': 'PSBT_MALFORMED',
    'evm-transaction': 'EVM_ENCODING',
    eip712: 'TYPED_JSON',
    eip191: 'TEXT_UNREADABLE',
    'raw-digest': 'RAW_DIGEST_LENGTH',
    'eip712-unbound': 'TYPED_JSON',
  },
};

describe('decideRequest', () => {
  for (const scheme of Object.keys(SCHEME_NUMBERS) as Scheme[]) {
    it(`with a ${scheme} key, decodes only what it understands`, () => {
      for (const { number: kind } of Object.values(PAYLOAD_KINDS)) {
        const name = payloadKind(kind)!;
        const expected = FIRST[scheme][name] ?? (isSignedBy(name, scheme) ? 'KIND_NOT_SUPPORTED' : 'KIND_NOT_SIGNED');
        expect(refusal(scheme, kind), name).to.equal(expected);
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
