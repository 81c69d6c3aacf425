/** What a protocol has made leaves request by request, and only what verifies (A37). */

import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Event } from '../../../signer/enclave/api.ts';
import { Counters } from '../../../signer/enclave/counters.ts';
import { type Order, releaseEach } from '../../../signer/enclave/sessions/signTogether.ts';

const secretOf = (seed: number) => new Uint8Array(32).fill(seed);
const messageOf = (seed: number) => new Uint8Array(32).fill(seed);
/** Seeds of the keys, and of the messages that each signs. */
const ASKED = [
  { key: 1, messages: [11, 12] },
  { key: 2, messages: [21] },
  { key: 3, messages: [31, 32, 33] },
] as const;
const GOOD = ASKED.flatMap(({ key, messages }) => messages.map((seed) => schnorr.sign(messageOf(seed), secretOf(key))));

function released(signatures: readonly Uint8Array[]) {
  const events: Event[] = [];
  const left = new Map<string, readonly Uint8Array[]>();
  const counters = new Counters();
  const orders = ASKED.map(({ key, messages }, at): Order => {
    const verifyingKey = schnorr.getPublicKey(secretOf(key));
    const expected = { scheme: 'bip340' as const, messages: messages.map(messageOf), verifyingKey };
    return { name: `request ${at}`, expected, tweaks: [], release: (own) => left.set(`request ${at}`, own) };
  });
  releaseEach({ counters, emit: (event) => events.push(event) }, { id: new Uint8Array(32) }, orders, signatures);
  return { events, left, counters: counters.toRecord() };
}

const spoilt = (...at: number[]) =>
  GOOD.map((signature, m) => (at.includes(m) ? signature.with(40, signature[40]! ^ 1) : signature));

describe('releaseEach', () => {
  it('lets each request have its own signatures, without a fault', () => {
    const { events, left } = released(GOOD);
    expect([...left]).to.deep.equal([
      ['request 0', GOOD.slice(0, 2)],
      ['request 1', GOOD.slice(2, 3)],
      ['request 2', GOOD.slice(3)],
    ]);
    expect(events).to.deep.equal([]);
  });

  it('keeps back all signatures of a request of which one does not verify, names it, and lets the others go', () => {
    for (const [at, request] of [0, 0, 1, 2, 2, 2].entries()) {
      const { events, left, counters } = released(spoilt(at));
      expect([...left.keys()]).to.deep.equal(
        [0, 1, 2].filter((each) => each !== request).map((each) => `request ${each}`),
      );
      expect(events).to.have.length(1);
      expect(events[0]).to.deep.include({ code: 'unverified-signature', culprits: [], silent: [], disputes: [] });
      expect((events[0] as { detail: string }).detail).to.match(new RegExp(`: request ${request}$`));
      expect(counters).to.deep.equal({ 'fault unverified-signature': 1 });
    }
  });

  it('says one fault, however many are kept back', () => {
    const { events, left } = released(spoilt(0, 2, 5));
    expect(left.size).to.equal(0);
    expect(events).to.have.length(1);
    expect((events[0] as { detail: string }).detail).to.match(/request 0, request 1, request 2$/);
  });

  it('gives no request the signatures of another, nor anything when some are missing', () => {
    const swapped = [GOOD[2]!, GOOD[1]!, GOOD[0]!, ...GOOD.slice(3)];
    expect([...released(swapped).left.keys()]).to.deep.equal(['request 2']);
    expect([...released(GOOD.slice(1)).left.keys()]).to.deep.equal([]);
    expect([...released(GOOD.slice(0, 5)).left.keys()]).to.deep.equal(['request 0', 'request 1']);
    expect([...released([]).left.keys()]).to.deep.equal([]);
  });
});
