import { deepEqual, equal } from 'node:assert/strict';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { firstOf } from '../../scripts/local/beacon/committee.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import { decodeStore, encodeStore } from '../../signer/finality/store.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { CONFIG, flipped, GLOAS_SLOT, scene, storeAt, tag } from './support/scenes.ts';

for (const knows of ['next', 'current'] as const)
  describe(`a sealed store that knows the ${knows} committee`, () => {
    const store = storeAt(CONFIG, 10, knows);
    const sealed = encodeStore(CONFIG, store);

    it('opens as it was', () => {
      const opened = accepted(decodeStore(CONFIG, sealed));
      deepEqual(encodeStore(CONFIG, opened), sealed);
      deepEqual(finalised(CONFIG, opened), finalised(CONFIG, store));
      equal(opened.next === null, knows === 'current');
    });

    it('goes on where it stood, with keys missing too', () => {
      const opened = accepted(decodeStore(CONFIG, sealed));
      const { update } = scene(CONFIG, { finalised: 16, attested: 24, bits: firstOf(32, 24) });
      const bytes = bytesOfAnswer(CONFIG, 'update', update);
      const [later, also] = [opened, store].map((one) =>
        encodeStore(CONFIG, accepted(applyUpdate(CONFIG, one, bytes))),
      );
      deepEqual(later, also);
    });

    it('is refused under another genesis root, in another version, or cut', () => {
      const elsewhere = { ...CONFIG, genesisValidatorsRoot: tag('another genesis') };
      equal(
        outcome(() => decodeStore(elsewhere, sealed)),
        'STORE_MALFORMED',
      );
      equal(
        outcome(() => decodeStore(CONFIG, flipped(sealed))),
        'STORE_MALFORMED',
      );
      for (const wrong of [sealed.slice(1), sealed.slice(0, -1), Uint8Array.of(...sealed, 0), new Uint8Array()])
        equal(
          outcome(() => decodeStore(CONFIG, wrong)),
          'STORE_MALFORMED',
        );
    });
  });

describe('a store', () => {
  it('is not changed by what is applied to it', () => {
    const store = storeAt(CONFIG, GLOAS_SLOT + 4);
    const before = encodeStore(CONFIG, store);
    const { update } = scene(CONFIG, { finalised: GLOAS_SLOT + 40, attested: GLOAS_SLOT + 44 });
    accepted(applyUpdate(CONFIG, store, bytesOfAnswer(CONFIG, 'update', update)));
    deepEqual(encodeStore(CONFIG, store), before);
  });
});
