import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { releaseSignature } from '../../../signer/enclave/path/releaseSignature.ts';
import { uintOf, uintWord } from '../../../signer/formats/words.ts';

const secret = new Uint8Array(32).fill(7);
const messages = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const schemes = {
  bip340: { verifyingKey: schnorr.getPublicKey(secret), sign: (message: Uint8Array) => schnorr.sign(message, secret) },
  ed25519: { verifyingKey: ed25519.getPublicKey(secret), sign: (message: Uint8Array) => ed25519.sign(message, secret) },
  'ecdsa-secp256k1': {
    verifyingKey: secp256k1.getPublicKey(secret),
    sign: (message: Uint8Array) => withV(secp256k1.sign(message, secret, { prehash: false, format: 'recovered' })),
  },
} as const;

/** r ‖ s ‖ v of what noble writes as v - 27 ‖ r ‖ s. */
function withV(recovered: Uint8Array): Uint8Array {
  return Uint8Array.of(...recovered.slice(1), 27 + recovered[0]!);
}

describe('releaseSignature (A37)', () => {
  for (const [scheme, { verifyingKey, sign }] of Object.entries(schemes) as [
    keyof typeof schemes,
    (typeof schemes)['bip340'],
  ][]) {
    const expected = { scheme, messages, verifyingKey };
    const signatures = messages.map(sign);

    describe(scheme, () => {
      it('lets out what verifies, one signature per message', () => {
        expect(releaseSignature(expected, signatures)).to.deep.equal({ signatures });
      });

      it('lets nothing out when one bit of one signature is flipped', () => {
        for (let at = 0; at < signatures[1]!.length; at++) {
          const flipped = signatures[1]!.with(at, signatures[1]![at]! ^ (1 << (at % 8)));
          expect(releaseSignature(expected, [signatures[0]!, flipped]), `byte ${at}`).to.equal(undefined);
        }
      });

      it('lets nothing out that is too few, too many, swapped, or of another length', () => {
        const [first, second] = [signatures[0]!, signatures[1]!];
        const others = [
          [],
          [first],
          [...signatures, first],
          [second, first],
          [first, second.slice(1)],
          [first, Uint8Array.of(...second, 0)],
        ];
        for (const other of others) expect(releaseSignature(expected, other)).to.equal(undefined);
        expect(releaseSignature({ ...expected, messages: [] }, [])).to.equal(undefined);
      });

      it('lets nothing out under another key', () => {
        const other = new Uint8Array(32).fill(9);
        const keys = {
          bip340: schnorr.getPublicKey(other),
          ed25519: ed25519.getPublicKey(other),
          'ecdsa-secp256k1': secp256k1.getPublicKey(other),
        };
        expect(releaseSignature({ ...expected, verifyingKey: keys[scheme] }, signatures)).to.equal(undefined);
      });
    });
  }

  it('takes no ECDSA signature with a high s', () => {
    const { verifyingKey, sign } = schemes['ecdsa-secp256k1'];
    const low = sign(messages[0]!);
    const highS = uintWord(secp256k1.Point.Fn.ORDER - uintOf(low.slice(32, 64)));
    const expected = { scheme: 'ecdsa-secp256k1', messages: [messages[0]!], verifyingKey } as const;
    expect(releaseSignature(expected, [low])).not.to.equal(undefined);
    for (const v of [27, 28])
      expect(releaseSignature(expected, [Uint8Array.of(...low.slice(0, 32), ...highS, v)])).to.equal(undefined);
  });

  it('takes no ECDSA signature with another v, or none', () => {
    const { verifyingKey, sign } = schemes['ecdsa-secp256k1'];
    const signature = sign(messages[0]!);
    const expected = { scheme: 'ecdsa-secp256k1', messages: [messages[0]!], verifyingKey } as const;
    const others = [0, 1, 26, 29, 55 - signature[64]!].map((v) => signature.with(64, v));
    for (const other of [...others, signature.slice(0, 64)])
      expect(releaseSignature(expected, [other])).to.equal(undefined);
  });

  it('takes no Ed25519 signature that only a lenient verifier takes', () => {
    const identity = new Uint8Array(32).fill(0).with(0, 1); // a point of small order, under which (identity, 0) verifies everything
    const expected = { scheme: 'ed25519', messages: [messages[0]!], verifyingKey: identity } as const;
    expect(
      ed25519.verify(Uint8Array.of(...identity, ...new Uint8Array(32)), messages[0]!, identity, { zip215: true }),
    ).to.equal(true);
    expect(releaseSignature(expected, [Uint8Array.of(...identity, ...new Uint8Array(32))])).to.equal(undefined);
  });
});
