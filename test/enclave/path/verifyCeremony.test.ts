/** An open attempt that names this enclave: one mutation per check, each with its own refusal. */

import { expect } from 'chai';
import type { VerifiedCeremony } from '../../../signer/enclave/path/stages.ts';
import { verifyCeremony } from '../../../signer/enclave/path/verifyCeremony.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { slotsForCeremony } from '../../../signer/proof/slots.ts';
import { outcome } from '../../proof/support/refusals.ts';
import type { Facts } from './support/facts.ts';
import { ceremonyFacts, MEASUREMENT, slotName, stateOf, word } from './support/facts.ts';
import { committeeLies, memberLies } from './support/lies.ts';

const open = (): Facts => ceremonyFacts('open');

function verify(all: Facts, asked?: Set<string>): VerifiedCeremony {
  return verifyCeremony(stateOf(all, asked), all.configuration, all.self, all.committee);
}

function refusal(bend: (all: Facts) => unknown): string {
  const all = open();
  bend(all);
  return outcome(() => verify(all));
}

describe('verifyCeremony', () => {
  it('verifies an open attempt with all of its members', () => {
    const verified = verify(open());
    expect(verified.scheme).to.equal('bip340');
    const { session } = verified;
    expect(session.members.map(({ party }) => party)).to.deep.equal([1, 2, 3]);
    expect([session.self, session.threshold, session.size, session.epoch, session.attempt]).to.deep.equal([
      2, 2, 3, 1, 2,
    ]);
  });

  it('goes on while the network or the key is paused: a pause stops requests', () => {
    const far = 2 ** 48 - 1;
    expect(refusal(({ network, key }) => (network.pausedUntil = key.pausedUntil = far))).to.equal('accepted');
  });

  it('reads exactly the slots that slotsForCeremony lists', () => {
    const all = open();
    const asked = new Set<string>();
    verify(all, asked);
    const members = all.enclaves.map(({ id }) => ({ id, measurement: MEASUREMENT }));
    const listed = slotsForCeremony(all.committee.keyId, members);
    expect([...asked].sort()).to.deep.equal(listed.map(({ contract, slot }) => slotName(contract, slot)).sort());
  });

  it('is one session per attempt, whatever block proves it', () => {
    const [first, second] = [open(), open()];
    second.block.hash = word(0xee);
    const ids = [first, second].map((all) => verify(all).session.id);
    expect(ids[0]).to.deep.equal(ids[1]);
    second.committee.attempt = second.ceremony.attempt = 3;
    expect(refusal((all) => Object.assign(all, second))).to.equal('COMMITTEE_HASH');
  });

  it('refuses a key that is not pending', () => {
    for (const status of [0, 2, 3]) expect(refusal(({ key }) => (key.status = status))).to.equal('KEY_STATUS');
  });

  it('refuses a ceremony that is not open', () => {
    for (const status of [STATUS.ceremony.none, STATUS.ceremony.confirmed, STATUS.ceremony.done, 4])
      expect(refusal(({ ceremony }) => (ceremony.status = status))).to.equal('CEREMONY_STATUS');
  });

  it('refuses a ceremony that makes anything else than a key', () => {
    for (const kind of [0, 2, 3, 4, 255])
      expect(refusal(({ ceremony }) => (ceremony.kind = kind))).to.equal('CEREMONY_KIND');
  });

  it('accepts a measurement that is retiring: who has a seat, the chain has decided', () => {
    expect(refusal(({ measurement }) => (measurement.status = STATUS.measurement.retiring))).to.equal('accepted');
  });

  it('refuses a member anywhere in the committee, not only in some set', () => {
    expect(refusal(({ enclaves }) => (enclaves[2]!.status = 2))).to.equal('MEMBER_STATUS');
  });

  describe('refuses lies about the committee', () => {
    for (const { name, code, lie } of committeeLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
  describe('refuses a member', () => {
    for (const { name, code, lie } of memberLies) it(name, () => expect(refusal(lie)).to.equal(code));
  });
});
