import { deepEqual, equal } from 'node:assert/strict';
import { bootstrapAt, bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { toJson } from '../../scripts/local/beacon/toJson.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import {
  fromBeaconJson,
  fromBeaconSsz,
  updatesFromBeaconSsz,
  withoutNextCommittee,
} from '../../signer/finality/beaconApi/canonicalBytes.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { concat, uintToBytes } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import { KINDS, type Kind, largestInput, schemaOf } from '../../signer/finality/wire.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { blockAt, CONFIG, GLOAS_SLOT, OLDER, scene, storeAt, tag } from './support/scenes.ts';

const FORKS: readonly (readonly [string, FinalityConfig, number])[] = [
  ['Capella', OLDER, 8],
  ['Deneb', OLDER, 72],
  ['Electra', CONFIG, 8],
  ['Fulu', CONFIG, 72],
  ['Gloas', CONFIG, GLOAS_SLOT + 8],
];

for (const [name, config, slot] of FORKS)
  describe(`what a beacon node answers of ${name}`, () => {
    const { update } = scene(config, { finalised: slot, attested: slot + 8 });
    const answerOf = (kind: Kind) => (kind === 'bootstrap' ? bootstrapAt(blockAt(config, slot)) : update);

    for (const kind of KINDS) {
      const { shape, value } = answerOf(kind);
      const canonical = bytesOfAnswer(config, kind, { shape, value });
      const data = toJson(schemaOf(config, kind, shape), value as never) as Record<string, unknown>;

      it(`becomes the same bytes from JSON and from SSZ: ${kind}`, () => {
        deepEqual(accepted(fromBeaconJson(config, kind, data)), canonical);
        deepEqual(accepted(fromBeaconJson(config, kind, { version: 'whatever', data })), canonical);
        deepEqual(accepted(fromBeaconSsz(config, kind, canonical.subarray(2))), canonical);
        equal(canonical.length <= largestInput(config), true);
      });

      it(`is refused as JSON with any member missing or of another kind: ${kind}`, () => {
        for (const member of Object.keys(data))
          for (const wrong of [undefined, null, 7, '0xzz', '0x0', 'text', [], {}, [null]])
            equal(
              outcome(() => fromBeaconJson(config, kind, { ...data, [member]: wrong })),
              'JSON_MALFORMED',
              `${member}: ${JSON.stringify(wrong)}`,
            );
        for (const nothing of [undefined, null, 'x', 3, []])
          equal(
            outcome(() => fromBeaconJson(config, kind, nothing)),
            'JSON_MALFORMED',
          );
      });
    }

    it('is an update of many periods, cut where its lengths say', () => {
      const ssz = bytesOfAnswer(config, 'update', update).subarray(2);
      const framed = concat(uintToBytes(BigInt(ssz.length + 4), 8), Uint8Array.of(1, 2, 3, 4), ssz);
      const canonical = bytesOfAnswer(config, 'update', update);
      deepEqual(accepted(updatesFromBeaconSsz(config, concat(framed, framed))), [canonical, canonical]);
      deepEqual(accepted(updatesFromBeaconSsz(config, new Uint8Array())), []);
      for (const wrong of [framed.subarray(0, -1), framed.subarray(0, 7), concat(framed, Uint8Array.of(0))])
        equal(
          outcome(() => updatesFromBeaconSsz(config, wrong)),
          'BYTES_TOO_FEW',
        );
      equal(
        outcome(() => updatesFromBeaconSsz(config, new Uint8Array(8))),
        'BYTES_TOO_FEW',
      );
      equal(
        outcome(() => updatesFromBeaconSsz(config, new Uint8Array(8).fill(255))),
        'BYTES_TOO_FEW',
      );
    });

    it('loses its committee, and nothing else, where the host leaves it out', () => {
      const full = bytesOfAnswer(config, 'update', update);
      deepEqual(accepted(withoutNextCommittee(config, full)), bytesOfAnswer(config, 'finality_update', update));
    });
  });

describe('bytes that are none of these', () => {
  it('are refused as SSZ', () => {
    for (const bytes of [new Uint8Array(), new Uint8Array(3), new Uint8Array(5000), new Uint8Array(5000).fill(255)])
      for (const kind of KINDS)
        equal(
          outcome(() => fromBeaconSsz(CONFIG, kind, bytes)),
          'FORK_FORMAT',
        );
  });

  it('are refused where another kind is wanted', () => {
    const { update } = scene(CONFIG, { finalised: 16, attested: 24 });
    const first = bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAt(blockAt(CONFIG, 10)));
    equal(
      outcome(() => applyUpdate(CONFIG, storeAt(CONFIG, 10), first)),
      'BYTES_KIND',
    );
    for (const kind of ['update', 'finality_update'] as const)
      equal(
        outcome(() => bootstrap(CONFIG, tag('any'), bytesOfAnswer(CONFIG, kind, update))),
        'BYTES_KIND',
      );
    equal(
      outcome(() => applyUpdate(CONFIG, storeAt(CONFIG, 10), Uint8Array.of(4, ...first.subarray(1)))),
      'BYTES_KIND',
    );
  });

  it('are refused for their number before anything is decoded', () => {
    const long = new Uint8Array(2 ** 24);
    long.set([2, 3]);
    equal(
      outcome(() => applyUpdate(CONFIG, storeAt(CONFIG, 10), long)),
      'BYTES_TOO_MANY',
    );
    long.set([1, 4]);
    equal(
      outcome(() => bootstrap(CONFIG, tag('any'), long)),
      'BYTES_TOO_MANY',
    );
  });
});
