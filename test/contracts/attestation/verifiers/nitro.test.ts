/** Everything that a Nitro document or a certificate of its chain is refused for, by a development PKI's documents with one part changed at a time. */

import { sha384 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers/types';
import { expect } from 'chai';
import { hexlify } from 'ethers';
import { codeOf, setTime } from '../../../../scripts/evidence/evidenceChain.ts';
import { bring, deployNitro, type Nitro, POLICY, refusalOfCall } from '../../../../scripts/evidence/nitroChain.ts';
import { decodeEnvelope } from '../../../../signer/evidence/nitro/document.ts';
import { certificateId, framed, nitroEvidence } from '../../../../signer/evidence/nitro/onChain.ts';
import { p384Hints } from '../../../../signer/evidence/nitro/p384Hints.ts';
import { isRefusal } from '../../../../signer/evidence/refusal.ts';
import { type EcdsaKey, ecdsaFromDer } from '../../../../signer/evidence/signatures/signature.ts';
import { verifyEvidence } from '../../../../signer/evidence/verifyEvidence.ts';
import { decodeCertificate } from '../../../../signer/evidence/x509/certificate.ts';
import { type Extension, nameOf, signed } from '../../../../signer/tee/issuers/certificates.ts';
import {
  type Bytes,
  bytes,
  concat,
  der,
  integer,
  oid,
  sequence,
  set,
  text,
  utf8,
} from '../../../../signer/tee/issuers/der.ts';
import { byteString, head, list, map, NULL, textString, unsigned } from '../../../../signer/tee/issuers/nitro/cbor.ts';
import { type NitroParts, payloadOf } from '../../../../signer/tee/issuers/nitro/document.ts';
import { NitroCertificates__factory } from '../../../../types/factories/contracts/attestation/verifiers/nitro/NitroCertificates__factory.ts';
import { certificate, ecPair, type Spec } from '../../../evidence/support/certificates.ts';
import {
  NITRO_AT,
  NITRO_PAIRS,
  NITRO_ROOT,
  NITRO_SPECS,
  nitroDocument,
  nitroParts,
  nitroVerifier,
  pcr,
} from '../../../evidence/support/nitroWriter.ts';
import { accepted } from '../../../evidence/support/verifier.ts';
import { claimOf, hintsForAnything, N } from './support/p384.ts';

const SAID = new Uint8Array(32).fill(0x5a);
const PARTS: NitroParts = { ...nitroParts(), userData: byteString(SAID) };
const document = (change: Partial<NitroParts> = {}) => nitroDocument({ ...PARTS, ...change });
const [, REGION, ZONE] = PARTS.bundle as [Bytes, Bytes, Bytes];
const idOf = (encoded: Bytes) => certificateId(decodeCertificate(encoded, 'a certificate'));
const none: Bytes = new Uint8Array();

/** The hints of an honest helper, or, where nothing holds, of one that works hard. */
function hintsFor(key: EcdsaKey, message: Bytes, signature: Bytes): Bytes {
  const digest = sha384(message);
  return p384Hints(key.point, digest, signature) ?? hintsForAnything(claimOf(key.point, digest, signature));
}

/** Evidence as far as hints can be made. */
function evidenceOf(encoded: Bytes): Bytes {
  try {
    const { signed: message, signature, document: content } = decodeEnvelope(encoded);
    const { key } = decodeCertificate(content.certificate, 'the leaf');
    return framed(encoded, hintsFor(key as EcdsaKey, message, signature));
  } catch {
    return framed(encoded, none);
  }
}

/** A certificate to bring below another, with hints as far as they can be made. */
function under(parent: Bytes, encoded: Bytes) {
  const issuer = decodeCertificate(parent, 'the issuer');
  let hints: Bytes = none;
  try {
    const { tbs, signature } = decodeCertificate(encoded, 'a certificate');
    hints = hintsFor(issuer.key as EcdsaKey, tbs, ecdsaFromDer('p384', signature, 'a certificate'));
  } catch {
    // malformed: it is refused before its signature
  }
  return { certificate: encoded, parent: certificateId(issuer), hints };
}

describe('NitroVerifier', () => {
  let it_: Nitro;
  let snapshot: SnapshotRestorer;

  before(async () => {
    it_ = await deployNitro(NITRO_ROOT, NITRO_AT);
    await bring(it_, under(NITRO_ROOT, REGION));
    await bring(it_, under(REGION, ZONE));
    await bring(it_, under(ZONE, PARTS.leaf));
    snapshot = await it_.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const verdict = (evidence: Bytes) => refusalOfCall(it_, () => it_.verifier.verify(evidence));
  const brought = (one: ReturnType<typeof under>) =>
    refusalOfCall(it_, () => it_.certificates.bring.staticCall(one.certificate, one.parent, one.hints));

  describe('accepts', () => {
    it('a document, and says what is said off chain', async () => {
      const on = await it_.verifier.verify(nitroEvidence(document()));
      const off = accepted({ bytes: document() }, nitroVerifier());
      expect(on.tee).to.equal(hexlify(keccak_256(text('quorate/tee/nitro/1'))));
      expect(on.measurement).to.equal(hexlify(off.measurement));
      expect(on.platformId).to.equal(hexlify(off.platformId));
      expect(on.reportData).to.equal(hexlify(SAID));
      expect([on.notBefore, on.validUntil]).to.deep.equal([BigInt(off.notBefore), BigInt(off.validUntil)]);
      expect([on.tcbStatus, on.evaluationNumber]).to.deep.equal([0n, 0n]);
      expect([await it_.verifier.tee(), await it_.verifier.vendor()]).to.deep.equal([
        on.tee,
        hexlify(keccak_256(text('quorate/vendor/aws/1'))),
      ]);
    });

    it('tag 18, maps of indefinite length, any order, more PCRs, absent fields', async () => {
      const indefinite = (entries: readonly (readonly [Bytes, Bytes])[]) =>
        concat(Uint8Array.of(0xbf), ...entries.flat(), Uint8Array.of(0xff));
      const fields = [
        ['user_data', PARTS.userData],
        ['pcrs', indefinite([15, 8, 2, 1, 0].map((index) => pcr(index)))],
        ['certificate', byteString(PARTS.leaf)],
        ['cabundle', list(...PARTS.bundle.map(byteString))],
        ['timestamp', unsigned(PARTS.timestamp)],
        ['digest', textString('SHA384')],
        ['module_id', textString(PARTS.moduleId)],
      ] as const;
      const payload = indefinite(fields.map(([name, value]) => [textString(name), value] as const));
      const encoded = concat(Uint8Array.of(0xd2), document({ payload, unprotected: indefinite([]) }));
      expect(await verdict(nitroEvidence(encoded))).to.equal('accepted');
      const claims = await it_.verifier.claimsOf(nitroEvidence(encoded));
      expect([claims.nonce, claims.publicKey, claims.userData]).to.deep.equal(['0x', '0x', hexlify(SAID)]);
    });

    it('(r, n - s) as the same attestation: bytes are no replay key', async () => {
      const encoded = document();
      const { signature } = decodeEnvelope(encoded);
      const other = encoded.slice();
      const s = (N - BigInt(hexlify(signature.slice(48)))).toString(16).padStart(96, '0');
      other.set(bytes(s), encoded.length - 48);
      expect(await it_.verifier.verify(nitroEvidence(other))).to.deep.equal(
        await it_.verifier.verify(nitroEvidence(encoded)),
      );
    });

    it('nonce and public key as they are', async () => {
      const claims = await it_.verifier.claimsOf(nitroEvidence(document({ publicKey: byteString(text('key')) })));
      expect([claims.nonce, claims.publicKey]).to.deep.equal([hexlify(text('once')), hexlify(text('key'))]);
      expect(claims.timestamp).to.equal(BigInt(PARTS.timestamp));
    });
  });

  describe('refuses a document', () => {
    const without = (name: string) => {
      const entries = fieldsOf();
      return map(entries.filter(([key]) => key !== name).map(([key, value]) => [textString(key), value] as const));
    };
    const instead = (name: string, value: Bytes) => {
      const entries = fieldsOf();
      return map(entries.map(([key, was]) => [textString(key), key === name ? value : was] as const));
    };
    const pcrs = (...all: NitroParts['pcrs']) => ({ pcrs: all });
    const some = [0, 1, 2, 8].map((index) => pcr(index));
    const except = (index: number) => pcrs(...[0, 1, 2, 8].filter((one) => one !== index).map((one) => pcr(one)));
    const DOCUMENTS: readonly (readonly [string, string, () => Bytes])[] = [
      ['signed by another key', 'NitroSignature', () => document({ signer: NITRO_PAIRS.other })],
      ['whose header says ES256', 'NitroAlgorithm', () => document({ header: bytes('a10126') })],
      ['whose header says nothing', 'NitroAlgorithm', () => document({ header: none })],
      [
        'that names ES384 outside what is signed',
        'NitroAlgorithm',
        () => document({ header: none, unprotected: bytes('a1013822') }),
      ],
      ['that says something unsigned', 'NitroHeader', () => document({ unprotected: bytes('a1013822') })],
      ['of three parts', 'NitroHeader', () => list(byteString(bytes('a1013822')), map([]), byteString(none))],
      ['that is a map', 'NitroHeader', () => map([])],
      ['of no bytes', 'NitroHeader', () => none],
      ['with bytes behind it', 'CborTrailingBytes', () => concat(document(), Uint8Array.of(0))],
      [
        'with bytes behind its fields',
        'CborTrailingBytes',
        () => document({ payload: concat(payloadOf(PARTS), Uint8Array.of(0)) }),
      ],
      ['with a field twice', 'CborDuplicateKey', () => document({ more: [[textString('nonce'), NULL]] })],
      ['with a PCR twice', 'CborDuplicateKey', () => document(pcrs(...some, pcr(1)))],
      [
        'whose number is longer than needed',
        'CborNotMinimal',
        () => document({ payload: instead('timestamp', bytes('1b0000000000000001')) }),
      ],
      [
        'whose length is longer than needed',
        'CborNotMinimal',
        () => document({ payload: instead('nonce', bytes('580101')) }),
      ],
      [
        'with a list of indefinite length',
        'CborIndefinite',
        () => document({ payload: instead('cabundle', bytes('9fff')) }),
      ],
      [
        'with a string of indefinite length',
        'CborIndefinite',
        () => document({ payload: instead('nonce', bytes('5fff')) }),
      ],
      ['with a float', 'CborMalformed', () => document({ payload: instead('timestamp', bytes('f97e00')) })],
      [
        'whose number is above 2^53',
        'CborMalformed',
        () => document({ payload: instead('timestamp', bytes('1b0020000000000000')) }),
      ],
      ['with a reserved head', 'CborMalformed', () => document({ payload: instead('timestamp', bytes('1c')) })],
      ['that is cut', 'CborMalformed', () => document().slice(0, -1)],
      ['with a map of too many entries', 'CborMalformed', () => document({ payload: head(5, 65) })],
      ...['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle'].map(
        (name) => [`without ${name}`, 'NitroField', () => document({ payload: without(name) })] as const,
      ),
      ...['module_id', 'digest', 'timestamp', 'certificate', 'nonce'].map(
        (name) =>
          [`whose ${name} is a list`, 'NitroField', () => document({ payload: instead(name, list()) })] as const,
      ),
      ['whose pcrs are null', 'NitroField', () => document({ payload: instead('pcrs', NULL) })],
      ['with an unknown field', 'NitroField', () => document({ more: [[textString('more'), NULL]] })],
      ['with a field of a long name', 'NitroField', () => document({ more: [[textString('nonce'.repeat(7)), NULL]] })],
      ['with a numbered field', 'NitroField', () => document({ more: [[unsigned(1), NULL]] })],
      ['with too long a nonce', 'NitroField', () => document({ nonce: byteString(new Uint8Array(1025)) })],
      ['with no bundle', 'NitroField', () => document({ bundle: [] })],
      ['with a bundle of nine', 'NitroField', () => document({ bundle: Array.from({ length: 9 }, () => none) })],
      ['of another digest', 'NitroDigest', () => document({ digest: 'SHA512' })],
      ['of another module', 'NitroModule', () => document({ moduleId: 'i-0123456789abcdef0-enc0123456789abcdee' })],
      ...[0, 1, 2, 8].map(
        (index) => [`without PCR${index}`, 'NitroPcrMissing', () => document(except(index))] as const,
      ),
      ...[0, 1, 2].map(
        (index) =>
          [
            `whose PCR${index} is zero`,
            'NitroDebug',
            () =>
              document(pcrs(...[0, 1, 2, 8].map((one) => pcr(one, one === index ? new Uint8Array(48) : undefined)))),
          ] as const,
      ),
      ['with PCR32', 'NitroPcrIndex', () => document(pcrs(...some, pcr(32)))],
      ['with PCR -1', 'NitroPcrIndex', () => document(pcrs(...some, [bytes('20'), pcr(0)[1]]))],
      ['with a named PCR', 'NitroPcrIndex', () => document(pcrs(...some, [textString('0'), pcr(0)[1]]))],
      ['with a PCR of 47 bytes', 'NitroPcrLength', () => document(pcrs(...some, pcr(3, new Uint8Array(47))))],
      ['with a PCR of 64 bytes', 'NitroPcrLength', () => document(pcrs(...some, pcr(3, new Uint8Array(64))))],
      ['timed in seconds', 'NitroTimestampUnit', () => document({ timestamp: NITRO_AT })],
      ['timed in microseconds', 'NitroTimestampUnit', () => document({ timestamp: NITRO_AT * 1_000_000 })],
      ['that is stale', 'NitroStale', () => document({ timestamp: (NITRO_AT - POLICY.document - 60) * 1000 })],
      ['from the future', 'NitroFuture', () => document({ timestamp: (NITRO_AT + 90) * 1000 })],
      ['that says nothing', 'NitroReportData', () => document({ userData: NULL })],
      ['that says 31 bytes', 'NitroReportData', () => document({ userData: byteString(SAID.slice(1)) })],
      ['that says 33 bytes', 'NitroReportData', () => document({ userData: byteString(new Uint8Array(33)) })],
      ['under another root of the same name', 'ChainRoot', () => document({ bundle: [otherRoot(), REGION, ZONE] })],
      ['whose bundle is reordered', 'ChainOrder', () => document({ bundle: [NITRO_ROOT, ZONE, REGION] })],
      ['whose bundle is turned round', 'ChainRoot', () => document({ bundle: [ZONE, REGION, NITRO_ROOT] })],
      ['whose bundle misses one', 'ChainOrder', () => document({ bundle: [NITRO_ROOT, ZONE] })],
      ['whose bundle misses its root', 'ChainRoot', () => document({ bundle: [REGION, ZONE] })],
      ['whose bundle has one twice', 'ChainDuplicate', () => document({ bundle: [NITRO_ROOT, REGION, ZONE, ZONE] })],
      [
        'whose leaf stands in its bundle',
        'ChainDuplicate',
        () => document({ bundle: [NITRO_ROOT, REGION, ZONE, PARTS.leaf] }),
      ],
      [
        'whose leaf is a CA',
        'ChainLeafIsCa',
        () => document({ bundle: [NITRO_ROOT, REGION], leaf: ZONE, signer: NITRO_PAIRS.zone }),
      ],
      ['whose leaf nobody has brought', 'CertificateUnknown', () => document({ leaf: certificate(NITRO_SPECS.leaf) })],
      [
        'whose certificate has bytes behind it',
        'DerMalformed',
        () => document({ leaf: concat(PARTS.leaf, Uint8Array.of(0)) }),
      ],
      ['that is larger than any', 'EvidenceTooLarge', () => new Uint8Array(16_385)],
      ['with a certificate larger than any', 'EvidenceTooLarge', () => document({ leaf: new Uint8Array(4_097) })],
      ['whose signature has 95 bytes', 'SignatureMalformed', () => resigned((was) => was.slice(1))],
      ['whose signature has 97 bytes', 'SignatureMalformed', () => resigned((was) => concat(was, Uint8Array.of(0)))],
    ];
    for (const [title, name, make] of DOCUMENTS)
      it(`${title}: ${name}`, async () => {
        expect(await verdict(evidenceOf(make()))).to.equal(name);
      });

    it('names the same reason off chain, but for what only a chain knows [N1 N4]', () => {
      const onChainOnly = ['NitroReportData', 'CertificateUnknown'];
      const differs: Record<string, string> = {};
      for (const [title, name, make] of DOCUMENTS) {
        const off = verifyEvidence({ bytes: make() }, nitroVerifier());
        const found = isRefusal(off) ? off.code : 'accepted';
        if (found !== codeOf(name) && !onChainOnly.includes(name)) differs[title] = found;
      }
      expect(differs).to.deep.equal(DIFFERENCES);
    });

    for (const [name, value] of [
      ['0', 0n],
      ['n', N],
      ['n + 1', N + 1n],
    ] as const)
      it(`whose r or s is ${name}: SignatureOutOfRange`, async () => {
        const number = bytes(value.toString(16).padStart(96, '0'));
        for (const place of [0, 48]) {
          const encoded = resigned((was) => {
            const changed = was.slice();
            changed.set(number, place);
            return changed;
          });
          const hints = nitroEvidence(document()).slice(2 + document().length);
          expect(await verdict(framed(encoded, hints))).to.equal('SignatureOutOfRange');
        }
      });

    it('whose signature has a bit flipped, with every slope right: NitroSignature', async () => {
      const encoded = resigned((was) => {
        const changed = was.slice();
        changed[95]! ^= 1;
        return changed;
      });
      expect(await verdict(evidenceOf(encoded))).to.equal('NitroSignature');
    });

    it('with any byte flipped, under the hints of the true one [N1]', async () => {
      const evidence = nitroEvidence(document());
      const length = document().length;
      const step = process.env.QUORATE_EVERY_BYTE === '1' ? 1 : 151;
      for (let place = 2; place < 2 + length; place += step) {
        const flipped = evidence.slice();
        flipped[place]! ^= 1;
        expect(await verdict(flipped), `byte ${place}`).to.not.equal('accepted');
      }
    });

    const MODULES = {
      'i-0-enc0': 'accepted',
      [`i-${'0a'.repeat(16)}-enc${'f9'.repeat(16)}`]: 'accepted',
      'i--enc0': 'NitroModule',
      'i-0-enc': 'NitroModule',
      'i-0-enc0-': 'NitroModule',
      'i-0-enC0': 'NitroModule',
      'i-0A-enc0': 'NitroModule',
      'i-0g-enc0': 'NitroModule',
      'j-0-enc0': 'NitroModule',
      'i-0': 'NitroModule',
      'i-': 'NitroModule',
      i: 'NitroModule',
      [`i-${'0'.repeat(33)}-enc0`]: 'NitroModule',
      [`i-0-enc${'0'.repeat(33)}`]: 'NitroModule',
    };
    for (const [moduleId, name] of Object.entries(MODULES))
      it(`of the module "${moduleId}", as its leaf says: ${name}`, async () => {
        const leaf = certificate({ ...NITRO_SPECS.leaf, subject: `${moduleId}.region.aws` });
        await bring(it_, under(ZONE, leaf));
        const encoded = document({ moduleId, leaf });
        expect(await verdict(evidenceOf(encoded))).to.equal(name);
        const off = verifyEvidence({ bytes: encoded }, nitroVerifier());
        expect(isRefusal(off) ? off.code : 'accepted').to.equal(name === 'accepted' ? name : codeOf(name));
        if (!isRefusal(off))
          expect((await it_.verifier.claimsOf(evidenceOf(encoded))).platformId).to.equal(hexlify(off.platformId));
      });

    it('under wrong, missing or more hints [N5]', async () => {
      const evidence = nitroEvidence(document());
      const slope = 2 + document().length + 144 + 47;
      const flipped = evidence.slice();
      flipped[slope]! ^= 1;
      expect(await verdict(flipped)).to.equal('HintSlope');
      expect(await verdict(evidence.slice(0, -48))).to.equal('HintLength');
      expect(await verdict(concat(evidence, new Uint8Array(48)))).to.equal('HintLength');
      expect(await verdict(framed(document(), none))).to.equal('HintLength');
      const head_ = 2 + document().length;
      const zero = evidence.slice();
      zero.fill(0, head_, head_ + 48);
      expect(await verdict(zero)).to.equal('HintMultiplier');
    });

    it('that ends within what its length says, or has none', async () => {
      const refused = (evidence: Bytes, ...values: number[]) =>
        expect(it_.verifier.verify(evidence))
          .to.be.revertedWithCustomError(it_.verifier, 'EvidenceTruncated')
          .withArgs(...values);
      await refused(none, 0, 2);
      await refused(Uint8Array.of(1), 1, 2);
      await refused(Uint8Array.of(0, 9, 1), 3, 11);
      const most = 2 + 16_384 + 356 * 48;
      await expect(it_.verifier.verify(new Uint8Array(most + 1)))
        .to.be.revertedWithCustomError(it_.verifier, 'EvidenceTooLarge')
        .withArgs(most + 1, most);
    });
  });

  describe('as time goes by', () => {
    it('refuses a document that has become stale, at the second [N4]', async () => {
      const encoded = document({ timestamp: (NITRO_AT + 30) * 1000 + 999 });
      await setTime(it_, NITRO_AT + 30 + POLICY.document);
      expect(await verdict(nitroEvidence(encoded))).to.equal('accepted');
      await setTime(it_, NITRO_AT + 31 + POLICY.document);
      await expect(it_.verifier.verify(nitroEvidence(encoded)))
        .to.be.revertedWithCustomError(it_.verifier, 'NitroStale')
        .withArgs(NITRO_AT + 30, NITRO_AT + 31 + POLICY.document, POLICY.document);
    });

    for (const [title, which] of [
      ['leaf', 2],
      ['ancestor behind a known leaf', 1],
    ] as const)
      it(`refuses an expired ${title} [N2]`, async () => {
        const soon = { notAfter: NITRO_AT + 600 };
        const zone = certificate({ ...NITRO_SPECS.zone, ...(which === 1 ? soon : {}) });
        const leaf = certificate({ ...NITRO_SPECS.leaf, ...(which === 2 ? soon : {}) });
        await bring(it_, under(REGION, zone));
        await bring(it_, under(zone, leaf));
        const evidence = nitroEvidence(document({ bundle: [NITRO_ROOT, REGION, zone], leaf }));
        await setTime(it_, NITRO_AT + 600);
        expect(await verdict(evidence)).to.equal('accepted');
        await setTime(it_, NITRO_AT + 601);
        expect(await verdict(evidence)).to.equal('CertificateExpired');
        const late = certificate(NITRO_SPECS.leaf);
        if (which === 1) expect(await brought(under(zone, late))).to.equal('CertificateExpired');
      });

    for (const [title, which, parent] of [
      ['leaf', PARTS.leaf, ZONE],
      ['ancestor behind a known leaf', REGION, NITRO_ROOT],
      ['root', NITRO_ROOT, NITRO_ROOT],
    ] as const)
      it(`refuses a revoked ${title} [N2 N3]`, async () => {
        const { serial } = decodeCertificate(which, 'it');
        const issuer = keccak_256(decodeCertificate(parent, 'its issuer').subject);
        await expect(it_.certificates.revoke(issuer, hexlify(serial)))
          .to.emit(it_.certificates, 'CertificateRevocation')
          .withArgs(hexlify(issuer), BigInt(hexlify(serial)));
        expect(await it_.certificates.isRevoked(issuer, hexlify(serial))).to.equal(true);
        expect(await verdict(nitroEvidence(document()))).to.equal('CertificateRevoked');
        expect(await brought(under(ZONE, certificate(NITRO_SPECS.leaf)))).to.equal(
          which === PARTS.leaf ? 'accepted' : 'CertificateRevoked',
        );
      });
  });

  describe('takes a certificate', () => {
    it('from anyone, once', async () => {
      const leaf = certificate(NITRO_SPECS.leaf);
      const one = under(ZONE, leaf);
      const { serial } = decodeCertificate(leaf, 'it');
      const send = () => it_.certificates.connect(it_.anyone).bring(one.certificate, one.parent, one.hints);
      await expect(send())
        .to.emit(it_.certificates, 'CertificateBrought')
        .withArgs(hexlify(idOf(leaf)), hexlify(idOf(ZONE)), BigInt(hexlify(serial)));
      await expect(send()).to.not.emit(it_.certificates, 'CertificateBrought');
      const known = await it_.certificates.certificateOf(idOf(leaf));
      expect([known.parent, known.isCa, known.room, known.serial]).to.deep.equal([
        hexlify(idOf(ZONE)),
        false,
        0n,
        BigInt(hexlify(serial)),
      ]);
      expect(known.subject).to.equal(hexlify(keccak_256(decodeCertificate(leaf, 'it').subject)));
      expect([known.notBefore, known.notAfter]).to.deep.equal(
        [NITRO_SPECS.leaf.notBefore, NITRO_SPECS.leaf.notAfter].map(BigInt),
      );
      expect(await it_.certificates.root()).to.equal(hexlify(idOf(NITRO_ROOT)));
      expect((await it_.certificates.certificateOf(idOf(REGION))).room).to.equal(1n);
    });

    const leafWith = (change: Partial<Spec>) => () => under(ZONE, certificate({ ...NITRO_SPECS.leaf, ...change }));
    const zoneWith = (change: Partial<Spec>) => () => under(REGION, certificate({ ...NITRO_SPECS.zone, ...change }));
    const critical: Extension = { oid: '1.2.3', value: sequence(), critical: true };
    const twice: Extension = { oid: '2.5.29.15', value: der(0x03, Uint8Array.of(7, 0x80)) };
    const CERTIFICATES: readonly (readonly [string, string, () => ReturnType<typeof under>])[] = [
      ['that its issuer has not signed', 'ChainSignature', leafWith({ signer: NITRO_PAIRS.other })],
      [
        'under a parent that nobody has brought',
        'CertificateUnknown',
        () => ({ ...under(ZONE, certificate(NITRO_SPECS.leaf)), parent: SAID }),
      ],
      ['known under another parent', 'ChainOrder', () => ({ ...under(ZONE, PARTS.leaf), parent: idOf(REGION) })],
      ['that is the root', 'ChainOrder', () => ({ ...under(NITRO_ROOT, NITRO_ROOT), parent: new Uint8Array(32) })],
      ['that names another issuer', 'ChainOrder', leafWith({ issuer: 'region' })],
      ['that names another key', 'ChainKeyId', leafWith({ authorityKeyId: new Uint8Array(20).fill(9) })],
      ['that names a key of no bytes', 'ChainKeyId', leafWith({ authorityKeyId: none })],
      [
        'under a leaf',
        'ChainNotCa',
        () =>
          under(
            PARTS.leaf,
            certificate({ ...NITRO_SPECS.leaf, issuer: NITRO_SPECS.leaf.subject, signer: NITRO_PAIRS.leaf }),
          ),
      ],
      [
        'that is a CA below one that allows none',
        'ChainPathLength',
        () =>
          under(
            ZONE,
            certificate({
              ...NITRO_SPECS.zone,
              issuer: 'zone',
              signer: NITRO_PAIRS.zone,
              authorityKeyId: NITRO_SPECS.zone.subjectKeyId,
            }),
          ),
      ],
      ['that is a CA and may not sign certificates', 'ChainKeyUsage', zoneWith({ usage: [0] })],
      ['that is a leaf and may not sign', 'ChainKeyUsage', leafWith({ usage: [2] })],
      [
        'that says nothing of its usage',
        'ChainKeyUsage',
        () => {
          const { usage: _, ...rest } = NITRO_SPECS.leaf;
          return under(ZONE, certificate(rest));
        },
      ],
      ['that has expired', 'CertificateExpired', leafWith({ notAfter: NITRO_AT - 60 })],
      ['that is not valid yet', 'CertificateNotYetValid', leafWith({ notBefore: NITRO_AT + 3_600 })],
      ['with a key of P-256', 'CertificateAlgorithm', leafWith({ pair: ecPair('p256') })],
      ['signed with P-256', 'CertificateAlgorithm', leafWith({ signer: ecPair('p256') })],
      ['that names two algorithms', 'CertificateAlgorithm', () => under(ZONE, twoAlgorithms())],
      ['with an unknown critical extension', 'CertificateExtension', leafWith({ more: [critical] })],
      ['with an extension twice', 'CertificateExtension', leafWith({ more: [twice] })],
      [
        'with more extensions than any',
        'CertificateExtension',
        leafWith({ more: Array.from({ length: 16 }, (_, index) => ({ oid: `1.2.${index}`, value: sequence() })) }),
      ],
      [
        'with a usage that is not minimal',
        'CertificateExtension',
        leafWith({ usage: undefined as never, more: [{ oid: '2.5.29.15', value: der(0x03, Uint8Array.of(6, 0x80)) }] }),
      ],
      [
        'with a path length and no CA',
        'CertificateExtension',
        leafWith({ ca: undefined as never, more: [{ oid: '2.5.29.19', value: sequence(integer(1)) }] }),
      ],
      ['of version 1', 'CertificateMalformed', () => under(ZONE, ofVersion(0))],
      ['with a serial number of 21 bytes', 'CertificateMalformed', leafWith({ serial: new Uint8Array(21).fill(1) })],
      [
        'with two common names',
        'CertificateMalformed',
        leafWith({ subjectName: sequence(...['a.b', 'c.d'].map((name) => set(sequence(oid('2.5.4.3'), utf8(name))))) }),
      ],
      ['whose leaf has no common name', 'CertificateMalformed', leafWith({ subjectName: sequence() })],
      ['whose leaf names no region', 'CertificateMalformed', leafWith({ subjectName: nameOf('i-01-enc01') })],
      [
        'with bytes behind it',
        'DerMalformed',
        () => ({ ...under(ZONE, PARTS.leaf), certificate: concat(PARTS.leaf, none, Uint8Array.of(0)) }),
      ],
      [
        'with a length longer than needed',
        'DerMalformed',
        () => ({
          ...under(ZONE, PARTS.leaf),
          certificate: concat(bytes('3083'), Uint8Array.of(0, ...PARTS.leaf.slice(2, 4)), PARTS.leaf.slice(4)),
        }),
      ],
      ['with a negative serial number', 'DerMalformed', () => under(ZONE, withSerial(bytes('020180')))],
      ['with a padded serial number', 'DerMalformed', () => under(ZONE, withSerial(bytes('02020001')))],
      [
        'with a signature of a padded number',
        'DerMalformed',
        () => ({ ...under(ZONE, PARTS.leaf), certificate: signedBy(sequence(der(0x02, bytes('0001')), integer(1))) }),
      ],
      [
        'with a signature of a negative number',
        'DerMalformed',
        () => ({ ...under(ZONE, PARTS.leaf), certificate: signedBy(sequence(der(0x02, bytes('80')), integer(1))) }),
      ],
      [
        'with a scalar of 49 bytes',
        'SignatureMalformed',
        () => ({
          ...under(ZONE, PARTS.leaf),
          certificate: signedBy(sequence(integer(new Uint8Array(49).fill(1)), integer(1))),
        }),
      ],
      [
        'with an s of zero',
        'SignatureOutOfRange',
        () => ({
          ...under(ZONE, certificate(NITRO_SPECS.leaf)),
          certificate: signedBy(sequence(integer(1), integer(0))),
        }),
      ],
      ['of no bytes', 'DerMalformed', () => ({ ...under(ZONE, PARTS.leaf), certificate: none })],
      [
        'larger than any',
        'EvidenceTooLarge',
        () => ({ ...under(ZONE, PARTS.leaf), certificate: new Uint8Array(4_097) }),
      ],
    ];
    for (const [title, name, make] of CERTIFICATES)
      it(`not ${title}: ${name}`, async () => {
        expect(await brought(make())).to.equal(name);
      });

    it('of a key off the curve for nothing: what it signs is refused', async () => {
      const pair = ecPair('p384');
      const spki = pair.spki.slice();
      spki[spki.length - 1]! ^= 1;
      const off = { ...pair, spki };
      const encoded = certificate({ ...NITRO_SPECS.leaf, pair: off });
      const tbs = encoded.slice(4, 4 + 4 + ((encoded[6]! << 8) | encoded[7]!));
      const issuer = decodeCertificate(ZONE, 'zone').key as EcdsaKey;
      const bits = encoded.slice(4 + tbs.length + 12);
      const hints = hintsFor(issuer, tbs, ecdsaFromDer('p384', bits.slice(3), 'it'));
      await bring(it_, { certificate: encoded, parent: idOf(ZONE), hints });
      const said = document({ leaf: encoded, signer: pair });
      const { signed: message, signature } = decodeEnvelope(said);
      const work = hintsForAnything(claimOf(spki.slice(-97), sha384(message), signature));
      expect(await verdict(framed(said, work))).to.equal('KeyInvalid');
    });

    it('that a vote revoked before it is brought, not any more [N3]', async () => {
      const one = under(ZONE, certificate({ ...NITRO_SPECS.leaf, serial: Uint8Array.of(0x42) }));
      expect(await brought(one)).to.equal('accepted');
      await it_.certificates.revoke(keccak_256(nameOf('zone')), 0x42);
      await expect(it_.certificates.bring(one.certificate, one.parent, one.hints))
        .to.be.revertedWithCustomError(it_.certificates, 'CertificateRevoked')
        .withArgs(hexlify(keccak_256(nameOf('zone'))), 0x42);
    });

    it('by its own hints alone', async () => {
      const one = under(ZONE, certificate(NITRO_SPECS.leaf));
      const { hints } = under(ZONE, PARTS.leaf);
      expect(await brought({ ...one, hints })).to.match(/^Hint/);
    });

    it('and revokes by a vote alone', async () => {
      await expect(it_.certificates.connect(it_.anyone).revoke(SAID, 1)).to.be.revertedWithCustomError(
        it_.certificates,
        'AccessManagedUnauthorized',
      );
    });
  });

  describe('is set up', () => {
    const deployed = (root: Bytes) =>
      new NitroCertificates__factory(it_.manager.runner as never).deploy(it_.manager, it_.p384, root);

    it('with a root that has issued itself and is a CA, or not at all', async () => {
      const { certificates } = it_;
      await expect(deployed(REGION)).to.be.revertedWithCustomError(certificates, 'ChainOrder');
      const { ca: _, ...spec } = NITRO_SPECS.root;
      await expect(deployed(certificate(spec))).to.be.revertedWithCustomError(certificates, 'ChainNotCa');
    });

    it('and says with what', async () => {
      const { verifier, certificates, p384: engine } = it_;
      expect(await verifier.certificates()).to.equal(await certificates.getAddress());
      expect(await certificates.p384()).to.equal(await engine.getAddress());
      expect(await verifier.platformSalt()).to.equal(`0x${'00'.repeat(32)}`);
      expect([await verifier.documentSeconds(), await verifier.registrationSeconds()]).to.deep.equal(
        [POLICY.document, POLICY.registration].map(BigInt),
      );
      for (const one of [verifier, certificates]) expect(await one.contractURI()).to.contain('Quorate Nitro');
    });

    it('and shows no chain of one certificate or of ten', async () => {
      const { certificates } = it_;
      const chain = (length: number) => Array.from({ length }, () => hexlify(SAID));
      for (const length of [0, 1, 10])
        await expect(certificates.requireChain(chain(length)))
          .to.be.revertedWithCustomError(certificates, 'ChainLength')
          .withArgs(length, 9);
    });
  });
});

/** Off chain the first bytes say first of which kind evidence is. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'of three parts': 'EVIDENCE_UNKNOWN',
  'that is a map': 'EVIDENCE_UNKNOWN',
  'of no bytes': 'EVIDENCE_UNKNOWN',
  'that is larger than any': 'EVIDENCE_UNKNOWN',
};

function fieldsOf() {
  const { certificate: leaf, cabundle, moduleId, timestamp } = decodeEnvelope(document()).document;
  const entries: (readonly [string, Bytes])[] = [
    ['module_id', textString(moduleId)],
    ['digest', textString('SHA384')],
    ['timestamp', unsigned(timestamp)],
    ['pcrs', map(PARTS.pcrs)],
    ['certificate', byteString(leaf)],
    ['cabundle', list(...cabundle.map(byteString))],
    ['public_key', PARTS.publicKey],
    ['user_data', PARTS.userData],
    ['nonce', PARTS.nonce],
  ];
  return entries;
}

function otherRoot(): Bytes {
  return certificate({ ...NITRO_SPECS.root, pair: NITRO_PAIRS.other, signer: NITRO_PAIRS.other });
}

/** The document with other bytes for its signature. */
function resigned(change: (signature: Bytes) => Bytes): Bytes {
  const encoded = document();
  const { signature } = decodeEnvelope(encoded);
  return concat(encoded.slice(0, encoded.length - 2 - signature.length), byteString(change(signature)));
}

function tbsOf(parts: { version?: number; serial?: Bytes }): Bytes {
  const whole = certificate({ ...NITRO_SPECS.leaf, serial: Uint8Array.of(1) });
  const tbs = whole.slice(4, 4 + 4 + ((whole[6]! << 8) | whole[7]!));
  const content = tbs.slice(4);
  const serial = parts.serial ?? bytes('020101');
  return sequence(der(0xa0, integer(parts.version ?? 2)), serial, content.slice(5 + 3));
}

const ofVersion = (version: number) => signed(tbsOf({ version }), NITRO_PAIRS.zone);
const withSerial = (serial: Bytes) => signed(tbsOf({ serial }), NITRO_PAIRS.zone);
/** A leaf nobody has brought, with these bits for a signature. */
const signedBy = (signature: Bytes) =>
  sequence(
    tbsOf({ serial: bytes('020177') }),
    bytes('300a06082a8648ce3d040303'),
    der(0x03, Uint8Array.of(0), signature),
  );
const twoAlgorithms = () => {
  const tbs = tbsOf({});
  return sequence(
    tbs,
    bytes('300a06082a8648ce3d040302'),
    der(0x03, Uint8Array.of(0), sequence(integer(1), integer(1))),
  );
};
