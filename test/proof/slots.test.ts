/** Which slots each call needs: those of a key once, two more for each request. */

import { expect } from 'chai';
import {
  enclaveSlot,
  forkCountSlot,
  forkSlot,
  keySlot,
  measurementSlot,
  networkSlot,
  requestSlot,
  rowSlot,
  type Slot,
  slotsForActivation,
  slotsForBootRecord,
  slotsForCeremony,
  slotsForForks,
  slotsForKey,
  slotsForRequest,
} from '../../signer/proof/slots.ts';

const word = (seed: number) => new Uint8Array(32).fill(seed);
const names = (slots: readonly Slot[]) => slots.map(({ contract, slot }) => `${contract} ${slot.join()}`);
const members = [1, 2, 3].map((seed) => ({ id: word(seed), measurement: word(seed === 3 ? 0xe2 : 0xe1) }));
const FIELDS = ['word', 'measurement', 'identity', 'encryptionKey', 'boot'] as const;

describe('slots', () => {
  it('of a key: its words, the network, each member, each measurement once', () => {
    const slots = names(slotsForKey(word(9), members));
    const key = (['word', 'committee', 'publicKeyX', 'birth'] as const).map((field) => keySlot(word(9), field));
    const seats = members.flatMap(({ id }) => FIELDS.map((field) => enclaveSlot(id, field)));
    const expected = [...key, networkSlot(), ...seats, measurementSlot(word(0xe1)), measurementSlot(word(0xe2))];
    expect(slots).to.have.members(names(expected)).and.to.have.lengthOf(22);
  });

  it('of a request: its word and its row, and no member', () => {
    const requester = new Uint8Array(20).fill(7);
    const asked = { id: word(8), keyId: word(9), requester, replaces: word(0) };
    const slots = slotsForRequest(asked);
    expect(names(slots)).to.have.members(names([requestSlot(word(8)), rowSlot(word(9), requester)]));
    expect(slots).to.have.lengthOf(2);
    const replacing = slotsForRequest({ ...asked, replaces: word(7) });
    expect(names(replacing)).to.deep.equal(names([...slots, requestSlot(word(7))]));
  });

  it('of forks: their number, and each of them', () => {
    expect(names(slotsForForks(0))).to.deep.equal(names([forkCountSlot()]));
    expect(names(slotsForForks(2))).to.deep.equal(names([forkCountSlot(), forkSlot(1), forkSlot(2)]));
  });

  it('name each slot once, whoever repeats a member', () => {
    const twice = [...members, ...members];
    for (const slots of [slotsForKey, slotsForCeremony, slotsForActivation].map((of) => names(of(word(9), twice)))) {
      expect(new Set(slots).size).to.equal(slots.length);
    }
    expect(new Set(names(slotsForBootRecord(word(1)))).size).to.equal(2);
  });
});
