/** Certificates and lists that are well signed and badly made, and evidence that is none. */

import { expect } from 'chai';
import { isRefusal, refusable } from '../../signer/evidence/refusal.ts';
import { verifyWithNode } from '../../signer/evidence/signatures/node.ts';
import { decodeTdxQuote } from '../../signer/evidence/tdx/verifyTdx.ts';
import { verifyEvidence } from '../../signer/evidence/verifyEvidence.ts';
import { decodeCertificate } from '../../signer/evidence/x509/certificate.ts';
import { decodeRevocationList } from '../../signer/evidence/x509/revocationList.ts';
import { verifyChain } from '../../signer/evidence/x509/verifyChain.ts';
import type { Extension } from '../../signer/tee/issuers/certificates.ts';
import {
  type Bytes,
  boolean,
  bytes,
  concat,
  der,
  integer,
  octets,
  oid,
  sequence,
  set,
  text,
  utf8,
} from '../../signer/tee/issuers/der.ts';
import { quoteOf } from '../../signer/tee/issuers/intel/quote.ts';
import { ecPair, type Spec } from './support/certificates.ts';
import { cert, intelEvidence, intelVerifier, pckCrl, quoteParts } from './support/intelWriter.ts';
import { NITRO_AT, nitroDocument, nitroVerifier } from './support/nitroWriter.ts';
import { verdict } from './support/verifier.ts';

const codeOf = (run: () => unknown) => {
  const outcome = refusable(run);
  return isRefusal(outcome) ? outcome.code : 'fine';
};
const read = (encoded: Bytes) => codeOf(() => decodeCertificate(encoded, 'it'));
const extended = (...more: readonly Extension[]) => read(cert('ca', { more } as Partial<Spec>));
const usage = (hex: string) =>
  read(cert('ca', { usage: undefined, more: [{ oid: '2.5.29.15', value: bytes(hex) }] } as unknown as Partial<Spec>));
const constraints = (value: Bytes) =>
  read(cert('ca', { ca: undefined, more: [{ oid: '2.5.29.19', value }] } as unknown as Partial<Spec>));
/** The first place of some bytes, replaced by as many others. */
function replaced(encoded: Bytes, from: Bytes, to: Bytes): Bytes {
  const at = Buffer.from(encoded).indexOf(from);
  if (at < 0) throw new Error('nothing to replace');
  return concat(encoded.slice(0, at), to, encoded.slice(at + from.length));
}

describe('a certificate', () => {
  it('is of version 3, with a serial number of at most 20 bytes', () => {
    expect(read(cert('ca'))).to.equal('fine');
    expect(read(replaced(cert('ca'), bytes('a003020102'), bytes('a003020101')))).to.equal('CERTIFICATE_MALFORMED');
    expect(read(cert('ca', { serial: new Uint8Array(20).fill(0x7f) }))).to.equal('fine');
    expect(read(cert('ca', { serial: new Uint8Array(21).fill(0x7f) }))).to.equal('CERTIFICATE_MALFORMED');
  });

  it('names one signature algorithm, twice the same, of those that vendors use', () => {
    const [ecdsa256, ecdsa384] = [bytes('2a8648ce3d040302'), bytes('2a8648ce3d040303')];
    expect(read(replaced(cert('ca'), ecdsa256, ecdsa384))).to.equal('CERTIFICATE_ALGORITHM');
    const both = replaced(
      replaced(cert('ca'), ecdsa256, bytes('2a8648ce3d040304')),
      ecdsa256,
      bytes('2a8648ce3d040304'),
    );
    expect(read(both)).to.equal('CERTIFICATE_ALGORITHM');
  });

  it('has a key of a named curve', () => {
    expect(read(replaced(cert('ca'), bytes('2a8648ce3d030107'), bytes('2a8648ce3d030101')))).to.equal(
      'CERTIFICATE_ALGORITHM',
    );
  });

  it('has each extension once, and no default spelled out', () => {
    const one = { oid: '1.2.3', value: text('?') };
    expect(extended(one)).to.equal('fine');
    expect(extended(one, one)).to.equal('CERTIFICATE_EXTENSION');
    expect(extended({ ...one, critical: true })).to.equal('CERTIFICATE_EXTENSION');
    const spelled = sequence(oid('1.2.3'), boolean(false), octets(text('?')));
    const plain = sequence(oid('1.2.3'), octets(text('?!!!')));
    expect(spelled.length).to.equal(plain.length);
    expect(
      read(replaced(cert('ca', { more: [{ oid: '1.2.3', value: text('?!!!') }] } as Partial<Spec>), plain, spelled)),
    ).to.equal('CERTIFICATE_EXTENSION');
  });

  it('has a minimal key usage', () => {
    expect(usage('03020106')).to.equal('fine');
    for (const hex of ['03020006', '03020806', '030100', '030400060000', '03020300'])
      expect(usage(hex), hex).to.equal('CERTIFICATE_EXTENSION');
    expect(usage('0302010606')).to.equal('DER_MALFORMED');
  });

  it('has constraints that make sense', () => {
    expect(constraints(sequence())).to.equal('fine');
    expect(constraints(sequence(boolean(true), integer(0)))).to.equal('fine');
    expect(constraints(sequence(integer(0)))).to.equal('CERTIFICATE_EXTENSION');
    expect(constraints(sequence(boolean(true), integer(0), integer(0)))).to.equal('DER_MALFORMED');
  });

  it('has one attribute in each part of its names, and one common name', () => {
    const [one, two] = ['2.5.4.3', '2.5.4.10'].map((type) => sequence(oid(type), utf8('x')));
    const named = (...parts: readonly Bytes[]) => read(cert('ca', { subjectName: sequence(...parts) }));
    if (one === undefined || two === undefined) throw new Error('two attributes');
    expect(named(set(one), set(two))).to.equal('fine');
    expect(named(set(one, two))).to.equal('DER_MALFORMED');
    expect(named(set(one), set(one))).to.equal('CERTIFICATE_MALFORMED');
  });

  it('names the key of its issuer by its id alone', () => {
    const withName = sequence(der(0x80, text('id')), der(0xa1, text('name')), der(0x82, text('1')));
    expect(
      read(
        cert('ca', {
          authorityKeyId: undefined,
          more: [{ oid: '2.5.29.35', value: withName }],
        } as unknown as Partial<Spec>),
      ),
    ).to.equal('DER_MALFORMED');
  });
});

describe('a revocation list', () => {
  const list = (encoded: Bytes) => codeOf(() => decodeRevocationList(encoded, 'it'));

  it('is of version 2 and names one algorithm', () => {
    expect(list(pckCrl())).to.equal('fine');
    expect(list(replaced(pckCrl(), bytes('020101'), bytes('020100')))).to.equal('CRL_MALFORMED');
    expect(list(replaced(pckCrl(), bytes('2a8648ce3d040302'), bytes('2a8648ce3d040303')))).to.equal('CRL_MALFORMED');
  });

  it('has entries with whole serial numbers, and is not larger than any', () => {
    expect(list(pckCrl({ serials: [Uint8Array.of(1), new Uint8Array(20).fill(1)] }))).to.equal('fine');
    expect(list(pckCrl({ serials: [new Uint8Array(21).fill(1)] }))).to.equal('CERTIFICATE_MALFORMED');
    expect(list(new Uint8Array((1 << 18) + 1))).to.equal('EVIDENCE_TOO_LARGE');
  });
});

describe('a chain', () => {
  it('has a leaf and a root at least', () => {
    const trust = { roots: [], revoked: [], at: NITRO_AT, verify: verifyWithNode };
    for (const chain of [[], [decodeCertificate(cert('ca'), 'it')]])
      expect(codeOf(() => verifyChain(chain, trust))).to.equal('CHAIN_LENGTH');
  });

  it('has lists of the algorithm of their issuer', () => {
    const evidence = intelEvidence('tdx4', {}, { pckCrl: pckCrl({ signer: ecPair('p384') }) });
    expect(verdict(evidence, intelVerifier())).to.equal('CERTIFICATE_ALGORITHM');
  });
});

describe('evidence', () => {
  it('that is of no known kind is refused', () => {
    for (const hex of [
      '',
      '00',
      '83000000',
      '0600020081000000',
      '0200020081000000',
      '0400020082000000',
      'ff'.repeat(64),
    ])
      expect(verdict({ bytes: bytes(hex) }, nitroVerifier()), hex).to.equal('EVIDENCE_UNKNOWN');
  });

  it('of SGX in a quote of version 4 is refused, and where a TDX quote is wanted, its TEE type', () => {
    const sgx4 = quoteOf({ ...quoteParts.tdx4(), teeType: 0 });
    expect(verdict({ ...intelEvidence('tdx4'), bytes: sgx4 }, intelVerifier())).to.equal('QUOTE_VERSION');
    expect(codeOf(() => decodeTdxQuote(sgx4))).to.equal('QUOTE_TEE_TYPE');
  });

  it('without a nonce is refused where one is expected, whatever its kind', () => {
    expect(verdict(intelEvidence('tdx4'), intelVerifier({ expected: { nonce: text('once') } }))).to.equal(
      'NONCE_DIFFERS',
    );
  });

  it('is never verified at a time that is none', () => {
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, NITRO_AT + 0.5, -1, 1e15])
      expect(() => verifyEvidence({ bytes: nitroDocument() }, nitroVerifier({}, at))).to.throw(RangeError);
  });
});
