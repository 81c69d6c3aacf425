/** Any sequence of honestly signed updates, against a model that knows slots and periods alone. */

import { equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import { CONFIG, scene, storeAt } from './support/scenes.ts';

type Update = {
  readonly kind: 'update' | 'finality_update';
  readonly finalised: number;
  readonly attested: number;
  readonly signatureSlot: number;
};
type Model = { readonly slot: number; readonly knowsNext: boolean };

const period = (slot: number) => Math.floor(slot / 32);

/** What the store is afterwards, or the code of the rejection. */
function expected({ slot, knowsNext }: Model, { kind, finalised, attested, signatureSlot }: Update): Model | string {
  if (signatureSlot <= attested) return 'SIGNED_BEFORE_ATTESTED';
  if (finalised > attested) return 'FINALISED_AFTER_ATTESTED';
  const ahead = period(signatureSlot) - period(slot);
  if (ahead < 0) return 'PERIOD_PAST';
  if (ahead > 1) return 'PERIOD_SKIPPED';
  if (ahead === 1 && !knowsNext) return 'NEXT_COMMITTEE_UNKNOWN';
  const teaches = kind === 'update';
  if (teaches && period(finalised) !== period(attested)) return 'NEXT_COMMITTEE_NOT_FINAL';
  if (teaches && period(attested) < period(slot)) return 'NEXT_COMMITTEE_PERIOD';
  if (finalised <= slot && (knowsNext || !teaches)) return finalised < slot ? 'FINALITY_OLDER' : 'NOTHING_NEW';
  const enters = period(finalised) > period(slot);
  return { slot: Math.max(slot, finalised), knowsNext: enters ? teaches : knowsNext || teaches };
}

/** Mostly in order, and often near a boundary; now and then not. */
const update: fc.Arbitrary<Update> = fc
  .record({
    kind: fc.constantFrom('update' as const, 'finality_update' as const),
    at: fc.oneof(fc.integer({ min: 1, max: 190 }), fc.constantFrom(31, 32, 63, 64, 95, 96, 127, 128, 129)),
    lead: fc.integer({ min: -1, max: 20 }),
    delay: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 8 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  })
  .map(({ kind, at, lead, delay }) => {
    const attested = Math.max(1, at + lead);
    return { kind, finalised: at, attested, signatureSlot: attested + delay };
  });

describe('a store under any sequence of updates', () => {
  it('is where the model is, or refuses for the reason that the model gives', () => {
    let accepted = 0;
    const property = (updates: readonly Update[], knows: 'next' | 'current') => {
      let store = storeAt(CONFIG, 20, knows);
      let model: Model = { slot: 20, knowsNext: knows === 'next' };
      for (const { kind, ...slots } of updates) {
        const result = applyUpdate(CONFIG, store, bytesOfAnswer(CONFIG, kind, scene(CONFIG, slots).update));
        const after = expected(model, { kind, ...slots });
        if ('rejection' in result) equal(result.code, after);
        else {
          [store, model] = [result, after as Model];
          accepted++;
          const { slot, isNextCommitteeKnown } = finalised(CONFIG, store);
          equal(`${slot} ${isNextCommitteeKnown}`, `${model.slot} ${model.knowsNext}`);
        }
      }
    };
    const sequences = fc.array(update, { minLength: 4, maxLength: 10 });
    const numRuns = process.env.QUORATE_EVERY_BYTE === '1' ? 300 : 6;
    fc.assert(fc.property(sequences, fc.constantFrom('next' as const, 'current' as const), property), {
      numRuns,
      seed: 6,
    });
    ok(accepted >= 5, `${accepted} updates were accepted`);
  });
});
