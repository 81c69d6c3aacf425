import { equal } from 'node:assert/strict';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { firstOf } from '../../scripts/local/beacon/committee.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { accepted, outcome } from './support/outcomes.ts';
import {
  alteredAnswer,
  CONFIG,
  committeeOf,
  FULU_SLOT,
  flipped,
  GLOAS_SLOT,
  scene,
  storeAt,
  tag,
} from './support/scenes.ts';

const ALL = firstOf(32, 32);
const store = storeAt(CONFIG, 10);
const SLOTS = { finalised: 16, attested: 24 };

/** A signer that takes the version of the signature's own slot: to it, every fork begins one slot early. */
const ONE_SLOT_EARLY = {
  ...CONFIG,
  slotsPerEpoch: 1,
  epochsPerSyncCommitteePeriod: 32,
  forks: CONFIG.forks.map((one) => ({ ...one, epoch: Math.max(0, one.epoch * 8 - 1) })),
};

type Wanted = Parameters<typeof scene>[1];
const bytesWith = (wanted: Partial<Wanted> = {}) =>
  bytesOfAnswer(CONFIG, 'finality_update', scene(CONFIG, { ...SLOTS, ...wanted }).update);
const applied = (bytes: Uint8Array, to = store) => outcome(() => applyUpdate(CONFIG, to, bytes));

/** The signature is good; then something beside it changes. */
const changed = (path: string, change: (member: never) => unknown, wanted: Partial<Wanted> = {}) =>
  applied(
    bytesOfAnswer(
      CONFIG,
      'finality_update',
      alteredAnswer(scene(CONFIG, { ...SLOTS, ...wanted }).update, path, change),
    ),
  );

describe('the signature of a sync committee', () => {
  it('is good from the whole committee, and from two thirds', () => {
    for (const count of [32, 31, 23, 22])
      equal(applied(bytesWith({ bits: firstOf(32, count) })), 'accepted', `${count}`);
  });

  it('is refused from fewer than two thirds', () => {
    const { code, expected, found } = applyUpdate(CONFIG, store, bytesWith({ bits: firstOf(32, 21) })) as Rejection;
    equal(`${code}: ${found}, ${expected}`, 'PARTICIPATION_TOO_LOW: 21, at least 22');
    equal(applied(bytesWith({ bits: firstOf(32, 0) })), 'PARTICIPATION_TOO_LOW');
  });

  it('is refused from fewer than a policy wants', () => {
    const strict = { ...CONFIG, minParticipants: 30 };
    const by = (count: number) => outcome(() => applyUpdate(strict, store, bytesWith({ bits: firstOf(32, count) })));
    equal(by(29), 'PARTICIPATION_TOO_LOW');
    equal(by(30), 'accepted');
  });

  it('is refused with a bit for a key that did not sign', () => {
    const path = 'sync_aggregate.sync_committee_bits';
    equal(
      changed(path, () => ALL, { bits: firstOf(32, 31) }),
      'SIGNATURE_INVALID',
    );
  });

  it('is refused without the bit of a key that signed', () => {
    for (const bit of [0, 7, 31]) {
      const clear = (bits: Uint8Array) => flipped(bits, bit >> 3, 1 << (bit & 7));
      equal(changed('sync_aggregate.sync_committee_bits', clear), 'SIGNATURE_INVALID');
    }
  });

  it('is refused with bits in another order, though as many', () => {
    const [first, last] = [firstOf(32, 31), flipped(ALL, 0)];
    equal(
      changed('sync_aggregate.sync_committee_bits', () => last, { bits: first }),
      'SIGNATURE_INVALID',
    );
  });

  it('is refused with a bitfield of another length', () => {
    for (const bits of [ALL.slice(1), Uint8Array.of(...ALL, 255)])
      equal(
        changed('sync_aggregate.sync_committee_bits', () => bits),
        'SSZ_OFFSET',
      );
  });

  it('is refused with a signature of another length', () => {
    const path = 'sync_aggregate.sync_committee_signature';
    equal(
      changed(path, (signature: Uint8Array) => signature.slice(1)),
      'SSZ_OFFSET',
    );
  });

  it('is refused when it is the identity, zero, not compressed, or no point', () => {
    const path = 'sync_aggregate.sync_committee_signature';
    equal(
      changed(path, () => Uint8Array.of(0xc0, ...new Uint8Array(95))),
      'SIGNATURE_INFINITY',
    );
    equal(
      changed(path, () => new Uint8Array(96)),
      'SIGNATURE_MALFORMED',
    );
    equal(
      changed(path, () => Uint8Array.of(0xe0, ...new Uint8Array(95))),
      'SIGNATURE_MALFORMED',
    );
    equal(
      changed(path, () => Uint8Array.of(0xc0, ...new Uint8Array(94), 1)),
      'SIGNATURE_MALFORMED',
    );
    equal(
      changed(path, (good: Uint8Array) => flipped(good, 0, 0x80)),
      'SIGNATURE_MALFORMED',
    );
    equal(
      changed(path, () => new Uint8Array(96).fill(255)),
      'SIGNATURE_MALFORMED',
    );
  });

  it('is refused when it is the negative of a good one', () => {
    const path = 'sync_aggregate.sync_committee_signature';
    equal(
      changed(path, (good: Uint8Array) => flipped(good, 0, 0x20)),
      'SIGNATURE_INVALID',
    );
  });

  it('is refused when a point of G2 outside the subgroup is given', () => {
    const path = 'sync_aggregate.sync_committee_signature';
    const outside = new Set<string>();
    for (let x = 1; x < 12; x++) outside.add(changed(path, () => Uint8Array.of(0x80, ...new Uint8Array(94), x)));
    equal(outside.size, 1);
    equal(outside.has('SIGNATURE_MALFORMED'), true);
  });

  it('is refused under another fork version', () => {
    const { forks } = CONFIG;
    const signedAs = { ...CONFIG, forks: [{ ...forks[0]!, version: Uint8Array.of(6, 0, 0, 9) }, ...forks.slice(1)] };
    equal(applied(bytesWith({ signedAs })), 'SIGNATURE_INVALID');
  });

  it('is refused under another genesis root', () => {
    const signedAs = { ...CONFIG, genesisValidatorsRoot: tag('another genesis') };
    equal(applied(bytesWith({ signedAs })), 'SIGNATURE_INVALID');
  });

  it('is refused from the committee of another period', () => {
    equal(applied(bytesWith({ signers: committeeOf(1) })), 'SIGNATURE_INVALID');
    equal(applied(bytesWith({ signers: committeeOf(2) })), 'SIGNATURE_INVALID');
  });

  it('is by the next committee as soon as the signature, not the block, lies in the next period', () => {
    const across = { attested: 31, signatureSlot: 32 };
    equal(applied(bytesWith({ ...across, signers: committeeOf(1) })), 'accepted');
    equal(applied(bytesWith({ ...across, signers: committeeOf(0) })), 'SIGNATURE_INVALID');
  });

  for (const [fork, slot] of [
    ['Fulu', FULU_SLOT],
    ['Gloas', GLOAS_SLOT],
  ] as const)
    it(`takes the version of the slot before the signature's where ${fork} begins`, () => {
      const before = storeAt(CONFIG, slot - 24);
      const at = (attested: number, signatureSlot: number) => ({ finalised: slot - 16, attested, signatureSlot });
      equal(applied(bytesWith(at(slot - 1, slot)), before), 'accepted', 'signed at the boundary under the old version');
      equal(
        applied(bytesWith({ ...at(slot - 1, slot), signedAs: ONE_SLOT_EARLY }), before),
        'SIGNATURE_INVALID',
        'signed at the boundary under the new version',
      );
      equal(
        applied(bytesWith(at(slot - 1, slot + 1)), before),
        'accepted',
        'one slot later the version is the new one',
      );
    });

  it('says nothing about what the committee is to sign later', () => {
    const later = accepted(applyUpdate(CONFIG, store, bytesWith()));
    equal(finalised(CONFIG, later).slot, 16);
    equal(finalised(CONFIG, store).slot, 10, 'the store that was given is as it was');
  });
});
