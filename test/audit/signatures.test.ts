/** Signatures of every scheme hold as contracts would have them hold. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { Broken } from '../../signer/audit/broken.ts';
import { requireSignatures } from '../../signer/audit/links/requireSignatures.ts';
import type { Scheme } from '../../signer/formats/schemes.ts';

type Bytes = Uint8Array;
type Signing = { readonly key: Bytes; readonly sign: (message: Bytes) => Bytes };

const secret = new Uint8Array(32).fill(7);
const messages = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

function ecdsa(message: Bytes): Bytes {
  const { r, s, recovery } = secp256k1.Signature.fromBytes(
    secp256k1.sign(message, secret, { prehash: false, format: 'recovered' }),
    'recovered',
  );
  return join(r, s, 27 + recovery!);
}

function join(r: bigint, s: bigint, v: number): Bytes {
  const word = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  return Uint8Array.of(...word(r), ...word(s), v);
}

const SIGNING: Readonly<Record<Scheme, Signing>> = {
  bip340: { key: schnorr.getPublicKey(secret), sign: (message) => schnorr.sign(message, secret) },
  ed25519: { key: ed25519.getPublicKey(secret), sign: (message) => ed25519.sign(message, secret) },
  'ecdsa-secp256k1': { key: secp256k1.getPublicKey(secret, true), sign: ecdsa },
};

function codeOf(scheme: Scheme, signatures: readonly Bytes[], key = SIGNING[scheme].key): string | null {
  try {
    requireSignatures(scheme, { messages, verifyingKey: key, effects: [], tweaks: [] }, { signatures });
    return null;
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return error.code;
  }
}

describe('the signatures of an audit', () => {
  for (const [name, { sign }] of Object.entries(SIGNING)) {
    const scheme = name as Scheme;
    const [first, second] = messages.map(sign) as [Bytes, Bytes];

    it(`hold: ${scheme}`, () => {
      expect(codeOf(scheme, [first, second])).to.equal(null);
    });

    it(`hold for nothing else: ${scheme}`, () => {
      expect(codeOf(scheme, [first])).to.equal('SIGNATURE_COUNT');
      expect(codeOf(scheme, [first, second, second])).to.equal('SIGNATURE_COUNT');
      expect(codeOf(scheme, [second, first])).to.equal('SIGNATURE_WRONG');
      for (let at = 0; at < first.length; at += 1)
        expect(codeOf(scheme, [first.map((byte, i) => (i === at ? byte ^ 1 : byte)), second]), `${at}`).to.equal(
          'SIGNATURE_WRONG',
        );
      for (const short of [new Uint8Array(), first.slice(1), Uint8Array.of(...first, 0)])
        expect(codeOf(scheme, [short, second])).to.equal('SIGNATURE_WRONG');
      expect(codeOf(scheme, [first, second], SIGNING[scheme].key.slice(1))).to.equal('SIGNATURE_WRONG');
    });
  }

  it('have a low s where the scheme has two halves', () => {
    const signature = ecdsa(messages[0]!);
    const [r, s] = [0, 32].map((at) => BigInt(`0x${Buffer.from(signature.slice(at, at + 32)).toString('hex')}`));
    const other = join(r!, secp256k1.Point.Fn.ORDER - s!, 27 + 28 - signature[64]!);
    expect(codeOf('ecdsa-secp256k1', [other, ecdsa(messages[1]!)])).to.equal('SIGNATURE_WRONG');
  });
});
