/** Two implementations behind one seam: OpenSSL and plain JavaScript say the same, of good signatures, of bad ones and of borders. */

import { constants, sign } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { EvidenceRefused } from '../../signer/evidence/refusal.ts';
import { verifyWithNoble } from '../../signer/evidence/signatures/noble.ts';
import { verifyWithNode } from '../../signer/evidence/signatures/node.ts';
import {
  ecdsaFromDer,
  ecdsaKey,
  type PublicKey,
  requireSignature,
} from '../../signer/evidence/signatures/signature.ts';
import { verifyEvidence } from '../../signer/evidence/verifyEvidence.ts';
import { signDer, signRaw } from '../../signer/tee/issuers/certificates.ts';
import { type Bytes, bytes, concat, integer, sequence, text } from '../../signer/tee/issuers/der.ts';
import type { Pair } from '../../signer/tee/issuers/keys.ts';
import { ecPair, rsaPair } from './support/certificates.ts';
import { intelEvidence, intelVerifier } from './support/intelWriter.ts';
import { nitroDocument, nitroVerifier } from './support/nitroWriter.ts';
import { snpEvidence, snpVerifier } from './support/snpWriter.ts';

const ORDERS = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  p384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
} as const;
const SIZES = { p256: 32, p384: 48 } as const;
const scalar = (value: bigint, size: number) => bytes(value.toString(16).padStart(2 * size, '0'));
const message = text('what is signed');
const both = (key: PublicKey, signed: Bytes, signature: Bytes) => [
  verifyWithNode(key, signed, signature),
  verifyWithNoble(key, signed, signature),
];
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'fine';
  } catch (error) {
    return error instanceof EvidenceRefused ? error.code : `bug: ${error}`;
  }
};

for (const kind of ['p256', 'p384'] as const)
  describe(`signatures of ${kind}`, () => {
    const pair = ecPair(kind);
    const size = SIZES[kind];
    const check = (signature: Bytes) =>
      codeOf(() => requireSignature(verifyWithNode, pair.key, message, signature, 'CHAIN_SIGNATURE', 'it'));

    it('hold, with low and with high s, for both', () => {
      const signature = signRaw(message, pair);
      const s = BigInt(`0x${Buffer.from(signature.slice(size)).toString('hex')}`);
      const mirrored = concat(signature.slice(0, size), scalar(ORDERS[kind] - s, size));
      for (const one of [signature, mirrored]) expect(both(pair.key, message, one)).to.deep.equal([true, true]);
    });

    it('do not hold for another message, key, r or s, for either', () => {
      const signature = signRaw(message, pair);
      expect(both(pair.key, text('else'), signature)).to.deep.equal([false, false]);
      expect(both(ecPair(kind).key, message, signature)).to.deep.equal([false, false]);
      fc.assert(
        fc.property(fc.nat(8 * signature.length - 1), (bit) => {
          const flipped = signature.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
          expect(both(pair.key, message, flipped)).to.deep.equal([false, false]);
        }),
        { numRuns: 20, seed: 1 },
      );
    });

    it('with r or s of 0, or not below the order, never reach a curve', () => {
      const [r, s] = [signRaw(message, pair).slice(0, size), signRaw(message, pair).slice(size)];
      for (const bad of [0n, ORDERS[kind], ORDERS[kind] + 1n, (1n << BigInt(8 * size)) - 1n].map((value) =>
        scalar(value, size),
      )) {
        expect(check(concat(bad, s))).to.equal('SIGNATURE_OUT_OF_RANGE');
        expect(check(concat(r, bad))).to.equal('SIGNATURE_OUT_OF_RANGE');
      }
      expect(check(concat(scalar(ORDERS[kind] - 1n, size), scalar(1n, size)))).to.equal('CHAIN_SIGNATURE');
      expect(check(r)).to.equal('SIGNATURE_MALFORMED');
    });

    it('in DER have one encoding', () => {
      const raw = ecdsaFromDer(kind, signDer(message, pair), 'it');
      expect(both(pair.key, message, raw)).to.deep.equal([true, true]);
      const one = integer(1);
      expect(ecdsaFromDer(kind, sequence(one, one), 'it')).to.deep.equal(concat(scalar(1n, size), scalar(1n, size)));
      const bad: [string, Bytes][] = [
        ['DER_MALFORMED', sequence(one)],
        ['DER_MALFORMED', sequence(one, one, one)],
        ['DER_MALFORMED', sequence(one, bytes('02020001'))],
        ['DER_MALFORMED', sequence(one, bytes('0201ff'))],
        ['DER_MALFORMED', sequence(one, bytes('0200'))],
        ['DER_MALFORMED', concat(sequence(one, one), bytes('00'))],
        ['DER_MALFORMED', bytes('308106020101020101')],
        ['DER_MALFORMED', bytes('3080020101020101')],
        ['SIGNATURE_OUT_OF_RANGE', sequence(one, integer(1n << BigInt(8 * size)))],
      ];
      for (const [code, encoded] of bad)
        expect(
          codeOf(() => ecdsaFromDer(kind, encoded, 'it')),
          Buffer.from(encoded).toString('hex'),
        ).to.equal(code);
    });

    it('have keys on the curve, with coordinates below p, uncompressed', () => {
      const point = pair.key.kind === 'rsa' ? new Uint8Array() : pair.key.point;
      const x = point.slice(1, 1 + size);
      const bad = [
        concat(point.slice(0, -1), Uint8Array.of((point.at(-1) ?? 0) ^ 1)),
        concat(Uint8Array.of(2), x),
        new Uint8Array(point.length),
        point.slice(1),
      ];
      const wide = concat(Uint8Array.of(4), new Uint8Array(size).fill(255), x);
      for (const one of [...bad, wide, concat(Uint8Array.of(4), new Uint8Array(2 * size))])
        expect(codeOf(() => ecdsaKey(kind, one))).to.equal('KEY_INVALID');
      expect(codeOf(() => ecdsaKey(kind, point))).to.equal('fine');
    });
  });

describe('signatures of RSA, PSS with SHA-384', () => {
  const pair = rsaPair();
  const pss = (saltLength: number, hash = 'sha384', by: Pair = pair) =>
    new Uint8Array(sign(hash, message, { key: by.secret, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }));

  it('hold for both', () => {
    for (let run = 0; run < 5; run++) expect(both(pair.key, message, pss(48))).to.deep.equal([true, true]);
  });

  it('do not hold with another salt, hash, padding, key, message or length, for either', () => {
    const pkcs1 = new Uint8Array(sign('sha384', message, pair.secret));
    const bad = [
      pss(32),
      pss(0),
      pss(48, 'sha256'),
      pkcs1,
      pss(48, 'sha384', rsaPair()),
      pss(48).slice(1),
      new Uint8Array(256),
      new Uint8Array(256).fill(255),
    ];
    for (const signature of bad) expect(both(pair.key, message, signature)).to.deep.equal([false, false]);
    expect(both(pair.key, text('else'), pss(48))).to.deep.equal([false, false]);
  });

  it('do not hold with any bit flipped, for either', () => {
    const signature = pss(48);
    fc.assert(
      fc.property(fc.nat(8 * signature.length - 1), (bit) => {
        const flipped = signature.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(both(pair.key, message, flipped)).to.deep.equal([false, false]);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe('evidence', () => {
  it('gets one verdict by both', () => {
    const cases = [
      [{ bytes: nitroDocument() }, nitroVerifier()],
      [intelEvidence('tdx5'), intelVerifier()],
      [intelEvidence('sgx3', {}, { tcbSigner: ecPair('p256') }), intelVerifier()],
      [snpEvidence(), snpVerifier()],
    ] as const;
    for (const [evidence, verifier] of cases)
      expect(verifyEvidence(evidence, { ...verifier, verifySignature: verifyWithNoble })).to.deep.equal(
        verifyEvidence(evidence, verifier),
      );
  });
});
