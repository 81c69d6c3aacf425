/** The readers of the chain and those off chain, on the same broken bytes: what one takes, the other takes. */

import { randomInt } from 'node:crypto';
import { env } from 'node:process';
import { expect } from 'chai';
import { codeOf } from '../../../../scripts/evidence/evidenceChain.ts';
import { bringAll, deployNitro, type Nitro, refusalOfCall } from '../../../../scripts/evidence/nitroChain.ts';
import { decodeEnvelope } from '../../../../signer/evidence/nitro/document.ts';
import { certificateId, framed } from '../../../../signer/evidence/nitro/onChain.ts';
import { isRefusal, refusable } from '../../../../signer/evidence/refusal.ts';
import { ecdsaFromDer } from '../../../../signer/evidence/signatures/signature.ts';
import { decodeCertificate } from '../../../../signer/evidence/x509/certificate.ts';
import type { Bytes } from '../../../../signer/tee/issuers/der.ts';
import { byteString } from '../../../../signer/tee/issuers/nitro/cbor.ts';
import { NITRO_AT, NITRO_ROOT, nitroDocument, nitroParts } from '../../../evidence/support/nitroWriter.ts';

const RUNS = Number(env.QUORATE_READER_RUNS ?? 150);
const none: Bytes = new Uint8Array();
const PARTS = { ...nitroParts(), userData: byteString(new Uint8Array(32)) };
const ZONE = PARTS.bundle[2]!;

/** One byte changed, taken away or put in. */
function broken(bytes: Bytes, until: number): Bytes {
  const changed = [...bytes];
  const place = randomInt(until);
  const kind = randomInt(4);
  if (kind === 0) changed.splice(place, 1);
  else if (kind === 1) changed.splice(place, 0, randomInt(256));
  else if (kind === 2) changed[place] = randomInt(256);
  else changed[place]! ^= 1 << randomInt(8);
  return Uint8Array.from(changed);
}

describe('readers of Nitro evidence', () => {
  let nitro: Nitro;
  before(async () => {
    nitro = await deployNitro(NITRO_ROOT, NITRO_AT);
    await bringAll(nitro, nitroDocument(PARTS));
  });

  /** Names, times and places are judged, not read. */
  const isJudgement = (name: string) =>
    /^Hint|^Chain|^Certificate(Expired|NotYetValid|Unknown|Revoked)|^SignatureOutOfRange|accepted/.test(name);

  it('take the same certificates', async () => {
    const parent = certificateId(decodeCertificate(ZONE, 'zone'));
    let refused = 0;
    for (let run = 0; run < RUNS; run++) {
      const encoded = broken(PARTS.leaf, PARTS.leaf.length);
      const off = refusable(() => {
        const { signature, notBefore, notAfter } = decodeCertificate(encoded, 'it');
        ecdsaFromDer('p384', signature, 'it');
        return Math.min(notBefore, notAfter);
      });
      if (isRefusal(off) && off.code === 'KEY_INVALID') continue; // by what uses it, on chain
      if (!isRefusal(off) && off < 0) continue; // a time before 1970 has no number on chain
      const isRead = !isRefusal(off);
      const on = await refusalOfCall(nitro, () => nitro.certificates.bring.staticCall(encoded, parent, none));
      const hex = Buffer.from(encoded).toString('hex');
      if (!isRead) refused++;
      if (isRead !== isJudgement(on) && !isExcused(on))
        expect.fail(`${isRefusal(off) ? `${off.code} ${off.detail}` : 'read'} off chain, ${on} on chain: ${hex}`);
    }
    expect(refused).to.be.above(RUNS / 4);
  });
  /**
   * A leaf has to name a module: off chain that is asked of the document. Of an issuer's name the chain asks alone whether it is the issuer's, byte by
   * byte.
   */
  const isExcused = (name: string) => name === 'CertificateMalformed' || name === 'ChainOrder';

  it('take the same documents, and name the same reason', async () => {
    const whole = nitroDocument(PARTS);
    const places = [40, 200, 600, whole.length];
    let refused = 0;
    for (let run = 0; run < RUNS; run++) {
      const encoded = broken(whole, places[run % places.length]!);
      const off = refusable(() => decodeEnvelope(encoded));
      const on = await refusalOfCall(nitro, () => nitro.verifier.verify(framed(encoded, none)));
      const hex = Buffer.from(encoded.slice(0, 900)).toString('hex');
      // of a module's name the chain asks alone whether it is the leaf's, in small letters and digits
      if (!isRefusal(off) || (off.detail.includes('UTF-8') && isJudgement(on))) {
        expect(on, `${hex}`).to.match(/^Hint|^Chain|^Certificate|^Der|^Signature/);
        continue;
      }
      refused++;
      const codes = [off.code, ...(EQUIVALENT[off.code] ?? [])];
      expect(codes, `${off.code} ${off.detail}, ${on}: ${hex}`).to.include(codeOf(on));
    }
    expect(refused).to.be.above(RUNS / 4);
  });
});

/** Off chain everything is decoded before a field is looked at; the chain looks at each as it comes. */
const FIRST = [
  'NITRO_FIELD',
  'NITRO_HEADER',
  'NITRO_ALGORITHM',
  'NITRO_DIGEST',
  'NITRO_PCR_INDEX',
  'NITRO_PCR_LENGTH',
  'CBOR_MALFORMED',
  'CBOR_INDEFINITE',
  'CBOR_NOT_MINIMAL',
  'CBOR_DUPLICATE_KEY',
  'CBOR_TRAILING_BYTES',
];
const EQUIVALENT: Readonly<Record<string, readonly string[]>> = Object.fromEntries(FIRST.map((code) => [code, FIRST]));
