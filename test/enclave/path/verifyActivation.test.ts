/** A key whose confirmations are complete on chain: one mutation per check, each with its own refusal. */

import { expect } from 'chai';
import type { VerifiedActivation } from '../../../signer/enclave/path/stages.ts';
import { verifyActivation } from '../../../signer/enclave/path/verifyActivation.ts';
import { activationMessage } from '../../../signer/formats/activation.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { slotsForActivation } from '../../../signer/proof/slots.ts';
import { outcome } from '../../proof/support/refusals.ts';
import type { Facts } from './support/facts.ts';
import { ceremonyFacts, MEASUREMENT, slotName, stateOf, word } from './support/facts.ts';
import { committeeLies, memberLies, setLies } from './support/lies.ts';

const confirmed = (): Facts => ceremonyFacts('confirmed');

function verify(all: Facts, asked?: Set<string>): VerifiedActivation {
  return verifyActivation(stateOf(all, asked), all.configuration, all.self, all.committee, all.set);
}

function refusal(bend: (all: Facts) => unknown): string {
  const all = confirmed();
  bend(all);
  return outcome(() => verify(all));
}

function messageOf(bend: (all: Facts) => unknown): string {
  const all = confirmed();
  bend(all);
  return verify(all).message.join();
}

describe('verifyActivation', () => {
  it('builds the activation message from proven words', () => {
    const all = confirmed();
    const verified = verify(all);
    const { keyId, epoch, attempt } = all.committee;
    const { committee, commitments } = all.ceremony;
    const publicKey = { prefix: all.ceremony.publicKeyPrefix, x: all.ceremony.publicKeyX };
    const { chainId, contracts } = all.configuration;
    const activation = { keyId, epoch, attempt, committee, publicKey, commitments };
    expect(verified.message).to.deep.equal(activationMessage(chainId, contracts.keyRegistry.address, activation));
    expect(verified.publicKey).to.deep.equal(publicKey);
    expect(verified.commitments).to.deep.equal(commitments);
    expect(verified.session.members.map(({ party }) => party)).to.deep.equal([1, 2]);
  });

  it('goes on while the network or the key is paused: a pause stops requests', () => {
    const far = 2 ** 48 - 1;
    expect(refusal(({ network, key }) => (network.pausedUntil = key.pausedUntil = far))).to.equal('accepted');
  });

  it('changes the message with each thing that was confirmed', () => {
    const messages = [
      messageOf(() => undefined),
      messageOf(({ ceremony }) => (ceremony.publicKeyX = word(0xee))),
      messageOf(({ ceremony }) => (ceremony.publicKeyPrefix ^= 1)),
      messageOf(({ ceremony }) => (ceremony.commitments = word(0xee))),
    ];
    expect(new Set(messages).size).to.equal(messages.length);
  });

  it('reads exactly the slots that slotsForActivation lists', () => {
    const all = confirmed();
    const asked = new Set<string>();
    verify(all, asked);
    const members = [0, 1].map((at) => ({ id: all.enclaves[at]!.id, measurement: MEASUREMENT }));
    const listed = slotsForActivation(all.committee.keyId, members);
    expect([...asked].sort()).to.deep.equal(listed.map(({ contract, slot }) => slotName(contract, slot)).sort());
  });

  it('refuses a key that is not pending', () => {
    for (const status of [0, 2, 3]) expect(refusal(({ key }) => (key.status = status))).to.equal('KEY_STATUS');
  });

  it('refuses a ceremony whose confirmations are not complete, or that is done', () => {
    for (const status of [STATUS.ceremony.none, STATUS.ceremony.open, STATUS.ceremony.done, 4])
      expect(refusal(({ ceremony }) => (ceremony.status = status))).to.equal('CEREMONY_STATUS');
  });

  it('refuses a ceremony that makes anything else than a key', () => {
    for (const kind of [0, 2, 3, 4, 255])
      expect(refusal(({ ceremony }) => (ceremony.kind = kind))).to.equal('CEREMONY_KIND');
  });

  describe('refuses lies about the committee', () => {
    for (const { name, code, lie } of committeeLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
  describe('refuses a set', () => {
    for (const { name, code, lie } of setLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
  describe('refuses a member', () => {
    for (const { name, code, lie } of memberLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
});
