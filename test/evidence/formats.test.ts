/** The readers: what each refuses, byte by byte. */

import { expect } from 'chai';
import { fromHex, toHex } from '../../signer/evidence/formats/bytes.ts';
import { decodeCbor } from '../../signer/evidence/formats/cbor.ts';
import {
  bitBytes,
  boolean,
  DerFields,
  decodeDer,
  oidText,
  smallInteger,
  TAG,
} from '../../signer/evidence/formats/der.ts';
import { decodeJson } from '../../signer/evidence/formats/json.ts';
import { decodePem, fromBase64 } from '../../signer/evidence/formats/pem.ts';
import { derTime, isoTime } from '../../signer/evidence/formats/time.ts';
import { converge } from '../../signer/evidence/intel/status.ts';
import { EvidenceRefused } from '../../signer/evidence/refusal.ts';
import { TCB_STATUSES, type TcbStatus } from '../../signer/evidence/verified.ts';
import { bytes, der, oid, text } from '../../signer/tee/issuers/der.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'fine';
  } catch (error) {
    if (error instanceof EvidenceRefused) return error.code;
    throw error;
  }
}
const field = (hex: string) => new DerFields(bytes(hex), 'it').any('it');

describe('DER', () => {
  it('has one value, of the tag that is wanted, to the last byte', () => {
    expect(toHex(decodeDer(bytes('0401aa'), TAG.octetString, 'it').content)).to.equal('aa');
    for (const hex of ['', '04', '0402aa', '0401aa00', '0301aa', '040180aa', '1f0401aa'])
      expect(
        codeOf(() => decodeDer(bytes(hex), TAG.octetString, 'it')),
        hex,
      ).to.equal('DER_MALFORMED');
  });

  it('has definite, minimal lengths', () => {
    const content = 'aa'.repeat(0x80);
    expect(codeOf(() => decodeDer(bytes(`048180${content}`), TAG.octetString, 'it'))).to.equal('fine');
    for (const hex of [
      `04820080${content}`,
      `0480${content}0000`,
      '04810101',
      '048400000001aa',
      `0483000080${content}`,
      '0481',
      '04ff',
    ])
      expect(
        codeOf(() => decodeDer(bytes(hex), TAG.octetString, 'it')),
        hex.slice(0, 12),
      ).to.equal('DER_MALFORMED');
  });

  it('has no value of a long tag, nor one that ends beyond the bytes', () => {
    for (const hex of ['1f0100', '0402aa', ''])
      expect(
        codeOf(() => field(hex)),
        hex,
      ).to.equal('DER_MALFORMED');
  });

  it('has bit strings of whole bytes', () => {
    expect(toHex(bitBytes(field('030200aa'), 'it'))).to.equal('aa');
    for (const hex of ['030201aa', '0300'])
      expect(
        codeOf(() => bitBytes(field(hex), 'it')),
        hex,
      ).to.equal('DER_MALFORMED');
  });

  it('has minimal integers, not negative, of four bytes where they are small', () => {
    expect(smallInteger(field('020100'), 'it')).to.equal(0);
    expect(smallInteger(field('020500ffffffff'), 'it')).to.equal(0xffff_ffff);
    for (const hex of ['0200', '02020000', '0202007f', '020180', '02050100000000'])
      expect(
        codeOf(() => smallInteger(field(hex), 'it')),
        hex,
      ).to.equal('DER_MALFORMED');
  });

  it('has booleans of 00 and ff', () => {
    expect([boolean(field('0101ff'), 'it'), boolean(field('010100'), 'it')]).to.deep.equal([true, false]);
    for (const hex of ['010101', '0100', '0102ffff'])
      expect(
        codeOf(() => boolean(field(hex), 'it')),
        hex,
      ).to.equal('DER_MALFORMED');
  });

  it('has object identifiers without padding', () => {
    for (const dotted of ['1.2.840.113741.1.13.1', '2.5.29.19', '1.3.6.1.4.1.3704.1.3.8', '2.999.1', '0.9'])
      expect(oidText(new DerFields(oid(dotted), 'it').any('it'), 'it')).to.equal(dotted);
    for (const hex of ['0600', '06028001', '060181', '060688ffffffff7f'])
      expect(
        codeOf(() => oidText(field(hex), 'it')),
        hex,
      ).to.equal('DER_MALFORMED');
  });

  it('has times that exist, UTCTime until 2049, with seconds and Z', () => {
    const time = (tag: number, digits: string) => derTime({ tag, content: text(digits), encoded: text(digits) }, 'it');
    expect(time(TAG.utcTime, '491231235959Z')).to.equal(Date.UTC(2049, 11, 31, 23, 59, 59) / 1000);
    expect(time(TAG.utcTime, '500101000000Z')).to.equal(Date.UTC(1950, 0, 1) / 1000);
    expect(time(TAG.generalizedTime, '20500101000000Z')).to.equal(Date.UTC(2050, 0, 1) / 1000);
    const bad: [number, string][] = [
      [TAG.utcTime, '250229000000Z'],
      [TAG.utcTime, '250101240000Z'],
      [TAG.utcTime, '2501010000Z'],
      [TAG.utcTime, '250101000000+0100'],
      [TAG.generalizedTime, '20251231000000Z'],
      [TAG.generalizedTime, '20510101000000.5Z'],
      [TAG.octetString, '250101000000Z'],
      [TAG.octetString, '20510101000000Z'],
    ];
    for (const [tag, digits] of bad)
      expect(
        codeOf(() => time(tag, digits)),
        digits,
      ).to.equal('DER_MALFORMED');
  });
});

/** That many entries of a map, with keys of two bytes. */
const entries = (count: number) => Array.from({ length: count }, (_, at) => `18${(at + 24).toString(16)}00`).join('');

describe('CBOR', () => {
  const good = [
    '00',
    '1818',
    '190100',
    '1a00010000',
    '1b0000000100000000',
    '20',
    '40',
    '60',
    '80',
    'a0',
    'f6',
    'bfff',
    'bf0001ff',
    'a200010203',
    '83404040',
  ];
  for (const hex of good) it(`reads ${hex}`, () => expect(codeOf(() => decodeCbor(bytes(hex)))).to.equal('fine'));

  const bad: [string, string][] = [
    ['1817', 'CBOR_NOT_MINIMAL'],
    ['1900ff', 'CBOR_NOT_MINIMAL'],
    ['1a0000ffff', 'CBOR_NOT_MINIMAL'],
    ['1b00000000ffffffff', 'CBOR_NOT_MINIMAL'],
    ['5800', 'CBOR_NOT_MINIMAL'],
    ['1b0020000000000000', 'CBOR_MALFORMED'],
    ['5f4100ff', 'CBOR_INDEFINITE'],
    ['7f6100ff', 'CBOR_INDEFINITE'],
    ['9f00ff', 'CBOR_INDEFINITE'],
    ['ff', 'CBOR_INDEFINITE'],
    ['a100a100a100a100a0', 'CBOR_MALFORMED'],
    ['a200010002', 'CBOR_DUPLICATE_KEY'],
    ['bf00010002ff', 'CBOR_DUPLICATE_KEY'],
    ['a14000', 'CBOR_MALFORMED'],
    ['bf00', 'CBOR_MALFORMED'],
    ['bf00ff', 'CBOR_INDEFINITE'],
    ['0000', 'CBOR_TRAILING_BYTES'],
    ['c0', 'CBOR_MALFORMED'],
    ['f4', 'CBOR_MALFORMED'],
    ['f97e00', 'CBOR_MALFORMED'],
    ['1c', 'CBOR_MALFORMED'],
    [`1c${'00'.repeat(16)}`, 'CBOR_MALFORMED'],
    [`bf${entries(64)}ff`, 'fine'],
    [`bf${entries(65)}ff`, 'CBOR_MALFORMED'],
    ['61ff', 'CBOR_MALFORMED'],
    ['4200', 'CBOR_MALFORMED'],
    ['', 'CBOR_MALFORMED'],
    [`9840${'00'.repeat(64)}`, 'fine'],
    [`9841${'00'.repeat(65)}`, 'CBOR_MALFORMED'],
    ['9b0000000100000000', 'CBOR_MALFORMED'],
  ];
  for (const [hex, code] of bad)
    it(`${hex.slice(0, 24)}: ${code}`, () => expect(codeOf(() => decodeCbor(bytes(hex)))).to.equal(code));
});

describe('PEM', () => {
  const block = (lines: string) => `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;

  it('is a list of blocks, the last newline at will', () => {
    const two = block('AAAA\n') + block(`${'A'.repeat(64)}\nAA==\n`);
    expect(decodePem(two, 'it').map((one) => one.length)).to.deep.equal([3, 49]);
    expect(decodePem(two.slice(0, -1), 'it')).to.have.lengthOf(2);
    expect(decodePem('', 'it')).to.deep.equal([]);
  });

  const bad = [
    'x',
    block(''),
    block('AAAA'),
    block('AAA\n'),
    block(`${'A'.repeat(68)}\n`),
    block('AAAA\nAAAA\n'),
    block('AB==\n'),
    block('AA=A\n'),
    block('AA A\n'),
  ];
  for (const one of [
    ...bad,
    ` ${block('AAAA\n')}`,
    `${block('AAAA\n')}\n`,
    `${block('AAAA\n').slice(0, -1)}x`,
    block('AAAA\n').replaceAll('\n', '\r\n'),
    block('AAAA\n').repeat(9),
  ])
    it(`refuses ${JSON.stringify(one.slice(0, 60))}`, () =>
      expect(codeOf(() => decodePem(one, 'it'))).to.equal('PEM_MALFORMED'));

  it('has the one encoding of RFC 4648', () => {
    for (const plain of ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar', '\u00ff\u00fe'])
      expect(Buffer.from(fromBase64(Buffer.from(plain).toString('base64')) ?? []).toString()).to.equal(plain);
    for (const text of ['Zg=', 'Zh==', 'Zm9=', '====', 'Zg==Zg==', 'Z']) expect(fromBase64(text), text).to.equal(null);
  });
});

describe('JSON', () => {
  const read = (json: string) => codeOf(() => decodeJson(text(json), 'it'));
  it('is what JSON.stringify prints, and an object', () => {
    expect(read('{"a":[1,"x",null,true]}')).to.equal('fine');
    for (const json of [
      '{"a": 1}',
      '{"a":1,"a":1}',
      '{"a":1.0}',
      '{"a":"\\u0041"}',
      '\ufeff{}',
      '{',
      '',
      '[]',
      '1',
      'null',
      '"x"',
      '{"2":1,"1":2}',
    ])
      expect(read(json), json).to.equal('JSON_MALFORMED');
  });
  it('that nests without end is refused like any other', () => {
    expect(read(`{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`)).to.be.oneOf(['fine', 'JSON_MALFORMED']);
  });
  it('that is no UTF-8 is refused', () =>
    expect(codeOf(() => decodeJson(bytes('7b22ff223a317d'), 'it'))).to.equal('JSON_MALFORMED'));
});

describe('hexadecimal digits and times', () => {
  it('read both cases, and nothing else', () => {
    expect(fromHex('00fFAb9a')).to.deep.equal(bytes('00ffab9a'));
    for (const hex of ['0', 'g0', '0x00', ' 00', '0\u{1d7d8}']) expect(fromHex(hex), hex).to.equal(null);
  });
  it('are moments that exist', () => {
    const read = (iso: string) => codeOf(() => isoTime(iso, 'it', 'TCB_INFO_MALFORMED'));
    expect(read('2026-02-28T23:59:59Z')).to.equal('fine');
    for (const iso of [
      '2026-02-29T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:00.0Z',
      '2026-01-01',
      '2026-01-01T00:00:00+01:00',
      '+02026-01-01T00:00:00Z',
    ])
      expect(read(iso), iso).to.equal('TCB_INFO_MALFORMED');
  });
});

describe('statuses', () => {
  const of = (...statuses: TcbStatus[]) => converge(...statuses.map((status) => ({ status, advisories: [] }))).status;
  /** Intel's table: what OutOfDate of QE or module makes of a platform's status. */
  const outOfDate: Readonly<Record<TcbStatus, TcbStatus>> = {
    UpToDate: 'OutOfDate',
    SWHardeningNeeded: 'OutOfDate',
    ConfigurationNeeded: 'OutOfDateConfigurationNeeded',
    ConfigurationAndSWHardeningNeeded: 'OutOfDateConfigurationNeeded',
    OutOfDate: 'OutOfDate',
    OutOfDateConfigurationNeeded: 'OutOfDateConfigurationNeeded',
    Revoked: 'Revoked',
  };
  for (const status of TCB_STATUSES)
    it(`${status} stays so beside UpToDate, becomes ${outOfDate[status]} beside OutOfDate, and Revoked beside Revoked`, () => {
      expect([of(status, 'UpToDate'), of('UpToDate', status)]).to.deep.equal([status, status]);
      expect([of(status, 'OutOfDate'), of('OutOfDate', status)]).to.deep.equal([outOfDate[status], outOfDate[status]]);
      expect(of(status, 'Revoked')).to.equal('Revoked');
    });
  it('name the advisories of all, each once', () => {
    const rate = (...advisories: string[]) => ({ status: 'OutOfDate', advisories }) as const;
    expect(converge(rate('B', 'A'), rate('C', 'A')).advisories).to.deep.equal(['A', 'B', 'C']);
  });
});

describe('an octet string of the writer', () => {
  it('is read by the reader at every length around the borders', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const content = new Uint8Array(length);
      expect(decodeDer(der(4, content), TAG.octetString, 'it').content).to.deep.equal(content);
    }
  });
});
