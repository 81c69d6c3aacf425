/** What must hold at the end of every run, whatever went wrong in it (DESIGN's invariants, as far as a run can show them). */

import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { getBytes } from 'ethers';
import type { Event } from '../../signer/enclave/api.ts';
import type { Asked, Outcome } from './scenario.ts';

type Signed = Extract<Event, { event: 'signature' }>;

const FULFILLED = 3;
const EXPIRED = 5;
const CANCELLED = 6;

export function requireInvariants({ end, events, requests, states }: Outcome): void {
  expect(end, 'every authorised request is fulfilled in time').to.equal('done');
  if (requests === null) throw new Error('nothing was asked for');
  const { mustSign, mustNotSign } = requests;
  const released = events.filter((event): event is Signed => event.event === 'signature');

  for (const { id } of mustSign) expect(states[id]).to.equal(FULFILLED);
  for (const { id } of Object.values(mustNotSign))
    expect(states[id], 'nothing unauthorised is fulfilled').to.not.equal(FULFILLED);
  expect(states[mustNotSign.cancelled.id]).to.equal(CANCELLED);
  expect(states[mustNotSign.overtaken.id], 'what a row has overtaken is cleared away').to.equal(EXPIRED);

  requireOnlyAuthorised(released, mustSign);
  requireFreshNonces(released);
}

/** No enclave lets out a signature but for an authorised request, and only one that verifies for exactly its digest and key. */
function requireOnlyAuthorised(released: readonly Signed[], mustSign: readonly Asked[]): void {
  expect(released).to.have.length.above(0);
  for (const { requestId, signatures } of released) {
    const asked = mustSign.find(({ id }) => id === requestId);
    expect(asked, `a signature for ${requestId}`).to.not.equal(undefined);
    expect(signatures).to.have.lengthOf(1);
    for (const signature of signatures)
      expect(schnorr.verify(getBytes(signature), asked!.digest, asked!.outputKey)).to.equal(true);
  }
}

/** Two signatures with one nonce point are one and the same signature, or the key is lost. */
function requireFreshNonces(released: readonly Signed[]): void {
  const byNonce = new Map<string, string>();
  for (const signature of released.flatMap(({ signatures }) => signatures)) {
    const nonce = signature.slice(0, 66);
    expect(byNonce.get(nonce) ?? signature, 'a nonce is used once').to.equal(signature);
    byNonce.set(nonce, signature);
  }
}
