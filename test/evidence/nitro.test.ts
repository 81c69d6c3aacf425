import { expect } from 'chai';
import type { RefusalCode } from '../../signer/evidence/refusal.ts';
import type { Policy } from '../../signer/evidence/verified.ts';
import { nameOf } from '../../signer/tee/issuers/certificates.ts';
import { type Bytes, bytes, concat, text } from '../../signer/tee/issuers/der.ts';
import { byteString, list, map, NULL, textString, unsigned } from '../../signer/tee/issuers/nitro/cbor.ts';
import { type NitroParts, payloadOf } from '../../signer/tee/issuers/nitro/document.ts';
import { certificate, ecPair } from './support/certificates.ts';
import * as nitro from './support/nitroWriter.ts';
import { accepted, verdict } from './support/verifier.ts';

const { NITRO_AT, NITRO_PAIRS, NITRO_ROOT, NITRO_SPECS, nitroDocument, nitroParts, nitroVerifier } = nitro;
const { root, leaf, other } = NITRO_PAIRS;
const cert = (name: keyof typeof NITRO_SPECS, change: Partial<(typeof NITRO_SPECS)['region']> = {}) =>
  certificate({ ...NITRO_SPECS[name], ...change });
const of = (document: Bytes, policy: Partial<Policy> = {}, at = NITRO_AT) =>
  verdict({ bytes: document }, nitroVerifier(policy, at));
const changed = (change: Partial<NitroParts>, policy: Partial<Policy> = {}) => of(nitroDocument(change), policy);
const withBundle = (...bundle: readonly Bytes[]) => changed({ bundle });
const withLeaf = (change: Partial<(typeof NITRO_SPECS)['region']>) => changed({ leaf: cert('leaf', change) });
const serialOne = Uint8Array.of(1);

describe('a Nitro document', () => {
  it('that holds says what runs, what was said, on which machine, and for how long it counts', () => {
    const verified = accepted({ bytes: nitroDocument() }, nitroVerifier());
    expect(verified).to.include({
      kind: 'nitro',
      notBefore: NITRO_AT,
      validUntil: NITRO_AT + 30 * 86_400,
      tcbStatus: null,
    });
    expect(verified.reportData).to.deep.equal(text('said'));
    expect(verified.fields).to.include({ pcr8: `0x${'09'.repeat(48)}`, nonce: '0x6f6e6365', publicKey: null });
  });

  it('may have a map of indefinite length, as genuine ones have since 2025, and the tag of COSE_Sign1', () => {
    const payload = payloadOf(nitroParts());
    const indefinite = concat(Uint8Array.of(0xbf), payload.subarray(1), Uint8Array.of(0xff));
    expect(changed({ payload: indefinite })).to.equal('accepted');
    expect(of(concat(Uint8Array.of(0xd2), nitroDocument()))).to.equal('accepted');
  });

  it('is of one measurement whatever its time, machine and user data, and of another for each measured PCR', () => {
    const measure = (change: Partial<NitroParts>) =>
      Buffer.from(accepted({ bytes: nitroDocument(change) }, nitroVerifier()).measurement).toString('hex');
    const pcrs = (index: number) =>
      [0, 1, 2, 3, 4, 8].map((at) => nitro.pcr(at, new Uint8Array(48).fill(at === index ? 99 : at + 1)));
    const plain = measure({});
    expect(measure({ userData: NULL, timestamp: NITRO_AT * 1000 - 5_000 })).to.equal(plain);
    for (const index of [3, 4]) expect(measure({ pcrs: pcrs(index) })).to.equal(plain);
    expect(new Set([plain, ...[0, 1, 2, 8].map((index) => measure({ pcrs: pcrs(index) }))]).size).to.equal(5);
  });

  it('counts by the policy, not by its leaf, which lives for hours', () => {
    const short = nitroDocument({ leaf: cert('leaf', { notAfter: NITRO_AT + 1 }) });
    expect(accepted({ bytes: short }, nitroVerifier({ registrationSeconds: 1_000 })).validUntil).to.equal(
      NITRO_AT + 1_000,
    );
  });

  const p = (index: number) => nitro.pcr(index);
  const good = () => nitroParts().pcrs;
  const refusals: readonly (readonly [string, RefusalCode, () => RefusalCode | 'accepted'])[] = [
    // the envelope
    ['signed by another key', 'NITRO_SIGNATURE', () => changed({ signer: other })],
    ['of another algorithm', 'NITRO_ALGORITHM', () => changed({ header: bytes('a1013823') })],
    [
      'whose algorithm is named in the unprotected header only',
      'NITRO_ALGORITHM',
      () => changed({ header: bytes('a0'), unprotected: bytes('a1013822') }),
    ],
    [
      'with a second algorithm in the unprotected header',
      'NITRO_HEADER',
      () => changed({ unprotected: bytes('a1013823') }),
    ],
    ['with a content type beside the algorithm', 'NITRO_ALGORITHM', () => changed({ header: bytes('a20138220300') })],
    ['with bytes behind', 'CBOR_TRAILING_BYTES', () => of(concat(nitroDocument(), Uint8Array.of(0)))],
    [
      'with bytes behind its payload',
      'CBOR_TRAILING_BYTES',
      () => changed({ payload: concat(payloadOf(nitroParts()), Uint8Array.of(0)) }),
    ],
    ['cut off', 'CBOR_MALFORMED', () => of(nitroDocument().subarray(0, -1))],
    ['larger than AWS makes them', 'EVIDENCE_TOO_LARGE', () => of(concat(Uint8Array.of(0x84), new Uint8Array(16_384)))],
    ['with an array of indefinite length', 'CBOR_INDEFINITE', () => of(Uint8Array.of(0xd2, 0x9f, 0xff))],
    ['of three parts', 'NITRO_HEADER', () => of(concat(Uint8Array.of(0xd2), list(NULL, NULL, NULL)))],
    // the payload
    ['with a key twice', 'CBOR_DUPLICATE_KEY', () => changed({ more: [[textString('nonce'), NULL]] })],
    ['with an unknown key', 'NITRO_FIELD', () => changed({ more: [[textString('extra'), NULL]] })],
    [
      'without a certificate',
      'NITRO_FIELD',
      () => changed({ payload: map([[textString('digest'), textString('SHA384')]]) }),
    ],
    [
      'with user data of more than a kilobyte',
      'NITRO_FIELD',
      () => changed({ userData: byteString(new Uint8Array(1_025)) }),
    ],
    ['with user data that is text', 'NITRO_FIELD', () => changed({ userData: textString('said') })],
    ['of another digest', 'NITRO_DIGEST', () => changed({ digest: 'SHA256' })],
    [
      'of another module than its leaf',
      'NITRO_MODULE',
      () => changed({ moduleId: 'i-0123456789abcdef1-enc0123456789abcdef' }),
    ],
    ['with a module id that is none', 'NITRO_MODULE', () => changed({ moduleId: 'i-0123456789abcdef0' })],
    [
      'with a PCR number of two bytes for one',
      'CBOR_NOT_MINIMAL',
      () => changed({ payload: padded(payloadOf(nitroParts())) }),
    ],
    // PCRs
    ['without a measured PCR', 'NITRO_PCR_MISSING', () => changed({ pcrs: good().filter(([key]) => key[0] !== 8) })],
    ['with a PCR twice', 'CBOR_DUPLICATE_KEY', () => changed({ pcrs: [...good(), p(0)] })],
    [
      'with a PCR out of range',
      'NITRO_PCR_INDEX',
      () => changed({ pcrs: [...good(), [unsigned(32), byteString(new Uint8Array(48))]] }),
    ],
    [
      'with a PCR of negative number',
      'NITRO_PCR_INDEX',
      () => changed({ pcrs: [...good(), [Uint8Array.of(0x20), byteString(new Uint8Array(48))]] }),
    ],
    [
      'with a PCR of 32 bytes',
      'NITRO_PCR_LENGTH',
      () => changed({ pcrs: [...good(), nitro.pcr(9, new Uint8Array(32))] }),
    ],
    [
      'in debug mode',
      'NITRO_DEBUG',
      () =>
        changed({
          pcrs: good().map(([key], at) => (at < 3 ? [key, byteString(new Uint8Array(48))] : p(key[0]!))),
        }),
    ],
    [
      'with one of the first PCRs zero',
      'NITRO_DEBUG',
      () => changed({ pcrs: good().map(([key]) => (key[0] === 1 ? nitro.pcr(1, new Uint8Array(48)) : p(key[0]!))) }),
    ],
    // time
    ['older than the window', 'NITRO_STALE', () => changed({ timestamp: (NITRO_AT - 3 * 3_600 - 1) * 1000 })],
    ['from the future', 'NITRO_FUTURE', () => changed({ timestamp: (NITRO_AT + 61) * 1000 })],
    ['dated in seconds', 'NITRO_TIMESTAMP_UNIT', () => changed({ timestamp: NITRO_AT })],
    ['dated in microseconds', 'NITRO_TIMESTAMP_UNIT', () => changed({ timestamp: NITRO_AT * 1_000_000 })],
    // expectations
    ['with another nonce', 'NONCE_DIFFERS', () => changed({}, { expected: { nonce: text('twice') } })],
    ['without the nonce', 'NONCE_DIFFERS', () => changed({ nonce: NULL }, { expected: { nonce: text('once') } })],
    ['with other user data', 'REPORT_DATA_DIFFERS', () => changed({}, { expected: { reportData: text('sad') } })],
    [
      'of another measurement',
      'MEASUREMENT_DIFFERS',
      () => changed({}, { expected: { measurement: new Uint8Array(32) } }),
    ],
    // the chain
    [
      'under another root of the same name',
      'CHAIN_ROOT',
      () => withBundle(cert('root', { pair: other, signer: other }), cert('region', { signer: other }), cert('zone')),
    ],
    ['with its bundle in reverse', 'CHAIN_ROOT', () => withBundle(...nitroParts().bundle.toReversed())],
    ['with two of the bundle exchanged', 'CHAIN_ORDER', () => withBundle(NITRO_ROOT, cert('zone'), cert('region'))],
    ['with a certificate missing', 'CHAIN_ORDER', () => withBundle(NITRO_ROOT, cert('zone'))],
    [
      'with a certificate twice',
      'CHAIN_DUPLICATE',
      () => {
        const twice = cert('region');
        return withBundle(NITRO_ROOT, twice, twice, cert('zone'));
      },
    ],
    ['with no bundle', 'NITRO_FIELD', () => withBundle()],
    [
      'whose leaf is the root',
      'CHAIN_DUPLICATE',
      () => changed({ leaf: NITRO_ROOT, bundle: [NITRO_ROOT], signer: root }),
    ],
    [
      'whose leaf issued another leaf',
      'CHAIN_NOT_CA',
      () =>
        changed({
          bundle: [...nitroParts().bundle, cert('leaf')],
          leaf: cert('leaf', { issuer: NITRO_SPECS.leaf.subject, signer: leaf }),
        }),
    ],
    ['whose leaf is a CA', 'CHAIN_LEAF_IS_CA', () => withLeaf({ ca: { pathLength: 0 } })],
    [
      'with a longer path than allowed',
      'CHAIN_PATH_LENGTH',
      () => withBundle(NITRO_ROOT, cert('region', { ca: { pathLength: 0 } }), cert('zone')),
    ],
    [
      'whose issuer may not sign certificates',
      'CHAIN_KEY_USAGE',
      () => withBundle(NITRO_ROOT, cert('region'), cert('zone', { usage: [0] })),
    ],
    ['whose leaf may not sign', 'CHAIN_KEY_USAGE', () => withLeaf({ usage: [5] })],
    [
      'whose issuer names another key of its own issuer',
      'CHAIN_KEY_ID',
      () => withBundle(NITRO_ROOT, cert('region', { authorityKeyId: new Uint8Array(20) }), cert('zone')),
    ],
    [
      'whose issuer names a key without a name',
      'CHAIN_KEY_ID',
      () => withBundle(NITRO_ROOT, cert('region', { authorityKeyId: new Uint8Array() }), cert('zone')),
    ],
    ['whose leaf another zone signed', 'CHAIN_SIGNATURE', () => withLeaf({ signer: other })],
    [
      'whose region another root signed',
      'CHAIN_SIGNATURE',
      () => withBundle(NITRO_ROOT, cert('region', { signer: other }), cert('zone')),
    ],
    ['whose leaf is expired', 'CERTIFICATE_EXPIRED', () => withLeaf({ notAfter: NITRO_AT - 1 })],
    ['whose leaf is not yet valid', 'CERTIFICATE_NOT_YET_VALID', () => withLeaf({ notBefore: NITRO_AT + 1 })],
    [
      'with an expired ancestor',
      'CERTIFICATE_EXPIRED',
      () => withBundle(NITRO_ROOT, cert('region', { notAfter: NITRO_AT - 1 }), cert('zone')),
    ],
    [
      'with a revoked ancestor',
      'CERTIFICATE_REVOKED',
      () =>
        of(nitroDocument({ bundle: [NITRO_ROOT, cert('region', { serial: serialOne } as object), cert('zone')] }), {
          revoked: [{ issuer: nameOf('aws.nitro-enclaves'), serial: serialOne }],
        }),
    ],
    [
      'whose leaf has a critical extension that nobody knows',
      'CERTIFICATE_EXTENSION',
      () => withLeaf({ more: [{ oid: '1.2.3', value: text('?'), critical: true }] } as object),
    ],
    [
      'whose leaf has an extension twice',
      'CERTIFICATE_EXTENSION',
      () =>
        withLeaf({
          more: [
            { oid: '2.5.29.14', value: text('a') },
            { oid: '2.5.29.14', value: text('a') },
          ],
        } as object),
    ],
    ['whose leaf has bytes behind', 'DER_MALFORMED', () => changed({ leaf: concat(cert('leaf'), Uint8Array.of(0)) })],
    ['whose leaf is larger than any', 'EVIDENCE_TOO_LARGE', () => changed({ leaf: new Uint8Array(4_097) })],
  ];
  for (const [what, code, run] of refusals) it(`${what} is refused: ${code}`, () => expect(run()).to.equal(code));

  it('whose parts are of other types is refused: NITRO_FIELD', () => {
    const entries = (change: Record<string, Bytes>) =>
      map(
        Object.entries({
          ...{
            module_id: textString(nitroParts().moduleId),
            digest: textString('SHA384'),
            timestamp: unsigned(1),
          },
          ...{
            pcrs: map(good()),
            certificate: byteString(cert('leaf')),
            cabundle: list(byteString(NITRO_ROOT)),
            ...change,
          },
        }).map(([name, value]) => [textString(name), value] as const),
      );
    const bad = [
      textString('document'),
      entries({ pcrs: list() }),
      entries({ timestamp: Uint8Array.of(0x20) }),
      entries({ timestamp: textString('now') }),
      entries({ module_id: unsigned(1) }),
      entries({ certificate: textString('leaf') }),
      entries({ cabundle: byteString(NITRO_ROOT) }),
      entries({ cabundle: list(textString('root')) }),
    ];
    expect(changed({ payload: entries({}) })).to.equal('CHAIN_ORDER');
    for (const payload of bad)
      expect(changed({ payload }), Buffer.from(payload.slice(0, 40)).toString('latin1')).to.equal('NITRO_FIELD');
  });

  it('of a leaf with a key of P-256 is refused: NITRO_ALGORITHM', () => {
    const pair = ecPair('p256');
    expect(changed({ leaf: cert('leaf', { pair }), signer: pair })).to.equal('NITRO_ALGORITHM');
  });

  it('at the last second of its window and of its leaf is accepted', () => {
    const age = 3 * 3_600;
    expect(changed({ timestamp: (NITRO_AT - age) * 1000, leaf: cert('leaf', { notAfter: NITRO_AT }) })).to.equal(
      'accepted',
    );
    expect(changed({ timestamp: (NITRO_AT + 60) * 1000, leaf: cert('leaf', { notBefore: NITRO_AT }) })).to.equal(
      'accepted',
    );
  });

  it('is the same evidence with s replaced by n - s, and says the same', () => {
    const document = nitroDocument();
    const mirrored = mirrorP384(document);
    expect(mirrored).not.to.deep.equal(document);
    expect(accepted({ bytes: mirrored }, nitroVerifier())).to.deep.equal(
      accepted({ bytes: document }, nitroVerifier()),
    );
  });

  it('with r or s of 0, or not below the order, is refused before any curve sees it', () => {
    const order = bytes(
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    );
    for (const scalar of [new Uint8Array(48), order, new Uint8Array(48).fill(255)])
      for (const at of [96, 48]) {
        const document = nitroDocument();
        document.set(scalar, document.length - at);
        expect(of(document)).to.equal('SIGNATURE_OUT_OF_RANGE');
      }
  });

  it('whose leaf has a key off the curve, or x not below p, is refused', () => {
    const spki = new Uint8Array(leaf.spki);
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    expect(withLeaf({ pair: { ...leaf, spki } })).to.equal('KEY_INVALID');
    const wide = new Uint8Array(leaf.spki);
    wide.fill(255, wide.length - 96, wide.length - 48);
    expect(withLeaf({ pair: { ...leaf, spki: wide } })).to.equal('KEY_INVALID');
  });

  it('keeps the certificates of one region from serving under another parent', () => {
    const stranger = cert('region', { subject: 'region', pair: other });
    expect(withBundle(NITRO_ROOT, stranger, cert('zone'))).to.equal('CHAIN_SIGNATURE');
  });
});

/** The number of the first PCR, 0, in a form that is for 24 and more. */
function padded(payload: Bytes): Bytes {
  const at = Buffer.from(payload).indexOf(Buffer.from('pcrs')) + 5;
  return concat(payload.subarray(0, at), Uint8Array.of(0x18, 0x00), payload.subarray(at + 1));
}

function mirrorP384(document: Bytes): Bytes {
  const order = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n;
  const s = BigInt(`0x${Buffer.from(document.subarray(-48)).toString('hex')}`);
  const mirrored = new Uint8Array(document);
  mirrored.set(bytes((order - s).toString(16).padStart(96, '0')), document.length - 48);
  return mirrored;
}
