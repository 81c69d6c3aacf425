/** Revocation lists: of which CA, how new, complete; and that nothing which they name comes back. */

import { expect } from 'chai';
import { hexlify, keccak256, sha256, zeroPadValue } from 'ethers';
import { decodeRevocationList } from '../../../../../signer/evidence/x509/revocationList.ts';
import { algorithmOf, extension, nameOf, pem } from '../../../../../signer/tee/issuers/certificates.ts';
import {
  type Bytes,
  bytes,
  concat,
  der,
  integer,
  octets,
  oid,
  sequence,
  text,
  utcTime,
} from '../../../../../signer/tee/issuers/der.ts';
import { ecPair } from '../../../../evidence/support/certificates.ts';
import { cert, INTEL_PAIRS, PLATFORM_CA, pckCrl, rootCrl } from '../../../../evidence/support/intelWriter.ts';
import {
  AT,
  broughtIntel,
  CA_INDEX,
  CHAIN,
  DAY,
  expectRefusal,
  nothing,
  PCK,
  PCK_SERIAL,
  type Refusal,
  ROOT,
  ROOT_INDEX,
} from '../support/intelWorld.ts';
import { contentOf, entry, type ListParts, rawList } from '../support/rawCertificate.ts';

const P384 = algorithmOf(ecPair('p384'));
const nameHash = (name: string) => keccak256(nameOf(name));
const oidHash = (dotted: string) => keccak256(contentOf(oid(dotted)));
const critical = { oid: '2.5.29.27', critical: true, value: integer(1) }; // of a delta of list 1
const extensions = (...all: readonly Bytes[]) => ({ extensions: der(0xa0, sequence(...all)) });

describe('a revocation list of Intel', () => {
  const intel = broughtIntel();
  const show = (list: Bytes, issuer = CA_INDEX) => intel().certificates.bringCrl.staticCall(issuer, list);
  const forged = pckCrl({ thisUpdate: AT - 1, signer: INTEL_PAIRS.other });
  const ROOT_NAME = nameHash('Intel SGX Root CA');
  const CA_NAME = nameHash(PLATFORM_CA);

  it('is taken from anyone, and says what it revokes', async () => {
    const { certificates, anyone } = intel();
    const list = pckCrl({ thisUpdate: AT - 1, serials: [bytes('05'), bytes('06')] });
    const sent = certificates.connect(anyone).bringCrl(CA_INDEX, list);
    await expect(sent)
      .to.emit(certificates, 'CrlBrought')
      .withArgs(CA_INDEX, AT - 1, AT + 28 * DAY);
    for (const serial of [5, 6])
      await expect(sent).to.emit(certificates, 'CertificateRevocation').withArgs(CA_INDEX, serial);
    expect((await certificates.authorityAt(CA_INDEX)).thisUpdate).to.equal(BigInt(AT - 1));
  });

  const REFUSED: readonly (readonly [string, Bytes, Refusal])[] = [
    ['of the root', rootCrl({ thisUpdate: AT - 1 }), ['CrlIssuer', ROOT_NAME, CA_NAME]],
    ['by another key', forged, ['CrlSignature', sha256(decodeRevocationList(forged, 'a list').tbs)]],
    ['that is due', pckCrl({ thisUpdate: AT - 1, nextUpdate: AT }), ['CrlExpired', CA_INDEX, AT, AT]],
    ['from the future', pckCrl({ thisUpdate: AT + 1 }), ['CrlNotYetValid', CA_INDEX, AT + 1, AT]],
    ['that is known', pckCrl(), ['CrlRollback', CA_INDEX, AT - DAY, AT - DAY]],
    [
      'older than the one that is known',
      pckCrl({ thisUpdate: AT - 2 * DAY }),
      ['CrlRollback', CA_INDEX, AT - 2 * DAY, AT - DAY],
    ],
    ['larger than any', new Uint8Array(131_073), ['EvidenceTooLarge', 131_073, 131_072]],
    ['with bytes behind', concat(rawList(), bytes('0000')), ['DerMalformed', 2, 0]],
  ];
  for (const [what, list, refusal] of REFUSED)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(list), ...refusal);
    });

  const PARTS: readonly (readonly [string, Partial<ListParts>, Refusal])[] = [
    ['of version 1', { version: integer(0) }, ['CrlMalformed', 0, 1]],
    ['of two algorithms', { inner: P384 }, ['CrlMalformed', 0, 0]],
    [
      'signed with SHA-384, as it says',
      { inner: P384, algorithm: P384 },
      ['CertificateAlgorithm', `${hexlify(P384).padEnd(66, '0')}`],
    ],
    ['without an end', { times: [utcTime(AT - 1)] }, ['DerMalformed', 0x30, 0x17]],
    ['that is a delta', extensions(extension(critical)), ['CertificateExtension', oidHash(critical.oid)]],
    [
      'with an extension twice',
      extensions(...[1, 2].map(() => extension({ oid: '2.5.29.20', value: integer(1) }))),
      ['CertificateExtension', oidHash('2.5.29.20')],
    ],
    [
      'with bytes behind its extensions',
      { extensions: concat(der(0xa0, sequence()), bytes('0500')) },
      ['DerMalformed', 2, 0],
    ],
    ['with an entry without a time', { entries: [sequence(integer(1))] }, ['DerMalformed', 0, 0]],
    [
      'with an entry of another issuer',
      { entries: [entry(integer(1), sequence(extension({ oid: '2.5.29.29', critical: true, value: sequence() })))] },
      ['CertificateExtension', oidHash('2.5.29.29')],
    ],
    [
      'with a serial number of 21 bytes',
      { entries: [entry(integer(new Uint8Array(21).fill(1)))] },
      ['CertificateMalformed', 21, 20],
    ],
    ['with a negative serial number', { entries: [entry(bytes('020180'))] }, ['DerMalformed', 0x80, 2]],
    ['with an entry that is a string', { entries: [octets(bytes('01'))] }, ['DerMalformed', 4, 0x30]],
  ];
  for (const [what, change, refusal] of PARTS)
    it(`${what}: ${refusal[0]}`, async () => {
      await expectRefusal(intel(), () => show(rawList(change)), ...refusal);
    });

  it('may give reasons', async () => {
    const reason = extension({ oid: '2.5.29.21', value: bytes('0a0101') });
    await (
      await intel().certificates.bringCrl(CA_INDEX, rawList({ entries: [entry(integer(9), sequence(reason))] }))
    ).wait();
    expect(await intel().certificates.isRevoked(CA_INDEX, 9)).to.equal(true);
  });

  it('of nobody: CollateralAbsent', async () => {
    const three = zeroPadValue('0x03', 32);
    await expectRefusal(intel(), () => show(pckCrl(), 3), 'CollateralAbsent', nothing, three);
    await expectRefusal(
      intel(),
      () => intel().certificates.revoke.staticCall(3, 1),
      'CollateralAbsent',
      nothing,
      three,
    );
  });

  it('of a CA that may sign none: CrlIssuer', async () => {
    const silent = pem(PCK, cert('ca', { usage: [5] }), ROOT);
    await (await intel().certificates.bringPck(text(silent))).wait();
    await expectRefusal(intel(), () => show(pckCrl(), 3), 'CrlIssuer', CA_NAME, CA_NAME);
    const chain = keccak256(text(silent));
    const now = await intel().helpers.time.latest();
    await expectRefusal(intel(), () => intel().certificates.platformOf(chain), 'CrlExpired', 3, 0, now);
  });

  it('leaves nothing out again that an older one named [V2]', async () => {
    const { certificates } = intel();
    await (await certificates.bringCrl(CA_INDEX, pckCrl({ thisUpdate: AT - 2, serials: [PCK_SERIAL] }))).wait();
    await (await certificates.bringCrl(CA_INDEX, pckCrl({ thisUpdate: AT - 1 }))).wait();
    const chain = keccak256(text(CHAIN));
    const refusal = ['CertificateRevoked', CA_INDEX, PCK_SERIAL] as const;
    await expectRefusal(intel(), () => certificates.platformOf(chain), ...refusal);
  });

  it('and a vote revokes what it says, at once and for ever; nobody else does', async () => {
    const { certificates, anyone } = intel();
    const by = certificates.connect(anyone);
    await expect(by.revoke(ROOT_INDEX, 1)).to.be.revertedWithCustomError(by, 'AccessManagedUnauthorized');
    await expect(certificates.revoke(CA_INDEX, 7)).to.emit(certificates, 'CertificateRevocation').withArgs(CA_INDEX, 7);
  });
});
