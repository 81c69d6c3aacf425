/** Whatever comes in, what comes out is a value: nothing that a host sends makes the light client throw. */

import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import {
  fromBeaconJson,
  fromBeaconSsz,
  updatesFromBeaconSsz,
  withoutNextCommittee,
} from '../../signer/finality/beaconApi/canonicalBytes.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { decodeConfig } from '../../signer/finality/configBytes.ts';
import { decodeStore } from '../../signer/finality/store.ts';
import { KINDS } from '../../signer/finality/wire.ts';
import { CONFIG, storeAt, tag } from './support/scenes.ts';

const store = storeAt(CONFIG, 10, 'current');

/** Random bytes behind each beginning that gets past the first check. */
const bytes = fc
  .tuple(fc.nat({ max: 4 }), fc.nat({ max: 5 }), fc.uint8Array({ maxLength: 5000 }))
  .map(([kind, shape, rest]) => Uint8Array.of(kind, shape, ...rest));

const READERS = {
  bootstrap: (input: Uint8Array) => bootstrap(CONFIG, tag('any'), input),
  applyUpdate: (input: Uint8Array) => applyUpdate(CONFIG, store, input),
  decodeStore: (input: Uint8Array) => decodeStore(CONFIG, input),
  decodeConfig: (input: Uint8Array) => decodeConfig(input),
  withoutNextCommittee: (input: Uint8Array) => withoutNextCommittee(CONFIG, input),
} as const;

describe('anything', () => {
  for (const [name, read] of Object.entries(READERS))
    it(`is refused with a value: ${name}`, () => {
      fc.assert(
        fc.property(bytes, (input) => 'rejection' in read(input)),
        { numRuns: 300, seed: 4 },
      );
    });

  it('is refused with a value, or becomes bytes, in the host', () => {
    const json = fc.property(fc.anything(), fc.constantFrom(...KINDS), (input, kind) => {
      ok('rejection' in fromBeaconJson(CONFIG, kind, input));
    });
    const ssz = fc.property(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(...KINDS), (input, kind) => {
      fromBeaconSsz(CONFIG, kind, input);
      updatesFromBeaconSsz(CONFIG, input);
    });
    for (const property of [json, ssz]) fc.assert(property as fc.IRawProperty<unknown>, { numRuns: 300, seed: 5 });
  });
});
