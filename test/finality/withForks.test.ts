/** Forks that a vote has added: what counts at a block extends the table, and nothing that the image knows is changed. */

import { deepEqual, equal, notEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { type FinalityConfig, requireConfig, SHAPES } from '../../signer/finality/config.ts';
import { MAX_FORKS } from '../../signer/finality/configBytes.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import { type LeftOut, type ProvenFork, withForks } from '../../signer/finality/withForks.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { CONFIG, FULU_SLOT, fork, GLOAS_SLOT, scene, storeAt } from './support/scenes.ts';

const NOW = 1_800_000_000;
const number = (shape: (typeof SHAPES)[number]) => SHAPES.indexOf(shape) + 1;
const GLOAS = CONFIG.forks[2]!;
/** An image from before Gloas, and what a vote says of it. */
const BEFORE: FinalityConfig = { ...CONFIG, forks: CONFIG.forks.slice(0, 2) };

function proven(change: Partial<ProvenFork> = {}): ProvenFork {
  return { epoch: GLOAS.epoch, version: GLOAS.version, shape: number('gloas'), effectiveAt: NOW, ...change };
}

function reasons(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ why }) => why);
}

describe('withForks', () => {
  it('extends the table by what is effective, and so makes it that of an image that knows the fork', () => {
    const { config, leftOut } = withForks(BEFORE, [proven()], NOW);
    deepEqual(config, CONFIG);
    deepEqual(leftOut, []);
    deepEqual(withForks(CONFIG, [], NOW).config, CONFIG);
  });

  it('lets a client cross a fork that its image does not have, which without it stops there', () => {
    const { update, finalised: block } = scene(CONFIG, { finalised: GLOAS_SLOT + 8, attested: GLOAS_SLOT + 16 });
    const bytes = bytesOfAnswer(CONFIG, 'finality_update', update);
    const store = storeAt(BEFORE, GLOAS_SLOT - 8);
    notEqual(
      outcome(() => applyUpdate(BEFORE, store, bytes)),
      'accepted',
    );
    const { config } = withForks(BEFORE, [proven()], NOW);
    deepEqual(
      finalised(config, accepted(applyUpdate(config, store, bytes))).blockHash,
      block.content.execution.block_hash,
    );
  });

  const refused: readonly [string, LeftOut['why'], Partial<ProvenFork>][] = [
    ['its delay runs still', 'not-effective', { effectiveAt: NOW + 1 }],
    ['it begins with a fork of the image', 'not-later', { epoch: FULU_SLOT / CONFIG.slotsPerEpoch }],
    ['it begins before the image’s last fork', 'not-later', { epoch: 1 }],
    ['its format is none', 'shape-unknown', { shape: 0 }],
    ['its format is not compiled in', 'shape-unknown', { shape: SHAPES.length + 1 }],
    ['its format is from before that of the last fork', 'shape-earlier', { shape: number('deneb') }],
    [
      'its version is that of the running fork: it would give that one another format',
      'version-known',
      {
        version: BEFORE.forks[1]!.version,
      },
    ],
    ['its version is that of an older fork', 'version-known', { version: BEFORE.forks[0]!.version }],
  ];
  for (const [when, why, change] of refused)
    it(`leaves a fork out where ${when}`, () => {
      const bad = proven(change);
      const { config, leftOut } = withForks(BEFORE, [bad], NOW);
      deepEqual(config, BEFORE);
      deepEqual(leftOut, [{ fork: bad, why }]);
    });

  it('leaves out all that follows one that it cannot take, but not what a newer image has by itself', () => {
    const next = proven({ epoch: 40, version: Uint8Array.of(8, 0, 0, 9) });
    for (const [, why, change] of refused) {
      const { config, leftOut } = withForks(BEFORE, [proven(change), next], NOW);
      deepEqual(reasons(leftOut), why === 'not-later' ? [why] : [why, 'after-another']);
      equal(config.forks.length, why === 'not-later' ? 3 : 2);
    }
    const { config, leftOut } = withForks(CONFIG, [proven(), next], NOW);
    deepEqual(reasons(leftOut), ['not-later']);
    deepEqual(config.forks.slice(3), [fork(40, 8, 'gloas')]);
  });

  it('knows no place in a block but those of the formats that are compiled in, whatever number a vote names', () => {
    for (let shape = 0; shape < 256; ++shape) {
      const { forks } = withForks({ ...BEFORE, forks: [fork(0, 3, 'capella')] }, [proven({ shape })], NOW).config;
      deepEqual(
        forks.slice(1).map((added) => added.shape),
        SHAPES.slice(Math.max(shape - 1, 0), shape),
      );
    }
  });

  it('takes no more than a configuration holds', () => {
    const many = Array.from({ length: MAX_FORKS }, (_, at) =>
      proven({ epoch: 100 + at, version: Uint8Array.of(1, 2, 3, at) }),
    );
    const { config, leftOut } = withForks(BEFORE, many, NOW);
    equal(config.forks.length, MAX_FORKS);
    deepEqual(reasons(leftOut), ['too-many', 'after-another']);
  });

  it('changes nothing that the image knows, and what it makes is a configuration, whatever is proven', () => {
    const any = fc.record({
      version: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      epoch: fc.nat(2 ** 30).map((epoch) => epoch % 60),
      shape: fc.nat(6),
      effectiveAt: fc.integer({ min: NOW - 2, max: NOW + 2 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (list) => {
        const { config, leftOut } = withForks(CONFIG, list, NOW);
        requireConfig(config);
        deepEqual(config.forks.slice(0, CONFIG.forks.length), CONFIG.forks);
        equal(config.forks.length + leftOut.length, CONFIG.forks.length + list.length);
      }),
    );
  });
});
