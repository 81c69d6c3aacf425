/** Which certificates Intel's root vouches for: each place of a chain, with one thing wrong at a time. */

import { expect } from 'chai';
import { hexlify, keccak256, sha256, toUtf8Bytes } from 'ethers';
import { ecdsaFromDer } from '../../../../../signer/evidence/signatures/signature.ts';
import { decodeCertificate } from '../../../../../signer/evidence/x509/certificate.ts';
import { algorithmOf, nameOf, pem } from '../../../../../signer/tee/issuers/certificates.ts';
import { type Bytes, bits, integer, sequence, text } from '../../../../../signer/tee/issuers/der.ts';
import { IntelCertificates__factory } from '../../../../../types/factories/contracts/attestation/verifiers/intel/IntelCertificates__factory.ts';
import type { Spec } from '../../../../evidence/support/certificates.ts';
import { cert, INTEL_PAIRS, PLATFORM_CA, pckCrl, rootCrl } from '../../../../evidence/support/intelWriter.ts';
import {
  AT,
  bareIntel,
  broughtIntel,
  CA,
  CA_INDEX,
  CA_SERIAL,
  CHAIN,
  DAY,
  expectRefusal,
  keyIdHash,
  nothing,
  PCK,
  PCK_SERIAL,
  type Refusal,
  ROOT,
  ROOT_INDEX,
  SIGNER,
  SIGNER_INDEX,
  SIGNER_SERIAL,
} from '../support/intelWorld.ts';

const { other, root, signer } = INTEL_PAIRS;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const KEY = Uint8Array.of(0x42);
const OTHER_ROOT = cert('root', { pair: other, signer: other });
const PROCESSOR_CA = 'Intel SGX PCK Processor CA';
const id = (byte: number) => new Uint8Array(20).fill(byte);
const nameHash = (name: string) => keccak256(nameOf(name));
const commonName = (name: string) => keccak256(toUtf8Bytes(name));
const tbsHash = (certificate: Bytes) => sha256(decodeCertificate(certificate, 'a certificate').tbs);
const [DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN] = [0x8000, 0x0400, 0x0200];

/** A leaf with one thing changed, and its chain. */
const leaf = (change: Partial<Spec>) => pem(cert('pck', { serial: KEY, ...change }), CA, ROOT);
const ca = (change: Partial<Spec>) => pem(PCK, cert('ca', { serial: KEY, ...change }), ROOT);
const NO_IDS = { subjectKeyId: undefined, authorityKeyId: undefined } as unknown as Partial<Spec>;

describe('a PCK chain', () => {
  const intel = bareIntel();
  const show = (chain: string) => intel().certificates.bringPck.staticCall(text(chain));

  it('is taken from anyone, of a Platform CA or a Processor CA', async () => {
    const { certificates, anyone } = intel();
    await expect(certificates.connect(anyone).bringPck(text(CHAIN)))
      .to.emit(certificates, 'AuthorityBrought')
      .withArgs(CA_INDEX, sha256(CA), 2)
      .and.to.emit(certificates, 'PckBrought')
      .withArgs(keccak256(text(CHAIN)), CA_INDEX, hexlify(PCK_SERIAL), '0x00806f050000');
    const processor = pem(cert('pck', { issuer: PROCESSOR_CA }), cert('ca', { subject: PROCESSOR_CA }), ROOT);
    expect(await show(processor)).to.equal(keccak256(text(processor)));
  });

  it('is taken whoever brought its CA before with the other s, which keeps nobody out', async () => {
    const { certificates, anyone } = intel();
    const twin = text(pem(PCK, withOtherS(CA), ROOT));
    await (await certificates.connect(anyone).bringPck(twin)).wait();
    await (await certificates.bringPck(text(CHAIN))).wait();
    await (await certificates.bringCrl(CA_INDEX, pckCrl())).wait();
    for (const one of [CA, withOtherS(CA)]) expect(await certificates.authorityOf(sha256(one))).to.equal(CA_INDEX);
    expect(await certificates.authorityCount()).to.equal(CA_INDEX + 1);
    for (const chain of [twin, text(CHAIN)])
      expect((await certificates.platformOf(keccak256(chain))).fmspc).to.equal('0x00806f050000');
  });

  const forged = cert('pck', { serial: KEY, pair: other, signer: other });
  const REFUSED: readonly (readonly [string, string, Refusal])[] = [
    ['of no certificate', '', ['ChainLength', 0, 3]],
    ['of two certificates', pem(PCK, CA), ['ChainLength', 2, 3]],
    ['of four certificates', pem(PCK, CA, ROOT, ROOT), ['ChainLength', 4, 3]],
    ['with the root twice', pem(PCK, ROOT, ROOT), ['ChainDuplicate', sha256(ROOT)]],
    ['with the CA twice', pem(CA, CA, ROOT), ['ChainDuplicate', sha256(CA)]],
    ['under another root of the same name', pem(PCK, CA, OTHER_ROOT), ['ChainRoot', sha256(OTHER_ROOT), sha256(ROOT)]],
    ['in reverse', pem(ROOT, CA, PCK), ['ChainRoot', sha256(PCK), sha256(ROOT)]],
    ['whose leaf names another issuer', leaf({ issuer: 'x' }), ['ChainOrder', nameHash('x'), nameHash(PLATFORM_CA)]],
    [
      'whose CA names another issuer',
      ca({ issuer: 'x' }),
      ['ChainOrder', nameHash('x'), nameHash('Intel SGX Root CA')],
    ],
    ['whose leaf names another key', leaf({ authorityKeyId: id(9) }), ['ChainKeyId', keyIdHash(9), keyIdHash(2)]],
    [
      'whose leaf names an empty key',
      leaf({ authorityKeyId: id(0).slice(20) }),
      ['ChainKeyId', keccak256('0x'), keyIdHash(2)],
    ],
    ['whose leaf has an empty key id', leaf({ subjectKeyId: id(0).slice(20) }), ['ChainKeyId', nothing, nothing]],
    ['whose CA names another key', ca({ authorityKeyId: id(9) }), ['ChainKeyId', keyIdHash(9), keyIdHash(1)]],
    ['whose CA is none', ca({ ca: null, usage: [0] }), ['ChainNotCa', KEY]],
    ['whose leaf is a CA', leaf({ ca: {} }), ['ChainLeafIsCa', KEY]],
    ['whose leaf signs nothing', leaf({ usage: [5] }), ['ChainKeyUsage', KEY, KEY_CERT_SIGN, DIGITAL_SIGNATURE]],
    ['whose CA signs lists alone', ca({ usage: [6] }), ['ChainKeyUsage', KEY, CRL_SIGN, KEY_CERT_SIGN]],
    ['whose leaf is forged', pem(forged, CA, ROOT), ['ChainSignature', KEY, tbsHash(forged)]],
    ['of a CA of another name', ca({ subject: 'x' }), ['PckIssuer', commonName('x')]],
    ['whose leaf has run out', leaf({ notAfter: AT - 1 }), ['CertificateExpired', KEY, AT - 1, AT]],
    ['whose leaf is of the future', leaf({ notBefore: AT + 1 }), ['CertificateNotYetValid', KEY, AT + 1, AT]],
    ['whose CA has run out', ca({ notAfter: AT - 1 }), ['CertificateExpired', KEY, AT - 1, AT]],
    ['whose CA is of the future', ca({ notBefore: AT + 1 }), ['CertificateNotYetValid', KEY, AT + 1, AT]],
  ];
  for (const [what, chain, refusal] of REFUSED)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(chain), ...refusal);
    });

  it('whose forged leaf names no key ids at all: ChainKeyId', async () => {
    const chain = leaf({ pair: other, signer: other, ...NO_IDS });
    await expectRefusal(intel(), () => show(chain), 'ChainKeyId', nothing, keyIdHash(2));
  });

  it('that the TCB signer issued: ChainNotCa, known or not', async () => {
    const below = (issuer: Bytes) =>
      pem(cert('pck', { issuer: 'Intel SGX TCB Signing', signer, authorityKeyId: id(4) }), issuer, ROOT);
    await expectRefusal(intel(), () => show(below(SIGNER)), 'ChainNotCa', SIGNER_SERIAL);
    await expectRefusal(intel(), () => show(below(cert('signer', { serial: KEY }))), 'ChainNotCa', KEY);
  });

  it('that a PCK certificate issued: ChainNotCa', async () => {
    const middle = cert('pck', { serial: KEY, issuer: 'Intel SGX Root CA', signer: root, authorityKeyId: id(1) });
    const chain = pem(cert('pck', { issuer: 'Intel SGX PCK Certificate', signer: INTEL_PAIRS.pck }), middle, ROOT);
    await expectRefusal(intel(), () => show(chain), 'ChainNotCa', KEY);
  });

  it('larger than any: EvidenceTooLarge', async () => {
    const chain = CHAIN.padEnd(16_385, '\n');
    await expectRefusal(intel(), () => show(chain), 'EvidenceTooLarge', 16_385, 16_384);
  });
});

describe('a PCK chain that was brought', () => {
  const intel = broughtIntel();
  const chain = keccak256(text(CHAIN));
  const platform = (at: string = chain) => intel().certificates.platformOf(at);
  const serial = hexlify(PCK_SERIAL);

  it('says what its platform is, from when until when', async () => {
    const said = await platform();
    expect(said.components).to.equal(`0x${'05'.repeat(16)}`);
    expect([said.pceSvn, said.fmspc, said.pceId]).to.deep.equal([11n, '0x00806f050000', '0x0000']);
    expect(said.ppid).to.equal(`0x${'07'.repeat(16)}`);
    expect([said.notBefore, said.notAfter, said.nextUpdate]).to.deep.equal([
      BigInt(AT - DAY),
      BigInt(AT + 100 * DAY),
      BigInt(AT + 28 * DAY),
    ]);
  });

  it('is no other one: CollateralAbsent', async () => {
    await expectRefusal(intel(), () => platform(keccak256(ROOT)), 'CollateralAbsent', nothing, keccak256(ROOT));
  });

  it('ends with its leaf: CertificateExpired', async () => {
    const ends = AT + 10 * DAY;
    const short = pem(cert('pck', { serial: KEY, notAfter: ends }), CA, ROOT);
    await (await intel().certificates.bringPck(text(short))).wait();
    await intel().helpers.time.increaseTo(ends);
    expect((await platform(keccak256(text(short)))).notAfter).to.equal(BigInt(ends));
    await intel().helpers.time.increaseTo(ends + 1);
    await expectRefusal(intel(), () => platform(keccak256(text(short))), 'CertificateExpired', KEY, ends, ends + 1);
  });

  it('ends with its CA, which takes no more leaves then: CertificateExpired', async () => {
    const ends = AT + 10 * DAY;
    const short = cert('ca', { serial: KEY, notAfter: ends });
    await (await intel().certificates.bringPck(text(pem(PCK, short, ROOT)))).wait();
    await (await intel().certificates.bringCrl(3, pckCrl())).wait();
    expect((await platform(keccak256(text(pem(PCK, short, ROOT))))).notAfter).to.equal(BigInt(ends));
    await intel().helpers.time.increaseTo(ends + 1);
    const next = text(pem(cert('pck'), short, ROOT));
    await expectRefusal(
      intel(),
      () => intel().certificates.bringPck.staticCall(next),
      ...(['CertificateExpired', KEY, ends, ends + 1] as const),
    );
  });

  it('ends with the list of its CA, or of the root: CrlExpired', async () => {
    const due = AT + 28 * DAY;
    await intel().helpers.time.increaseTo(due - 1);
    expect((await platform()).nextUpdate).to.equal(BigInt(due));
    await intel().helpers.time.increaseTo(due);
    await expectRefusal(intel(), () => platform(), 'CrlExpired', ROOT_INDEX, due, due);
    const dates = { thisUpdate: due - 1, nextUpdate: due + DAY };
    await (await intel().certificates.bringCrl(ROOT_INDEX, rootCrl(dates))).wait();
    const now = await intel().helpers.time.latest();
    await expectRefusal(intel(), () => platform(), 'CrlExpired', CA_INDEX, due, now);
    await (await intel().certificates.bringCrl(CA_INDEX, pckCrl(dates))).wait();
    expect((await platform()).nextUpdate).to.equal(BigInt(due + DAY));
  });

  it('ends when the list of its CA names it, or a vote: CertificateRevoked', async () => {
    await intel().certificates.revoke(CA_INDEX, serial);
    await expectRefusal(intel(), () => platform(), 'CertificateRevoked', CA_INDEX, serial);
    expect(await intel().certificates.isRevoked(CA_INDEX, serial)).to.equal(true);
    expect(await intel().certificates.isRevoked(ROOT_INDEX, serial)).to.equal(false);
  });

  it('ends in each of its spellings, before it is brought and after: CertificateRevoked', async () => {
    const { certificates } = intel();
    const spellings = [CHAIN, CHAIN.slice(0, -1), pem(withOtherS(PCK), CA, ROOT), pem(PCK, withOtherS(CA), ROOT)];
    for (const one of spellings.slice(0, 2)) await (await certificates.bringPck(text(one))).wait();
    for (const one of spellings.slice(0, 2))
      expect((await platform(keccak256(text(one)))).fmspc).to.equal('0x00806f050000');
    await certificates.revoke(CA_INDEX, serial);
    for (const one of spellings.slice(2)) await (await certificates.bringPck(text(one))).wait();
    for (const one of spellings)
      await expectRefusal(intel(), () => platform(keccak256(text(one))), 'CertificateRevoked', CA_INDEX, serial);
  });

  it('ends when the list of the root names its CA: CertificateRevoked', async () => {
    await (await intel().certificates.bringCrl(ROOT_INDEX, rootCrl({ thisUpdate: AT, serials: [CA_SERIAL] }))).wait();
    await expectRefusal(intel(), () => platform(), 'CertificateRevoked', ROOT_INDEX, CA_SERIAL);
    expect((await intel().certificates.authorityAt(CA_INDEX)).revoked).to.equal(true);
  });
});

describe('a TCB signer', () => {
  const intel = bareIntel();
  const show = (certificate: Bytes) => intel().certificates.bringSigner.staticCall(certificate);
  const KNOWN: Partial<Spec> = { serial: KEY };
  const forged = cert('signer', { ...KNOWN, signer: other });

  const REFUSED: readonly (readonly [string, Bytes, Refusal])[] = [
    ['of another name', cert('signer', { ...KNOWN, subject: 'x' }), ['CollateralSigner', commonName('x')]],
    ['that another root has issued', forged, ['ChainSignature', KEY, tbsHash(forged)]],
    ['that is a CA', cert('signer', { ...KNOWN, ca: {} }), ['ChainLeafIsCa', KEY]],
    ['that signs nothing', cert('signer', { ...KNOWN, usage: [1] }), ['ChainKeyUsage', KEY, 0x4000, DIGITAL_SIGNATURE]],
    ['that has run out', cert('signer', { ...KNOWN, notAfter: AT - 1 }), ['CertificateExpired', KEY, AT - 1, AT]],
    ['that is known', SIGNER, ['ChainKnown', SIGNER_SERIAL]],
    ['with the serial number of another', cert('signer', { serial: SIGNER_SERIAL }), ['ChainKnown', SIGNER_SERIAL]],
    ['that a Platform CA has issued', PCK, ['ChainOrder', nameHash(PLATFORM_CA), nameHash('Intel SGX Root CA')]],
  ];
  for (const [what, certificate, refusal] of REFUSED)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(certificate), ...refusal);
    });

  it('is taken whoever brought it before with the other s, as the same one', async () => {
    const { certificates, anyone } = intel();
    const signer = cert('signer', KNOWN);
    await (await certificates.connect(anyone).bringSigner(withOtherS(signer))).wait();
    await expect(certificates.bringSigner(signer))
      .to.emit(certificates, 'AuthorityBrought')
      .withArgs(2, sha256(signer), 3);
    await expectRefusal(intel(), () => show(signer), 'ChainKnown', KEY);
    await expectRefusal(intel(), () => show(withOtherS(signer)), 'ChainKnown', KEY);
  });

  it('is none of those that issue: CollateralSigner', async () => {
    const { certificates } = intel();
    for (const index of [ROOT_INDEX, 7])
      await expectRefusal(
        intel(),
        () => certificates.requireSigner(index),
        'CollateralSigner',
        `0x${index.toString(16).padStart(64, '0')}`,
      );
  });

  it('ends when its time is over, the list of the root due, or a vote says so', async () => {
    const { certificates, helpers } = intel();
    await helpers.time.increaseTo(AT + 28 * DAY);
    await expectRefusal(
      intel(),
      () => certificates.requireSigner(SIGNER_INDEX),
      ...(['CrlExpired', ROOT_INDEX, AT + 28 * DAY, AT + 28 * DAY] as const),
    );
    await helpers.time.increaseTo(AT + 100 * DAY + 1);
    await expectRefusal(
      intel(),
      () => certificates.requireSigner(SIGNER_INDEX),
      ...(['CertificateExpired', SIGNER_SERIAL, AT + 100 * DAY, AT + 100 * DAY + 1] as const),
    );
    await certificates.revoke(ROOT_INDEX, hexlify(SIGNER_SERIAL));
    const refusal = ['CertificateRevoked', ROOT_INDEX, SIGNER_SERIAL] as const;
    await expectRefusal(intel(), () => certificates.requireSigner(SIGNER_INDEX), ...refusal);
  });

  it('that was revoked before it is brought: CertificateRevoked', async () => {
    await intel().certificates.revoke(ROOT_INDEX, hexlify(KEY));
    await expectRefusal(intel(), () => show(cert('signer', KNOWN)), 'CertificateRevoked', ROOT_INDEX, KEY);
  });
});

describe('the root of Intel certificates', () => {
  const intel = bareIntel();
  const deployed = async (certificate: Bytes) => {
    const { certificates } = intel();
    const factory = new IntelCertificates__factory(certificates.runner as never);
    const { data } = await factory.getDeployTransaction(await certificates.authority(), certificate);
    return intel().ethers.provider.call({ data: data! });
  };

  it('is what was said, and its first authority', async () => {
    const { certificates } = intel();
    expect([await certificates.root(), await certificates.authorityCount()]).to.deep.equal([sha256(ROOT), 2n]);
    expect((await certificates.authorityAt(ROOT_INDEX)).role).to.equal(1n);
    expect(await certificates.authorityOf(sha256(SIGNER))).to.equal(1n);
  });

  const REFUSED: readonly (readonly [string, Bytes, Refusal])[] = [
    ['is a CA', cert('root', { serial: KEY, ca: null, usage: [0] }), ['ChainNotCa', KEY]],
    ['has a CA below it', cert('root', { serial: KEY, ca: { pathLength: 0 } }), ['ChainPathLength', KEY, 1, 0]],
    ['has issued itself', CA, ['ChainPathLength', CA_SERIAL, 1, 0]],
    ['names itself', cert('root', { issuer: 'x' }), ['ChainOrder', nameHash('x'), nameHash('Intel SGX Root CA')]],
    ['has a key id', cert('root', { subjectKeyId: id(0).slice(20) }), ['ChainKeyId', keyIdHash(1), nothing]],
  ];
  for (const [what, certificate, refusal] of REFUSED)
    it(`${what}, or is refused: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => deployed(certificate), ...refusal);
    });
});

/** The same certificate with the other signature that verifies. */
function withOtherS(encoded: Bytes): Bytes {
  const { tbs, signature } = decodeCertificate(encoded, 'a certificate');
  const pair = ecdsaFromDer('p256', signature, 'its signature');
  const [r, s] = [pair.slice(0, 32), pair.slice(32)].map((half) => BigInt(hexlify(half))) as [bigint, bigint];
  return sequence(tbs, algorithmOf(other), bits(sequence(integer(r), integer(P256_ORDER - s))));
}
