/** What must hold at the end of every run, whatever went wrong in it (DESIGN's invariants, as far as a run can show them). */

import { expect } from 'chai';
import { getBytes } from 'ethers';
import type { Event } from '../../signer/enclave/api.ts';
import { unsealState } from '../../signer/enclave/sealing/seal.ts';
import { decodeState } from '../../signer/enclave/sealing/state.ts';
import { parseConfiguration } from '../../signer/formats/configuration.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { Secret } from '../../signer/protocol/secret.ts';
import { FINALITY } from './beacon.ts';
import { type Asked, STATE, stateOf } from './governance.ts';
import { teeOf } from './node.ts';
import { DELAY, type Outcome } from './scenario.ts';
import type { Setting } from './setting.ts';
import { type Run, type Said, shownName } from './world.ts';

/** I8, in virtual milliseconds: what waits, a block and its finality, n - t + 1 attempts and a posting; no fault has to stop. */
const SOON = 1_000 * (DELAY + 12 + 6 + 2 * 30 + 15);

type Signed = Omit<Said, 'event'> & Extract<Event, { event: 'signature' }>;

export async function requireInvariants(setting: Setting, outcome: Outcome): Promise<void> {
  const { end, requests, states, faults } = outcome;
  expect(end, 'every authorised request is fulfilled in time, and what lies is refused').to.equal('done');
  if (requests === null) throw new Error('nothing was asked for');
  const { mustSign, mustNotSign, undone } = requests;
  if (faults.fork) return requireSafety(setting, outcome, mustSign, [mustNotSign.lying]);

  for (const { id } of mustSign) expect(states[id]).to.equal(STATE.fulfilled);
  const signatures = outcome.said.filter(({ event }) => event.event === 'signature');
  expect(signatures, 'signatures that enclaves let out').to.have.length.above(mustSign.length - 1);
  expect(states[mustNotSign.lying.id], 'what no enclave will ever sign').to.equal(STATE.refused);
  expect(states[mustNotSign.cancelled.id]).to.equal(STATE.cancelled);
  expect(states[mustNotSign.overtaken.id], 'what a row has overtaken is cleared away').to.equal(STATE.expired);
  if (faults.isCalm) expect(outcome.waited, 'where nothing goes wrong').to.be.below(SOON);
  if (undone !== null) expect(states[undone.id], 'what a reorganisation took away').to.equal(STATE.none);
  await requireSafety(setting, outcome, mustSign, [mustNotSign.lying]);
}

/** What holds in every run, also in one that got nowhere. */
export async function requireSafety(
  setting: Setting,
  run: Run,
  mustSign: readonly Asked[],
  lying: readonly Asked[],
): Promise<void> {
  const released = run.said.flatMap(({ event, ...by }) => (event.event === 'signature' ? [{ ...by, ...event }] : []));
  requireOnlyAuthorised(released, mustSign);
  requireOncePerSession(released);
  requireFreshNonces(released);
  requireOnlyLiesRefused(run.said, lying);
  await requireSecretsKept(setting, run.said);
  await requireReadyWhereJudged(setting, run, released);
}

/** No enclave lets out a signature but for an authorised request, and only one that verifies for exactly its digest and key. */
function requireOnlyAuthorised(released: readonly Signed[], mustSign: readonly Asked[]): void {
  for (const { requestId, signatures } of released) {
    const asked = mustSign.find(({ id }) => id === requestId);
    expect(asked, `a signature for ${requestId}`).to.not.equal(undefined);
    expect(signatures).to.have.lengthOf(1);
    for (const signature of signatures) expect(asked!.isSignature(getBytes(signature))).to.equal(true);
  }
}

function requireOncePerSession(released: readonly Signed[]): void {
  const names = released.map(({ node, session, requestId }) => `${node} ${session} ${requestId}`);
  expect(new Set(names).size, 'a member says a signature once').to.equal(names.length);
}

/** Two signatures with one nonce point are one and the same signature, or the key is lost. */
function requireFreshNonces(released: readonly Signed[]): void {
  const byNonce = new Map<string, string>();
  for (const { session, requestId, signatures } of released)
    for (const signature of signatures) {
      const [nonce, said] = [signature.slice(0, 66), `${session} ${requestId} ${signature}`];
      expect(byNonce.get(nonce) ?? said, 'a nonce is used once').to.equal(said);
      byNonce.set(nonce, said);
    }
}

function requireOnlyLiesRefused(said: readonly Said[], lying: readonly Asked[]): void {
  for (const { event } of said)
    if (event.event === 'refusal')
      expect(
        lying.map(({ id }) => id),
        `${event.code}: ${event.detail}`,
      ).to.include(event.requestId);
}

/** What an enclave's last seal holds is in nothing that any enclave let out. */
async function requireSecretsKept(setting: Setting, said: readonly Said[]): Promise<void> {
  const { identities, suites } = setting;
  const told = JSON.stringify(said.filter(({ event }) => event.event !== 'seal'));
  const configuration = parseConfiguration(setting.configuration).hash;
  const last = new Map(
    said.flatMap(({ node, event }) => (event.event === 'seal' ? [[node, event.sealed] as const] : [])),
  );
  for (const [node, sealed] of last) {
    const key = new Secret(await teeOf(setting, node, () => 0).sealingKey());
    const { identity, shares } = decodeState(
      unsealState({ key, configuration }, getBytes(sealed)).state,
      ...([FINALITY, identities, suites] as const),
    );
    for (const secret of [identity.key, ...shares.map(({ keyShare }) => keyShare.secret)])
      expect(told.includes(Buffer.from(secret.reveal()).toString('hex')), `a secret of ${node} is out`).to.equal(false);
  }
}

/** Nothing is signed but what was READY at the very block that its session was judged at. */
async function requireReadyWhereJudged(setting: Setting, run: Run, released: readonly Signed[]): Promise<void> {
  const sessions = new Map(released.map((one) => [`${one.node} ${one.session} ${one.requestId}`, one]));
  for (const { node, session, requestId } of sessions.values()) {
    const hash = run.shown.get(shownName(node, session));
    expect(hash, `${node} was shown a block for session ${session}`).to.not.equal(undefined);
    const block = await setting.chain.request<{ number: Hex } | null>('eth_getBlockByHash', [hash, false]);
    expect(block, `block ${hash} is of the chain`).to.not.equal(null);
    expect(await stateOf(setting, setting.contracts, requestId, block!.number)).to.equal(STATE.ready);
  }
}
