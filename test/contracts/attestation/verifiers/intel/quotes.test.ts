/** Quotes of all three kinds: their parts, their signatures, their quoting enclave. Each refusal has the code that it has off chain. */

import { expect } from 'chai';
import { hexlify, keccak256, sha256, toUtf8Bytes } from 'ethers';
import { codeOf } from '../../../../../scripts/evidence/evidenceChain.ts';
import { POLICY } from '../../../../../scripts/evidence/intelChain.ts';
import { pem } from '../../../../../signer/tee/issuers/certificates.ts';
import { type Bytes, bytes, concat, text } from '../../../../../signer/tee/issuers/der.ts';
import type { QuoteParts } from '../../../../../signer/tee/issuers/intel/quote.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import { accepted, verdict } from '../../../../evidence/support/verifier.ts';
import {
  broughtIntel,
  CHAIN,
  expectRefusal,
  nothing,
  quoteOf,
  type Refusal,
  ROOT,
  saidOf,
  teeOf,
} from '../support/intelWorld.ts';

const { INTEL_PAIRS, intelEvidence, intelVerifier } = writer;
const { other } = INTEL_PAIRS;
const VENDOR = '0x939a7233f79c4ca9940a0db3957f0607';
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
/** Where header and body end. */
const SIGNED = { tdx4: 48 + 584, tdx5: 54 + 648, sgx3: 48 + 384 } as const;
const bytesOf = (value: bigint) => bytes(value.toString(16).padStart(64, '0'));

/** Where the parts of a quote are. */
function placesOf(kind: writer.QuoteKind) {
  const signed = SIGNED[kind];
  const nested = signed + 4 + 128;
  const qe = kind === 'sgx3' ? nested : nested + 6;
  const auth = qe + 384 + 64;
  const chain = auth + 2 + 32 + 6;
  return { signed, signature: signed + 4, key: signed + 68, nested, qe, auth, chain };
}

function patched(from: Bytes, at: number, ...values: readonly number[]): Bytes {
  const changed = from.slice();
  changed.set(values, at);
  return changed;
}

/** What a QE says of an attestation key, with the auth data of `quoteOf`. */
const vouchedFor = (key: Bytes) => sha256(concat(key, new Uint8Array(32).fill(0xa0)));

for (const kind of ['tdx4', 'tdx5', 'sgx3'] as const)
  describe(`a quote on chain (${kind})`, () => {
    const intel = broughtIntel();
    const verify = (quote: Bytes) => intel()[teeOf(kind)].verify(quote);
    const whole = quoteOf(kind);
    const end = whole.length;
    const at = placesOf(kind);
    const { qe } = writer.quoteParts[kind]();
    const report = whole.slice(at.qe, at.qe + 384);
    const point = whole.slice(at.key, at.key + 64);
    const vouched = vouchedFor(point);

    it('says what it says off chain', async () => {
      const on = await verify(whole);
      const off = accepted(intelEvidence(kind, { chain: CHAIN }), intelVerifier());
      expect(on.tee).to.equal(keccak256(toUtf8Bytes(`quorate/tee/${teeOf(kind)}/1`)));
      expect([on.measurement, on.platformId]).to.deep.equal([hexlify(off.measurement), hexlify(off.platformId)]);
      expect(on.reportData).to.equal(hexlify(off.reportData.slice(0, 32)));
      expect([on.notBefore, on.validUntil]).to.deep.equal([BigInt(off.notBefore), BigInt(off.validUntil)]);
      expect([on.tcbStatus, on.evaluationNumber]).to.deep.equal([0n, 17n]);
    });

    const CUT: readonly (readonly [string, Bytes, Refusal])[] = [
      ['of no bytes', new Uint8Array(), ['QuoteTruncated', 0, 48]],
      ['cut in its header', whole.slice(0, 47), ['QuoteTruncated', 47, 48]],
      ['cut in its body', whole.slice(0, at.signed - 1), ['QuoteTruncated', at.signed - 1, at.signed]],
      ['cut before its signature', whole.slice(0, at.signed + 3), ['QuoteTruncated', at.signed + 3, at.signed + 4]],
      ['cut at its end', whole.slice(0, -1), ['QuoteTruncated', end - 1, end]],
      ['with bytes behind', concat(whole, text('x')), ['QuoteTrailingBytes', end + 1, end]],
      ['larger than any', new Uint8Array(16_385), ['EvidenceTooLarge', 16_385, 16_384]],
      ['whose auth data goes on', patched(whole, at.auth, 255, 255), ['QuoteTruncated', end, at.auth + 2 + 65_535 + 2]],
      ['whose chain is cut', patched(whole, at.chain - 4, 0, 0, 0, 0), ['QuoteTrailingBytes', end, at.chain]],
      ['whose chain goes on', patched(whole, at.chain - 2, 1), ['QuoteTruncated', end, end + 65_536]],
      ['of another kind of certification', patched(whole, at.chain - 6, 1), ['QuoteCertification', 1, 5]],
    ];
    for (const [what, quote, refusal] of CUT)
      it(`${what}: ${refusal[0]}`, async () => {
        await expectRefusal(intel(), () => verify(quote), ...refusal);
      });

    const report64 = new Uint8Array(64).fill(1);
    const late = concat(bytesOf(BigInt(vouched)), new Uint8Array(31), Uint8Array.of(1));
    const CHANGED: readonly (readonly [string, Partial<QuoteParts>, Refusal])[] = [
      ['of another key type', { keyType: 3 }, ['QuoteKeyType', 3, 2]],
      ['of another vendor', { vendor: new Uint8Array(16) }, ['QuoteQeVendor', `0x${'00'.repeat(16)}`, VENDOR]],
      ['signed by another key', { quoteSigner: other }, ['QuoteSignature', sha256(whole.slice(0, at.signed))]],
      ['whose QE another PCK signs', { qeSigner: other }, ['QeReportSignature', sha256(report)]],
      [
        'whose QE vouches for another key',
        { qe: { ...qe, reportData: report64 } },
        ['QeReportData', `0x${'01'.repeat(32)}`, vouched],
      ],
      ['whose QE says more', { qe: { ...qe, reportData: late } }, ['QeReportData', vouched, vouched]],
      ['whose QE uses reserved bytes', { qe: { ...qe, reserved: new Uint8Array(12).fill(1) } }, ['QuoteBody', 0, 20]],
      [
        'of another signer of its QE',
        { qe: { ...qe, mrsigner: new Uint8Array(32) } },
        ['QeSigner', nothing, `0x${'51'.repeat(32)}`],
      ],
      ['of another product of its QE', { qe: { ...qe, isvProdId: 7 } }, ['QeProduct', 7, kind === 'sgx3' ? 1 : 2]],
      [
        'of another MISCSELECT of its QE',
        { qe: { ...qe, miscSelect: Uint8Array.of(1, 0, 0, 0) } },
        ['QeMiscselect', '0x01000000', '0x00000000'],
      ],
      [
        'of a QE in debug mode',
        { qe: { ...qe, attributes: Uint8Array.of(0x13, ...new Uint8Array(15)) } },
        ['QeAttributes', `0x13${'00'.repeat(15)}`, `0x11${'00'.repeat(15)}`],
      ],
      ['of a QE below every level', { qe: { ...qe, isvSvn: 3 } }, ['QeSvn', 3]],
      ['of a QE that is out of date', { qe: { ...qe, isvSvn: 5 } }, ['TcbStatus', 4, 4]],
    ];
    for (const [what, change, refusal] of CHANGED)
      it(`${what}: ${refusal[0]}, on chain and off [V3]`, async () => {
        const quote = quoteOf(kind, change);
        await expectRefusal(intel(), () => verify(quote), ...refusalOf(what, quote, refusal));
        const off = verdict({ ...intelEvidence(kind, { chain: CHAIN }), bytes: quote }, intelVerifier());
        expect(off).to.equal(codeOf(refusal[0]));
      });

    /** What is hashed differs with the change. */
    function refusalOf(what: string, quote: Bytes, refusal: Refusal): Refusal {
      if (what.startsWith('whose QE another')) return [refusal[0], sha256(quote.slice(at.qe, at.qe + 384))];
      return refusal;
    }

    it('of an attestation key off the curve, or not below p: KeyInvalid', async () => {
      for (const key of [patched(point, 63, point[63]! ^ 1), concat(bytesOf(P), bytesOf(1n))]) {
        const vouch = concat(bytesOf(BigInt(vouchedFor(key))), new Uint8Array(32));
        const quote = quoteOf(kind, { qe: { ...qe, reportData: vouch } });
        quote.set(key, at.key);
        const halves = [hexlify(key.slice(0, 32)), hexlify(key.slice(32))] as const;
        await expectRefusal(intel(), () => verify(quote), 'KeyInvalid', ...halves);
      }
    });

    it('whose r or s is 0 or n: SignatureOutOfRange', async () => {
      const s = hexlify(whole.slice(at.signature + 32, at.signature + 64));
      const r = hexlify(whole.slice(at.signature, at.signature + 32));
      for (const value of [0n, ORDER]) {
        const [wrongR, wrongS] = [0, 32].map((by) => patched(whole, at.signature + by, ...bytesOf(value)));
        await expectRefusal(intel(), () => verify(wrongR!), 'SignatureOutOfRange', value, s);
        await expectRefusal(intel(), () => verify(wrongS!), 'SignatureOutOfRange', r, value);
      }
    });

    it('whose s is the other one is the same attestation: bytes are no replay key', async () => {
      const place = at.signature + 32;
      const s = BigInt(hexlify(whole.slice(place, place + 32)));
      expect(await verify(patched(whole, place, ...bytesOf(ORDER - s)))).to.deep.equal(await verify(whole));
    });

    it('of a chain that nobody has brought, by one byte: CollateralAbsent', async () => {
      const chain = pem(writer.cert('pck'), writer.cert('ca'), ROOT);
      const refusal = ['CollateralAbsent', nothing, keccak256(text(chain))] as const;
      await expectRefusal(intel(), () => verify(quoteOf(kind, { chain })), ...refusal);
      const cut = patched(whole, end - 1, 0x20);
      const brought = keccak256(cut.slice(at.chain));
      await expectRefusal(intel(), () => verify(cut), 'CollateralAbsent', nothing, brought);
    });

    it('whose chain ends like a C string is the same one', async () => {
      const quote = quoteOf(kind, { chain: `${CHAIN}\0` });
      expect((await verify(quote)).platformId).to.equal((await verify(whole)).platformId);
    });

    it('is one of its verifier alone', async () => {
      const elsewhere = kind === 'sgx3' ? intel().tdx : intel().sgx;
      const types = kind === 'sgx3' ? ([0, 0x81] as const) : ([0x81, 0] as const);
      await expectRefusal(intel(), () => elsewhere.verify(whole), 'QuoteTeeType', ...types);
    });

    it('is refused with a byte flipped in each of its parts, by a name', async () => {
      const parts = [0, 20, 47, 60, at.signed - 1, at.signed, at.signature, at.key, at.qe, at.qe + 383, at.qe + 384];
      for (const place of [...parts, at.auth, at.auth + 2, at.chain - 1, at.chain, end - 2]) {
        const flipped = patched(whole, place, whole[place]! ^ 1);
        expect(await saidOf(intel(), () => verify(flipped)), `byte ${place}`).to.not.deep.equal(['accepted']);
      }
    });

    it('of any other version: QuoteVersion', async () => {
      for (const version of [0, 2, kind === 'sgx3' ? 4 : 3, 6, 0xffff])
        await expectRefusal(
          intel(),
          () => verify(patched(whole, 0, version & 255, version >> 8)),
          'QuoteVersion',
          version,
        );
    });

    it('counts for what the policy says at most', async () => {
      const { tcb } = intel();
      await tcb.setPolicy({ ...POLICY, registration: 60 });
      const now = await intel().helpers.time.latest();
      expect((await verify(whole)).validUntil).to.equal(BigInt(now + 60));
    });
  });
