import { deepEqual, equal } from 'node:assert/strict';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { toJson } from '../../scripts/local/beacon/toJson.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { fromBeaconJson, withoutNextCommittee } from '../../signer/finality/beaconApi/canonicalBytes.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { schemaOf } from '../../signer/finality/wire.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { alteredAnswer, blockAt, CONFIG, committeeOf, scene, storeAt } from './support/scenes.ts';

type Wanted = Parameters<typeof scene>[1];
const full = (wanted: Wanted) => bytesOfAnswer(CONFIG, 'update', scene(CONFIG, wanted).update);
const finality = (wanted: Wanted) => bytesOfAnswer(CONFIG, 'finality_update', scene(CONFIG, wanted).update);

const store = storeAt(CONFIG, 10);
const fresh = storeAt(CONFIG, 10, 'current');
const applied = (bytes: Uint8Array, to = store) => outcome(() => applyUpdate(CONFIG, to, bytes));

describe('the order of slots', () => {
  it('has the signature after the attested block', () => {
    for (const signatureSlot of [24, 23, 0])
      equal(applied(finality({ finalised: 16, attested: 24, signatureSlot })), 'SIGNED_BEFORE_ATTESTED');
  });

  it('has the attested block not before the finalised one', () => {
    equal(applied(finality({ finalised: 26, attested: 24 })), 'FINALISED_AFTER_ATTESTED');
  });

  it('has nothing after the clock, for a caller that has one', () => {
    const bytes = finality({ finalised: 16, attested: 24 });
    const at = (slot: number) => applyUpdate(CONFIG, store, bytes, slot);
    const { code, expected, found } = at(24) as Rejection;
    deepEqual([code, expected, found], ['SIGNED_IN_FUTURE', 'at most 24', '25']);
    accepted(at(25));
  });

  it('has no slot beyond what a number holds exactly', () => {
    const { update } = scene(CONFIG, { finalised: 16, attested: 24 });
    for (const path of ['attested_header.beacon.slot', 'finalized_header.beacon.slot', 'signature_slot'])
      for (const huge of [2n ** 40n + 1n, 2n ** 53n, 2n ** 64n - 1n]) {
        const bytes = bytesOfAnswer(
          CONFIG,
          'finality_update',
          alteredAnswer(update, path, () => huge),
        );
        equal(applied(bytes), 'INTEGER_TOO_LARGE', `${path} ${huge}`);
      }
  });

  it('is read from decimal strings of 64 bits alone', () => {
    const { update } = scene(CONFIG, { finalised: 16, attested: 24 });
    const json = toJson(schemaOf(CONFIG, 'finality_update', 'electra'), update.value as never) as object;
    const read = (signature_slot: unknown) =>
      outcome(() => fromBeaconJson(CONFIG, 'finality_update', { ...json, signature_slot }));
    equal(read('25'), 'accepted');
    for (const wrong of [
      25,
      '-1',
      '+1',
      '025',
      '0x19',
      '1e3',
      '25.0',
      ' 25',
      '',
      null,
      undefined,
      ['25'],
      '9'.repeat(100),
    ])
      equal(read(wrong), 'JSON_MALFORMED', `${wrong}`);
    equal(read(`${2n ** 64n}`), 'INTEGER_TOO_LARGE');
  });
});

describe('progress', () => {
  it('is not what was known already', () => {
    const bytes = finality({ finalised: 16, attested: 24 });
    const later = accepted(applyUpdate(CONFIG, store, bytes));
    equal(applied(bytes, later), 'NOTHING_NEW');
    equal(applied(full({ finalised: 16, attested: 24 }), later), 'NOTHING_NEW');
    equal(
      applied(finality({ finalised: 16, attested: 28 }), later),
      'NOTHING_NEW',
      'a newer signature over the same block',
    );
  });

  it('is not what lies before', () => {
    const later = accepted(applyUpdate(CONFIG, store, finality({ finalised: 16, attested: 24 })));
    equal(applied(finality({ finalised: 12, attested: 24 }), later), 'FINALITY_OLDER');
    equal(applied(full({ finalised: 12, attested: 30 }), later), 'FINALITY_OLDER');
  });

  it('may be the next committee alone', () => {
    const later = accepted(applyUpdate(CONFIG, storeAt(CONFIG, 20, 'current'), full({ finalised: 12, attested: 18 })));
    equal(Number(later.finalised.beacon.slot), 20, 'the head stays');
    deepEqual(later.next?.committee, committeeOf(1).committee);
  });

  it('judges a replay only after its signature', () => {
    const { update } = scene(CONFIG, { finalised: 10, attested: 24, signers: committeeOf(2) });
    equal(applied(bytesOfAnswer(CONFIG, 'finality_update', update)), 'SIGNATURE_INVALID');
  });
});

describe('periods', () => {
  const nextPeriod = { finalised: 40, attested: 44 };

  it('pass from one committee to the next', () => {
    const second = accepted(applyUpdate(CONFIG, store, full(nextPeriod)));
    deepEqual(second.current.committee, committeeOf(1).committee);
    deepEqual(second.next?.committee, committeeOf(2).committee);
    const third = accepted(applyUpdate(CONFIG, second, full({ finalised: 72, attested: 80 })));
    deepEqual(third.current.committee, committeeOf(2).committee);
  });

  it('pass without the committee after, which is unknown then', () => {
    const second = accepted(applyUpdate(CONFIG, store, finality(nextPeriod)));
    deepEqual(second.current.committee, committeeOf(1).committee);
    equal(second.next, null);
    equal(applied(finality({ finalised: 72, attested: 80 }), second), 'NEXT_COMMITTEE_UNKNOWN');
    accepted(applyUpdate(CONFIG, second, full({ finalised: 40, attested: 50 })));
  });

  it('stay while only the signature is of the next', () => {
    const still = accepted(applyUpdate(CONFIG, store, finality({ finalised: 16, attested: 40 })));
    deepEqual(still.current.committee, committeeOf(0).committee);
    deepEqual(still.next?.committee, committeeOf(1).committee);
  });

  it('are not skipped', () => {
    equal(applied(full({ finalised: 72, attested: 80 })), 'PERIOD_SKIPPED');
    equal(applied(finality({ finalised: 16, attested: 63, signatureSlot: 64 })), 'PERIOD_SKIPPED');
    equal(applied(finality({ finalised: 16, attested: 2 ** 39 })), 'PERIOD_SKIPPED', 'however far ahead');
  });

  it('do not return', () => {
    const second = accepted(applyUpdate(CONFIG, store, full(nextPeriod)));
    const { code, field, expected, found } = applyUpdate(
      CONFIG,
      second,
      finality({ finalised: 16, attested: 24 }),
    ) as Rejection;
    deepEqual([code, field, expected, found], ['PERIOD_PAST', 'signature period', '1 or 2', '0']);
  });

  it('are not entered while their committee is unknown', () => {
    equal(applied(full(nextPeriod), fresh), 'NEXT_COMMITTEE_UNKNOWN');
    equal(applied(finality({ finalised: 16, attested: 31, signatureSlot: 32 }), fresh), 'NEXT_COMMITTEE_UNKNOWN');
  });
});

describe('a next committee', () => {
  it('is refused when it is not the one that the state holds', () => {
    const { update } = scene(CONFIG, { finalised: 16, attested: 24 });
    const swapped = alteredAnswer(update, 'next_sync_committee', () => committeeOf(0).committee);
    equal(applied(bytesOfAnswer(CONFIG, 'update', swapped), fresh), 'NEXT_COMMITTEE_BRANCH');
  });

  it('is refused when the state holds another than a finalised state did', () => {
    const content = { next: committeeOf(2).committee };
    equal(applied(full({ finalised: 16, attested: 24, content })), 'NEXT_COMMITTEE_DIFFERS');
    equal(applied(full({ finalised: 16, attested: 24, content }), fresh), 'accepted');
  });

  it('is held against its committee only once that has signed it', () => {
    const content = { next: committeeOf(2).committee };
    equal(applied(full({ finalised: 16, attested: 24, content, signers: committeeOf(1) })), 'SIGNATURE_INVALID');
  });

  it('is refused in another size', () => {
    const { update } = scene(CONFIG, { finalised: 16, attested: 24 });
    const of = (change: (keys: Uint8Array[]) => Uint8Array[]) =>
      applied(bytesOfAnswer(CONFIG, 'update', alteredAnswer(update, 'next_sync_committee.pubkeys', change)), fresh);
    equal(
      of((keys) => keys.slice(1)),
      'SSZ_OFFSET',
    );
    equal(
      of((keys) => [...keys, keys[0]!]),
      'BYTES_TOO_MANY',
    );
  });

  it('is refused when it is not final in its period, though the finality alone is good', () => {
    const across = full({ finalised: 30, attested: 36 });
    equal(applied(across), 'NEXT_COMMITTEE_NOT_FINAL');
    equal(applied(accepted(withoutNextCommittee(CONFIG, across))), 'accepted');
  });

  it('is refused from a period that is over, where it would be the current one', () => {
    const second = storeAt(CONFIG, 40, 'current');
    equal(applied(full({ finalised: 16, attested: 31, signatureSlot: 32 }), second), 'NEXT_COMMITTEE_PERIOD');
  });

  it('is refused with keys that are none', () => {
    const next = { ...committeeOf(1).committee, aggregate_pubkey: committeeOf(2).committee.aggregate_pubkey };
    equal(applied(full({ finalised: 16, attested: 24, content: { next } }), fresh), 'COMMITTEE_AGGREGATE');
  });

  it('leaves the block at which the store was as it is', () => {
    const { beacon } = accepted(applyUpdate(CONFIG, fresh, full({ finalised: 10, attested: 24 }))).finalised;
    deepEqual(beacon, blockAt(CONFIG, 10).beacon);
  });
});
