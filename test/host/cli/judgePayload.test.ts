/** What is said of a payload before a vote is what an enclave says after it. */

import { expect } from 'chai';
import { type KeyNow, understand } from '../../../signer/cli/payload/judgePayload.ts';

const asked = { requester: new Uint8Array(20), path: new Uint8Array(32), kind: 1, payload: Uint8Array.of(1) };
const G = '0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
const key = (scheme: number, x = G) =>
  ({ scheme, publicKeyPrefix: 2, publicKeyX: x, birth: `0x${'00'.repeat(32)}` }) as unknown as KeyNow;
const RAW_DIGEST = 6;
const words = (scheme: number, x?: string, kind = asked.kind) => {
  const judged = understand(key(scheme, x), { ...asked, kind });
  return 'finding' in judged ? `${judged.finding.is}: ${judged.finding.words}` : 'understood';
};

describe('a payload before its vote', () => {
  it('is refused for ever where no key of the scheme signs its kind', () => {
    expect(words(2)).to.match(/^problem: every enclave refuses it: KIND_NOT_SIGNED/);
  });

  it('is refused by this release alone where only it lacks the decoder', () => {
    expect(words(1, G, RAW_DIGEST)).to.match(/^problem: enclaves of this release refuse it: KIND_NOT_SUPPORTED/);
  });

  it('is understood, or not, for an ECDSA key', () => {
    const text = { ...asked, kind: 5, payload: new TextEncoder().encode('hello') };
    expect('decoded' in understand(key(3), text)).to.equal(true);
    const bytes = understand(key(3), { ...text, payload: Uint8Array.of(0) });
    expect('finding' in bytes && bytes.finding.words).to.match(/TEXT_UNREADABLE/);
  });

  it('is decoded by the enclave`s own decoder', () => {
    expect(words(1)).to.match(/^problem: every enclave refuses it: PSBT_MALFORMED/);
  });

  it('is not asked of a key that is not made', () => {
    expect(words(1, `0x${'00'.repeat(32)}`)).to.include('not made yet');
  });
});
