/** One certificate, as bytes: DER and X.509 are read in one encoding, and every byte has a meaning or is refused. */

import { expect } from 'chai';
import { hexlify, keccak256, sha256, zeroPadBytes } from 'ethers';
import { decodeCertificate } from '../../../../../signer/evidence/x509/certificate.ts';
import { algorithmOf, type Extension, pem } from '../../../../../signer/tee/issuers/certificates.ts';
import {
  type Bytes,
  bits,
  bytes,
  concat,
  der,
  integer,
  octets,
  oid,
  sequence,
  set,
  text,
  utcTime,
  utf8,
} from '../../../../../signer/tee/issuers/der.ts';
import { pckExtension } from '../../../../../signer/tee/issuers/intel/pckExtension.ts';
import { ecPair } from '../../../../evidence/support/certificates.ts';
import { cert, INTEL_PAIRS, PCK_TCB } from '../../../../evidence/support/intelWriter.ts';
import { AT, bareIntel, CA, DAY, expectRefusal, type Refusal, ROOT } from '../support/intelWorld.ts';
import {
  type CertificateParts,
  CONSTRAINTS,
  contentOf,
  EXTENSIONS,
  extensionsOf,
  ISSUER_KEY_ID,
  KEY_ID,
  rawCertificate,
  USAGE,
  withFalse,
} from '../support/rawCertificate.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P384 = ecPair('p384');
const [BOOLEAN, INTEGER, BIT_STRING, OID, UTC, SEQUENCE] = [0x01, 0x02, 0x03, 0x06, 0x17, 0x30];
const GENERALIZED = 0x18;

const oidHash = (dotted: string) => keccak256(contentOf(oid(dotted)));
/** The first 32 bytes, as an error shows them. */
const first = (value: Bytes) => (value.length < 32 ? zeroPadBytes(value, 32) : hexlify(value.slice(0, 32)));
const until = (second: Bytes) => ({ validity: sequence(utcTime(AT - DAY), second) });
const time = (tag: number, digits: string) => until(der(tag, text(digits)));
const signature = (...numbers: readonly Bytes[]) => ({ signature: bits(sequence(...numbers)) });
const instead = (was: Extension, value: Bytes) => ({
  extensions: extensionsOf(...EXTENSIONS.map((one) => (one === was ? { ...one, value } : one))),
});
const more = (...extensions: readonly Extension[]) => ({ extensions: extensionsOf(...EXTENSIONS, ...extensions) });
const unknown = (at: number): Extension => ({ oid: `1.2.3.${at}`, value: sequence() });
const off = INTEL_PAIRS.signer.spki.slice();
off[off.length - 1]! ^= 1;
const pointOf = (spki: Bytes) => [hexlify(spki.slice(-64, -32)), hexlify(spki.slice(-32))] as const;

describe('a certificate of Intel, as bytes', () => {
  const intel = bareIntel();
  const show = (certificate: Bytes) => intel().certificates.bringSigner.staticCall(certificate);

  it('is read as it is written', async () => {
    expect(await show(rawCertificate())).to.equal(2n);
    expect(await show(rawCertificate(until(der(GENERALIZED, text('20500101000000Z')))))).to.equal(2n);
    expect(await show(rawCertificate(more(unknown(1))))).to.equal(2n);
  });

  const BYTES: readonly (readonly [string, Bytes, Refusal])[] = [
    ['of no bytes', new Uint8Array(), ['DerMalformed', 0, 0]],
    ['of one byte', bytes('30'), ['DerMalformed', 0, 0]],
    ['that is a set', set(contentOf(rawCertificate())), ['DerMalformed', 0x31, SEQUENCE]],
    ['of indefinite length', bytes('30800000'), ['DerMalformed', SEQUENCE, 0]],
    ['with a length of four bytes', bytes('308400000001'), ['DerMalformed', SEQUENCE, 0]],
    ['with a length of a byte too many', bytes('30817f'), ['DerMalformed', SEQUENCE, 0]],
    ['with a length that begins with zero', bytes('308200ff'), ['DerMalformed', SEQUENCE, 0]],
    ['that is cut', rawCertificate().slice(0, -1), ['DerMalformed', SEQUENCE, 0]],
    ['with a high tag', sequence(bytes('3f0000')), ['DerMalformed', 0x3f, 0]],
    ['with bytes behind', concat(rawCertificate(), bytes('0000')), ['DerMalformed', 2, 0]],
    ['larger than any', new Uint8Array(4_097), ['EvidenceTooLarge', 4_097, 4_096]],
  ];
  for (const [what, certificate, refusal] of BYTES)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(certificate), ...refusal);
    });

  const two = set(sequence(oid('2.5.4.3'), utf8('a')));
  const wide = integer(new Uint8Array(33).fill(1));
  const PARTS: readonly (readonly [string, Partial<CertificateParts>, Refusal])[] = [
    ['of version 2', { version: der(0xa0, integer(1)) }, ['CertificateMalformed', 1, 2]],
    ['of a version of five bytes', { version: der(0xa0, integer(2n ** 32n)) }, ['DerMalformed', 5, INTEGER]],
    ['without a version', { version: new Uint8Array() }, ['DerMalformed', INTEGER, 0xa0]],
    ['with a negative serial number', { serial: bytes('020180') }, ['DerMalformed', 0x80, INTEGER]],
    ['with a padded serial number', { serial: bytes('02020001') }, ['DerMalformed', 0, INTEGER]],
    ['with a serial number of no bytes', { serial: bytes('0200') }, ['DerMalformed', 0, INTEGER]],
    [
      'with a serial number of 21 bytes',
      { serial: integer(new Uint8Array(21).fill(1)) },
      ['CertificateMalformed', 21, 20],
    ],
    ['with two common names', { subject: sequence(two, two) }, ['CertificateMalformed', 2, 1]],
    [
      'with an attribute of two values',
      { subject: sequence(set(sequence(oid('2.5.4.3'), utf8('a'), utf8('b')))) },
      ['DerMalformed', 3, 0],
    ],
    [
      'with a padded object identifier',
      { subject: sequence(set(sequence(bytes('06028001'), utf8('a')))) },
      ['DerMalformed', 0x80, OID],
    ],
    [
      'with half an object identifier',
      { subject: sequence(set(sequence(bytes('06025581'), utf8('a')))) },
      ['DerMalformed', 2, OID],
    ],
    [
      'with an object identifier of no bytes',
      { subject: sequence(set(sequence(bytes('0600'), utf8('a')))) },
      ['DerMalformed', 0, OID],
    ],
    ['with a time that is a number', until(integer(1)), ['DerMalformed', INTEGER, UTC]],
    ['with a time without seconds', time(UTC, '2602010000Z'), ['DerMalformed', UTC, UTC]],
    ['with a time of another zone', time(UTC, '260201000000A'), ['DerMalformed', UTC, UTC]],
    ['with the 30th of February', time(UTC, '260230000000Z'), ['DerMalformed', UTC, UTC]],
    ['with a 13th month', time(UTC, '261301000000Z'), ['DerMalformed', UTC, UTC]],
    ['with an hour of letters', time(UTC, '260201xx0000Z'), ['DerMalformed', UTC, UTC]],
    ['with a time before 1970', time(UTC, '690101000000Z'), ['DerMalformed', UTC, UTC]],
    [
      'with a short year spelled long',
      time(GENERALIZED, '20491231235959Z'),
      ['DerMalformed', GENERALIZED, GENERALIZED],
    ],
    ['with a third time', { validity: sequence(utcTime(AT - DAY), utcTime(AT), utcTime(AT)) }, ['DerMalformed', 15, 0]],
    [
      'signed with SHA-384, as it says',
      { inner: algorithmOf(P384), algorithm: algorithmOf(P384) },
      ['CertificateAlgorithm', first(algorithmOf(P384))],
    ],
    [
      'signed with SHA-384, as it says outside',
      { algorithm: algorithmOf(P384) },
      ['CertificateAlgorithm', first(algorithmOf(INTEL_PAIRS.root))],
    ],
    ['of a key of P-384', { key: P384.spki }, ['CertificateAlgorithm', zeroPadBytes(P384.spki.slice(0, 27), 32)]],
    ['of a key off the curve', { key: off }, ['KeyInvalid', ...pointOf(off)]],
    ['with bits of a byte and a half', { signature: bytes('03020480') }, ['DerMalformed', 0, BIT_STRING]],
    ['with r of zero', signature(integer(0), integer(5)), ['SignatureOutOfRange', 0, 5]],
    ['with s of zero', signature(integer(5), integer(0)), ['SignatureOutOfRange', 5, 0]],
    ['with r of n', signature(integer(ORDER), integer(5)), ['SignatureOutOfRange', ORDER, 5]],
    ['with s of n', signature(integer(5), integer(ORDER)), ['SignatureOutOfRange', 5, ORDER]],
    ['with r of 33 bytes', signature(wide, integer(5)), ['SignatureOutOfRange', 0, 5]],
    ['with three numbers for a signature', signature(integer(1), integer(2), integer(3)), ['DerMalformed', 3, 0]],
    ['without extensions', { extensions: new Uint8Array() }, ['DerMalformed', 0, 0]],
  ];
  for (const [what, change, refusal] of PARTS)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(rawCertificate(change)), ...refusal);
    });

  it('with another signature: ChainSignature', async () => {
    const certificate = rawCertificate(signature(integer(5), integer(7)));
    const { tbs } = decodeCertificate(certificate, 'it');
    await expectRefusal(intel(), () => show(certificate), 'ChainSignature', 0x77, sha256(tbs));
  });

  const [BASIC, USAGES] = [oidHash(CONSTRAINTS.oid), oidHash(USAGE.oid)];
  const EXTENDED: readonly (readonly [string, Partial<CertificateParts>, Refusal])[] = [
    ['twice', more(KEY_ID), ['CertificateExtension', oidHash(KEY_ID.oid)]],
    [
      'that is critical and unknown',
      more({ ...unknown(1), critical: true }),
      ['CertificateExtension', oidHash('1.2.3.1')],
    ],
    [
      'whose default is spelled out',
      { extensions: der(0xa3, sequence(withFalse(KEY_ID))) },
      ['CertificateExtension', oidHash(KEY_ID.oid)],
    ],
    [
      'the 17th',
      more(...Array.from({ length: 13 }, (_, at) => unknown(at))),
      ['CertificateExtension', oidHash('1.2.3.12')],
    ],
    ['of a path below what is no CA', instead(CONSTRAINTS, sequence(integer(1))), ['CertificateExtension', BASIC]],
    ['of a CA by another truth', instead(CONSTRAINTS, sequence(bytes('010101'))), ['DerMalformed', 1, BOOLEAN]],
    ['of a CA by two bytes', instead(CONSTRAINTS, sequence(bytes('0102ffff'))), ['DerMalformed', 1, BOOLEAN]],
    ['of constraints with more in them', instead(CONSTRAINTS, sequence(octets(bytes('00')))), ['DerMalformed', 3, 0]],
    ['of usage with trailing zeros', instead(USAGE, bytes('03020080')), ['CertificateExtension', USAGES]],
    ['of usage with unused ones', instead(USAGE, bytes('03020781')), ['CertificateExtension', USAGES]],
    ['of usage of no bits', instead(USAGE, bytes('030100')), ['CertificateExtension', USAGES]],
    ['of usage of three bytes', instead(USAGE, bytes('030400800001')), ['CertificateExtension', USAGES]],
    [
      'of a key that names its issuer too',
      instead(ISSUER_KEY_ID, sequence(der(0x80, bytes('01')), der(0xa1))),
      ['DerMalformed', 2, 0],
    ],
    ['with bytes behind', instead(KEY_ID, concat(KEY_ID.value, bytes('0000'))), ['DerMalformed', 2, 0]],
  ];
  for (const [what, change, refusal] of EXTENDED)
    it(`with an extension ${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(rawCertificate(change)), ...refusal);
    });

  it('may use bits of a second byte', async () => {
    expect(await show(rawCertificate(instead(USAGE, bytes('0303078080'))))).to.equal(2n);
  });
});

describe('what a PCK certificate says of its platform', () => {
  const intel = bareIntel();
  const PREFIX = '1.2.840.113741.1.13.1';
  const show = (value: Bytes | null) => {
    const extensions = value === null ? [] : [{ oid: PREFIX, value }];
    return intel().certificates.bringPck.staticCall(text(pem(cert('pck', { more: extensions }), CA, ROOT)));
  };
  const whole = pckExtension(PCK_TCB);
  const item = (suffix: string, value: Bytes) => sequence(oid(`${PREFIX}.${suffix}`), value);
  const plus = (...items: readonly Bytes[]) => sequence(contentOf(whole), ...items);
  const tcb = (change: Partial<typeof PCK_TCB>) => pckExtension({ ...PCK_TCB, ...change });
  const five = (length: number) => Array<number>(length).fill(5);

  it('may say more, under other numbers', async () => {
    expect(await show(plus(item('5', integer(1)), item('7', sequence())))).to.have.length(66);
  });

  const REFUSED: readonly (readonly [string, Bytes | null, Refusal])[] = [
    ['nothing at all', null, ['PckExtension', 0]],
    ['nothing, in no bytes', new Uint8Array(), ['PckExtension', 0]],
    ['an empty list', sequence(), ['PckExtension', 0]],
    ['something twice', plus(item('3', octets(bytes('0000')))), ['PckExtension', 3]],
    ['something of another number space', plus(sequence(oid('1.2.3.4.5.6.7.8.9.1'), integer(1))), ['PckExtension', 0]],
    ['something of number 0', plus(item('0', integer(1))), ['PckExtension', 0]],
    ['15 SVNs', tcb({ components: five(15) }), ['PckExtension', 2]],
    ['17 SVNs', tcb({ components: five(17) }), ['PckExtension', 17]],
    ['an SVN of 256', tcb({ components: [...five(15), 256] }), ['PckExtension', 16]],
    ['a PCESVN of 65,536', tcb({ pceSvn: 65_536 }), ['PckExtension', 17]],
    ['an FMSPC of five bytes', tcb({ fmspc: '00806f0500' }), ['PckExtension', 4]],
    ['a PCE id of one byte', tcb({ pceId: '00' }), ['PckExtension', 3]],
    ['a PPID of 15 bytes', tcb({ ppid: new Uint8Array(15) }), ['PckExtension', 1]],
    ['a TCB that is no list', sequence(item('2', integer(1))), ['PckExtension', 2]],
    ['an SVN that is no number', sequence(item('2', sequence(item('2.1', octets(bytes('05')))))), ['PckExtension', 1]],
    ['two values in one', plus(sequence(oid(`${PREFIX}.5`), integer(1), integer(1))), ['DerMalformed', 3, 0]],
    ['bytes behind', concat(whole, bytes('0000')), ['DerMalformed', 2, 0]],
  ];
  for (const [what, value, refusal] of REFUSED)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(value), ...refusal);
    });
});
